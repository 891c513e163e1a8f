"""An id that a command names must exist where a decision rests on it; docs/references.md lists every such field."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest

from domain.care_plan.commands import CompleteCareTask
from domain.day_terms import DAY_TERMS
from domain.day_terms.commands import ForbidPair
from domain.day_terms.events import DayTermsEvent
from domain.day_terms.state import DayTerms
from domain.decider import IncompleteDomain, decision
from domain.family_bed.commands import AssessBed, RecordRound, ReviewBed, TransferBedToHospital
from domain.inputs import exists
from domain.referral.commands import FollowUpReferral, RequestReferral
from domain.registry import DECIDERS, DECISION_OF, AnyDecider, check_named
from domain.team.commands import InviteGuest
from domain.visit.commands import RequestVisit
from infra.docs.reading import ROOT
from tests.domain.builders import (
    ACCEPTED,
    AGREED,
    APPLIED,
    APPOINTED,
    ASSESSED,
    ATTENDED,
    BED_OPENED,
    CHEN,
    HOSPITAL,
    REFERRED,
    RETURNED,
    SIGNED,
    TEAM_1,
    TEAM_2,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.domain.care_plan.test_care_plan import TASK
from tests.domain.test_every_command import rules_of
from tests.spec import given

OPEN_BED = (APPLIED, ASSESSED, AGREED, BED_OPENED)
NOBODY = ("nobody",)


def test_a_visit_is_requested_for_a_task_of_the_plan_and_graded_by_a_known_person():
    call = RequestVisit(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        contract_id="c1",
        care_task_id="x9",
        purpose="home-call",
        window_from=TODAY,
        window_to=TOMORROW,
        assessor_id="nobody",
    )
    with_all = {"contract": [SIGNED], "resident": [WANG], "team": [TEAM_1]}
    given().when(call, **with_all, task_exists=False).then_refused("care-task-unknown", task="x9")
    given().when(replace(call, care_task_id=None), **with_all, strangers=NOBODY).then_refused(
        "member-unknown", member="nobody"
    )


def test_a_bed_is_assessed_and_reviewed_by_known_persons():
    assess = AssessBed(
        family_bed_id="b1", assessed_on=YESTERDAY, assessor_id="nobody", condition_fits=True, dwelling_fits=True
    )
    given(APPLIED).when(assess, strangers=NOBODY).then_refused("member-unknown", member="nobody")
    review = ReviewBed(family_bed_id="b1", reviewed_on=TODAY, reviewer_id="nobody")
    given(*OPEN_BED).when(review, strangers=NOBODY).then_refused("member-unknown", member="nobody")


def test_a_round_is_that_of_a_visit_and_made_by_known_persons():
    round_ = RecordRound(family_bed_id="b1", visit_id="v9", made_at=at(TODAY, 8), member_ids=("nobody",))
    given(*OPEN_BED).when(round_, visit_exists=False).then_refused("visit-unknown", visit="v9")
    given(*OPEN_BED).when(round_, strangers=NOBODY).then_refused("member-unknown", member="nobody")


def test_a_bed_waits_for_a_referral_of_its_own_resident():
    transfer = TransferBedToHospital(family_bed_id="b1", transferred_on=TODAY, referral_id="r1")
    given(*OPEN_BED).when(transfer).then_refused("referral-unknown", referral="r1")
    other = replace(REFERRED, resident_id="zhou")
    given(*OPEN_BED).when(transfer, referral=[other]).then_refused("referral-of-another-resident", resident="wang")


def test_a_second_referral_names_a_former_one_of_the_same_resident():
    again = RequestReferral(
        referral_id="r2",
        resident_id="wang",
        contract_id="c1",
        institution_id="city-3",
        urgency="ordinary",
        reason="I10",
        former_referral_id="r1",
    )
    whose = {"contract": [SIGNED], "resident": [WANG], "institution": [HOSPITAL]}
    given().when(again, **whose).then_refused("referral-unknown", referral="r1")
    other = replace(REFERRED, resident_id="zhou")
    given().when(again, **whose, former=[other]).then_refused("referral-of-another-resident", referral="r1")


def test_a_guest_of_another_team_has_a_seat_there():
    invite = InviteGuest(
        team_id="team-1",
        stay_id="s1",
        member=CHEN,
        kind="other-team",
        from_day=TODAY,
        to_day=TOMORROW,
        home_team_id="team-2",
    )
    given(TEAM_1).when(invite).then_refused("team-not-formed", team="team-2")
    not_theirs = replace(invite, member=replace(CHEN, member_id="wu"))
    given(TEAM_1).when(not_theirs, home_team=[TEAM_2]).then_refused("member-not-seated", team="team-2", member="wu")
    assert given(TEAM_1).when(invite, home_team=[TEAM_2]).decided()


def test_what_names_a_visit_or_a_resident_names_one_that_exists():
    done = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=TODAY, visit_id="v9")
    given(TASK).when(done, resident=[WANG], visit_exists=False).then_refused("visit-unknown", visit="v9")
    seen = FollowUpReferral(referral_id="r1", followed_up_on=TODAY, visit_id="v9")
    back = (REFERRED, ACCEPTED, APPOINTED, ATTENDED, RETURNED)
    given(*back).when(seen, visit_exists=False).then_refused("visit-unknown", visit="v9")
    apart = ForbidPair(team_id="team-1", day=TODAY, member_id="li", resident_id="nobody")
    given().when(apart, team=[TEAM_1], resident_exists=False).then_refused("resident-not-registered", resident="nobody")


def test_an_input_names_an_aggregate_that_is_listed_and_a_state_that_knows_its_parts():
    def decide(command: ForbidPair, state: DayTerms, *, there: bool) -> list[DayTermsEvent]:
        raise AssertionError(f"{command} {state} {there}")

    def listed(there: bool) -> AnyDecider:
        line = decision(ForbidPair, decide, there=there)
        return replace(
            DAY_TERMS, decisions=(*(each for each in DAY_TERMS.decisions if each.command != ForbidPair), line)
        )

    check_named((*DECIDERS, listed(exists("resident", by="resident_id"))))
    with pytest.raises(IncompleteDomain, match="no aggregate nowhere"):
        check_named((*DECIDERS, listed(exists("nowhere", by="resident_id"))))
    with pytest.raises(IncompleteDomain, match="resident knows no parts"):
        check_named((*DECIDERS, listed(exists("resident", by="resident_id", part="visit_id"))))
    with pytest.raises(IncompleteDomain, match="bed_id"):
        listed(exists("resident", by="resident_id", part="bed_id"))


OWN = {"care_plan": "resident_id"}
"""The own id of an aggregate, where it is not the category with `_id`."""


def named_ids(command: type, own: str) -> Iterator[str]:
    """Yield the fields of a command that hold ids of other records, those of its values with a dot."""
    for name, declared in get_type_hints(command).items():
        if name.endswith(("_id", "_ids")) and name != own:
            yield name
        for part in {each for each in parts_of(declared) if is_dataclass(each)}:
            yield from (f"{name}.{field.name}" for field in fields(part) if field.name.endswith(("_id", "_ids")))


def parts_of(declared: Any) -> Iterator[Any]:
    """Yield a type and those inside it."""
    yield declared
    for each in get_args(declared):
        yield from parts_of(each)


def table() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield each field with its command from the page, what must exist, and the refusals."""
    page = (ROOT / "docs" / "references.md").read_text(encoding="utf-8")
    for line in re.findall(r"^\| `.*$", page, re.MULTILINE):
        named, commands, target, rules = (cell.strip() for cell in line.strip("|").split(" |"))
        for command in commands.split():
            for name in re.findall(r"`([^`]+)`", named):
                yield command, name, target, tuple(re.findall(r"`([^`]+)`", rules))


def test_the_page_lists_each_id_that_a_command_names_once():
    named = sorted(
        (command.__name__, name)
        for decider in DECIDERS
        for command in decider.commands
        for name in named_ids(command, OWN.get(decider.category, f"{decider.category}_id"))
    )
    assert sorted((command, name) for command, name, _, _ in table()) == named


def test_what_the_page_says_is_refused_is_refused_by_the_decision_and_the_rest_says_why_not():
    decisions = {command.__name__: line.decide for command, line in DECISION_OF.items()}
    for command, name, target, rules in table():
        is_open = target.startswith(("not checked: ", "by the system"))
        assert is_open != bool(rules), f"{command} {name}"
        assert set(rules) <= rules_of(decisions[command]), f"{command} {name}"
