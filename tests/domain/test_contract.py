from dataclasses import replace
from datetime import date
from typing import Any

from domain.agreement import HASHES
from domain.contract import CONTRACT
from domain.contract.commands import (
    DiscardDraft,
    DraftContract,
    ExpireContract,
    RenewContract,
    SignContract,
    TerminateContract,
    TransferContract,
)
from domain.contract.events import (
    Agreement,
    ChosenInstitution,
    ContractDeemedRenewed,
    ContractDrafted,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    LoadOverridden,
    PackagePaid,
    PackageSettled,
    SignatureKind,
)
from domain.decider import Claim
from domain.institution import InstitutionClosed, InstitutionOpened
from domain.policy_pack import pack_of
from domain.resident.commands import Departure
from domain.resident.events import ResidentDeparted
from domain.team.events import MemberLeft
from tests.domain.builders import (
    CENTRE,
    FANG,
    HE,
    HOSPITAL,
    LI,
    MERGED,
    NEW_PAPER,
    SIGNED,
    SUN,
    TEAM_1,
    TEAM_2,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
    in_group,
)
from tests.rules import holds
from tests.spec import SZ_2018, claimed, folded, given

LAST_DAY = date(2027, 3, 1)
NEAR_THE_END = at(date(2027, 2, 1), 9)
AFTER_THE_END = at(date(2027, 3, 2), 0)
IN_APRIL = date(2026, 4, 30)
DEEMED = replace(SZ_2018, auto_renewal="deemed")

SIGN = SignContract(
    contract_id="c1", resident_id="wang", team_id="team-1", signed_on=TODAY, starts_on=TODAY, agreement_read=True
)
WHERE = {"institution": [CENTRE]}
WHO = {"resident": [WANG], "team": [TEAM_1], **WHERE}
DISTRICT = InstitutionOpened(
    institution_id="district-2", name="区人民医院", kind="hospital", sector="public", tier=2, district="baoan"
)
CLOSED = InstitutionClosed(institution_id="fuhai", closed_on=TODAY)
DRAFT = DraftContract(contract_id="c1", resident_id="wang", team_id="team-1")
DRAFTED = ContractDrafted(
    contract_id="c1", resident_id="wang", team_id="team-1", institution_ids=(), package="basic", drafted_on=TODAY
)
DISCARDED = DraftDiscarded(contract_id="c1", resident_id="wang", team_id="team-1")
RENEW = RenewContract(contract_id="c1", signed_on=date(2027, 2, 1), agreement_read=True)
RENEWED = ContractRenewed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=2,
    signed_on=date(2027, 2, 1),
    starts_on=date(2027, 3, 2),
    ends_on=date(2028, 3, 1),
    signed_by="resident",
    signed_at="desk",
    agreement=replace(NEW_PAPER, kind="renewal"),
    entitlements=SIGNED.entitlements,
    remind_on=date(2028, 2, 16),
)
DEEMED_RENEWED = ContractDeemedRenewed(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=2,
    starts_on=date(2027, 3, 2),
    sign_by=date(2027, 3, 31),
    package="basic",
    entitlements=SIGNED.entitlements,
)
TRANSFER = TransferContract(contract_id="c1", team_id="team-2", consent=True)
NEW_TEAM = {"team": [TEAM_2], **WHERE}
TRANSFERRED = ContractTransferred(
    contract_id="c1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    institution_id="fuhai",
    from_day=TODAY,
    doctor_id="chen",
    nurse_id="fang",
    signed_on=TODAY,
    agreement=replace(NEW_PAPER, kind="supplementary"),
    team_load=1,
)
END = TerminateContract(contract_id="c1", last_day=IN_APRIL, reason="own-wish", both_signed=True)
ENDED = ContractTerminated(contract_id="c1", resident_id="wang", team_id="team-1", last_day=IN_APRIL, reason="own-wish")
EXPIRE = ExpireContract(contract_id="c1")
EXPIRED = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=LAST_DAY)
NURSE_LEFT = MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)

# What is drafted


@holds("A1.5")
def test_a_contract_is_drafted_and_then_signed():
    given().when(DRAFT, resident=[WANG], team=[TEAM_1]).then(DRAFTED)
    given(DRAFTED).when(SIGN, **WHO).then(SIGNED)


def test_the_same_draft_again_says_nothing():
    given(DRAFTED).when(DRAFT, resident=[WANG], team=[TEAM_1]).then_nothing()


def test_a_draft_claims_nobody():
    assert claimed(CONTRACT, DRAFTED) == []
    assert not folded(CONTRACT, DRAFTED).covers(TODAY)


def test_what_is_signed_is_what_was_drafted():
    paid = replace(SIGN, package="chronic")
    given(DRAFTED).when(paid, **WHO).then_refused("draft-says-otherwise", contract="c1")
    given(DRAFTED).when(replace(DRAFT, package="chronic"), resident=[WANG], team=[TEAM_1]).then_refused(
        "draft-says-otherwise"
    )


def test_a_draft_is_thrown_away_and_another_one_written():
    given(DRAFTED).when(DiscardDraft(contract_id="c1")).then(DISCARDED)
    given(DRAFTED, DISCARDED).when(replace(DRAFT, team_id="team-2"), resident=[WANG], team=[TEAM_2]).then(
        replace(DRAFTED, team_id="team-2")
    )


def test_a_draft_that_is_not_there_is_thrown_away_quietly():
    given().when(DiscardDraft(contract_id="c1")).then_nothing()


def test_what_is_signed_is_neither_drafted_nor_thrown_away():
    given(SIGNED).when(DRAFT, resident=[WANG], team=[TEAM_1]).then_refused("contract-already-signed")
    given(SIGNED).when(DiscardDraft(contract_id="c1")).then_refused("contract-already-signed", contract="c1")


def test_a_draft_names_a_resident_a_team_and_a_package_that_there_are():
    given().when(DRAFT, team=[TEAM_1]).then_refused("resident-not-registered", resident="wang")
    given().when(DRAFT, resident=[WANG]).then_refused("team-not-formed", team="team-1")
    given().when(replace(DRAFT, package="gold"), resident=[WANG], team=[TEAM_1]).then_refused(
        "package-unknown", package="gold"
    )


# What is signed


@holds("A1.4")
def test_a_contract_is_signed_for_a_year():
    given().when(SIGN, **WHO).then(SIGNED)


def test_it_remembers_the_key_groups_of_its_day():
    who = {**WHO, "resident": [WANG, in_group("elder"), in_group("diabetes")]}
    signed = given().when(SIGN, **who).decided()[0]
    assert signed.key_groups == ("diabetes", "elder")
    assert [item.item for item in signed.entitlements][2:] == ["elder-exam", "tcm-guidance", "diabetes-care"]


def test_a_longer_term_may_be_signed():
    given().when(replace(SIGN, term_months=36), **WHO).then(
        replace(SIGNED, ends_on=date(2029, 3, 1), remind_on=date(2029, 2, 15))
    )


def test_the_doctor_may_be_chosen():
    bigger = replace(TEAM_1, members=(*TEAM_1.members, replace(LI, member_id="zhou")))
    given().when(replace(SIGN, doctor_id="zhou"), **{**WHO, "team": [bigger]}).then(replace(SIGNED, doctor_id="zhou"))


def test_without_a_name_it_is_the_doctor_and_the_nurse_of_the_fewest_contracts_the_first_by_id_among_equals():
    more = (replace(LI, member_id="zhou"), replace(HE, member_id="an"), replace(HE, member_id="bai"))
    bigger: dict[str, Any] = {**WHO, "team": [replace(TEAM_1, members=(*TEAM_1.members, *more))]}
    given().when(SIGN, **bigger).then(replace(SIGNED, doctor_id="li", nurse_id="an"))
    named = ("an:c7", "an:c8", "bai:c7", "he:c8", "li:c7", "li:c8", "zhou-2:c9", "zhou:c9")
    given().when(SIGN, **bigger, named_contracts=named).then(replace(SIGNED, doctor_id="zhou", nurse_id="bai"))
    taken = (*TEAM_2.members, replace(FANG, member_id="an"))
    there: dict[str, Any] = {**NEW_TEAM, "team": [replace(TEAM_2, members=taken)], "named_contracts": ("an:c7",)}
    given(SIGNED).when(TRANSFER, **there).then(replace(TRANSFERRED, nurse_id="fang"))


def test_the_same_papers_again_say_nothing():
    given(SIGNED).when(SIGN, **WHO).then_nothing()


def test_other_papers_under_the_same_number_are_refused():
    given(SIGNED).when(replace(SIGN, package="chronic"), **WHO).then_refused("contract-already-signed", contract="c1")


def test_nobody_has_signed_tomorrow():
    given().when(replace(SIGN, signed_on=TOMORROW, starts_on=TOMORROW), **WHO).then_refused(
        "day-in-the-future", day=TOMORROW
    )


def test_a_stranger_cannot_sign():
    given().when(SIGN, team=[TEAM_1]).then_refused("resident-not-registered", resident="wang")


def test_who_is_gone_signs_and_renews_nothing_and_is_told_why():
    rules: dict[Departure, str] = {"died": "resident-died", "moved-out": "resident-moved-out"}
    for reason, rule in rules.items():
        gone = [WANG, ResidentDeparted(resident_id="wang", reason=reason, last_day=YESTERDAY)]
        given().when(SIGN, **{**WHO, "resident": gone}).then_refused(rule, resident="wang")
        given(SIGNED).when(RENEW, **{**WHO, "resident": gone}, now=NEAR_THE_END).then_refused(rule)
    merged = {**WHO, "resident": [WANG, MERGED]}
    given().when(SIGN, **merged).then_refused("resident-merged", kept="wang-2")
    given(SIGNED).when(RENEW, **merged, now=NEAR_THE_END).then_refused("resident-merged", kept="wang-2")


@holds("A1.1")
def test_who_came_last_month_cannot_sign():
    newcomer = replace(WANG, evidence="half-year-residence", resident_since=date(2026, 2, 1))
    given().when(SIGN, **{**WHO, "resident": [newcomer]}).then_refused("not-eligible", months=6)


def test_nobody_signs_with_a_team_that_is_not_formed():
    given().when(SIGN, resident=[WANG]).then_refused("team-not-formed", team="team-1")


def test_a_contract_needs_both_mandatory_roles():
    given().when(SIGN, **{**WHO, "team": [TEAM_1, NURSE_LEFT]}).then_refused("missing-mandatory-role", role="nurse")


def test_the_named_doctor_is_a_doctor_of_the_team():
    bigger = replace(TEAM_1, members=(*TEAM_1.members, SUN))
    for doctor in ("chen", "sun"):
        given().when(replace(SIGN, doctor_id=doctor), **{**WHO, "team": [bigger]}).then_refused(
            "named-member-not-seated", member=doctor, role="gp"
        )


@holds("A1.4")
def test_a_term_is_one_year_to_three():
    for months in (11, 37):
        given().when(replace(SIGN, term_months=months), **WHO).then_refused("term-outside-limits", months=months)
    given(SIGNED).when(replace(RENEW, term_months=6), **WHO, now=NEAR_THE_END).then_refused(
        "term-outside-limits", months=6
    )


def test_a_contract_is_renewed_from_the_day_after_it_ends():
    given(SIGNED).when(RENEW, **WHO, now=NEAR_THE_END).then(RENEWED)


def test_the_same_renewal_again_says_nothing():
    given(SIGNED, RENEWED).when(RENEW, now=NEAR_THE_END).then_nothing()


def test_a_renewal_may_be_signed_in_the_last_sixty_days():
    early = date(2026, 12, 30)
    given(SIGNED).when(replace(RENEW, signed_on=early), now=at(early, 9)).then_refused(
        "renewal-too-early", first_day=date(2026, 12, 31)
    )
    first = replace(RENEW, signed_on=date(2026, 12, 31))
    given(SIGNED).when(first, **WHO, now=at(date(2026, 12, 31), 9)).then(replace(RENEWED, signed_on=first.signed_on))


def test_nobody_renews_tomorrow():
    given(SIGNED).when(replace(RENEW, signed_on=date(2027, 2, 2)), now=NEAR_THE_END).then_refused("day-in-the-future")


def test_a_contract_whose_term_is_over_is_signed_anew_and_not_renewed():
    given(SIGNED).when(RENEW, now=AFTER_THE_END).then_refused("contract-over", last_day=LAST_DAY)


def test_an_ended_contract_is_not_renewed():
    given(SIGNED, ENDED).when(RENEW).then_refused("contract-over", last_day=IN_APRIL)
    given(SIGNED, EXPIRED).when(RENEW, now=AFTER_THE_END).then_refused("contract-over")


def test_a_contract_that_nobody_signed_cannot_change():
    for command in (RENEW, TRANSFER, END, EXPIRE):
        given().when(command).then_refused("contract-unknown", contract="c1")


def test_a_contract_moves_to_another_team():
    given(SIGNED).when(TRANSFER, **NEW_TEAM).then(TRANSFERRED)


def test_a_contract_that_has_moved_says_nothing():
    given(SIGNED, TRANSFERRED).when(TRANSFER, **NEW_TEAM).then_nothing()


@holds("A1.6")
def test_nothing_moves_without_consent():
    given(SIGNED).when(replace(TRANSFER, consent=False), **NEW_TEAM).then_refused("consent-missing")


def test_a_contract_moves_to_a_team_that_is_complete():
    alone = MemberLeft(team_id="team-2", member_id="chen", last_day=YESTERDAY)
    given(SIGNED).when(TRANSFER).then_refused("team-not-formed", team="team-2")
    given(SIGNED).when(TRANSFER, team=[TEAM_2, alone], **WHERE).then_refused("missing-mandatory-role", role="gp")


def test_a_contract_may_move_be_renewed_or_ended_on_its_last_day():
    last = at(LAST_DAY, 9)
    given(SIGNED).when(TRANSFER, **NEW_TEAM, now=last).then(replace(TRANSFERRED, from_day=LAST_DAY, signed_on=LAST_DAY))
    signed = replace(RENEW, signed_on=LAST_DAY)
    given(SIGNED).when(signed, **WHO, now=last).then(replace(RENEWED, signed_on=LAST_DAY))
    died = replace(END, last_day=date(2027, 2, 28), reason="died")
    given(SIGNED).when(died, now=last).then(replace(ENDED, last_day=date(2027, 2, 28), reason="died"))


def test_an_ended_contract_does_not_move():
    given(SIGNED, ENDED).when(TRANSFER, **NEW_TEAM).then_refused("contract-over")
    given(SIGNED).when(TRANSFER, **NEW_TEAM, now=AFTER_THE_END).then_refused("contract-over")


def test_a_contract_is_ended_with_notice():
    given(SIGNED).when(END).then(ENDED)


def test_ended_again_on_the_same_day_it_says_nothing():
    given(SIGNED, ENDED).when(END).then_nothing()


@holds("A1.6")
def test_notice_is_a_month():
    too_soon = replace(END, last_day=date(2026, 3, 31))
    given(SIGNED).when(too_soon).then_refused("notice-too-short", earliest=date(2026, 4, 1), days=30)
    just_in_time = replace(END, last_day=date(2026, 4, 1))
    given(SIGNED).when(just_in_time).then(replace(ENDED, last_day=date(2026, 4, 1)))


@holds("A1.7")
def test_an_end_that_nobody_chose_needs_no_notice():
    strict = replace(SZ_2018, midterm_termination="special")
    for reason in ("died", "moved-out", "lost-to-follow-up"):
        given(SIGNED).when(replace(END, last_day=TODAY, reason=reason), pack=strict).then(
            replace(ENDED, last_day=TODAY, reason=reason)
        )


def test_some_cities_allow_no_early_end():
    given(SIGNED).when(END, pack=replace(SZ_2018, midterm_termination="special")).then_refused(
        "midterm-end-not-allowed"
    )


def test_a_contract_ends_early_inside_its_term():
    for day in (YESTERDAY, LAST_DAY):
        given(SIGNED).when(replace(END, last_day=day)).then_refused("last-day-outside-term", last_day=day)


def test_an_ended_contract_does_not_end_again():
    given(SIGNED, ENDED).when(replace(END, last_day=TOMORROW)).then_refused("contract-over")
    given(SIGNED).when(END, now=AFTER_THE_END).then_refused("contract-over")


@holds("A1.5")
def test_a_term_that_is_over_expires():
    given(SIGNED).when(EXPIRE, now=AFTER_THE_END).then(EXPIRED)


def test_a_contract_runs_through_its_last_day():
    given(SIGNED).when(EXPIRE, now=at(LAST_DAY, 23, 59)).then_nothing()


def test_an_expired_contract_expires_quietly_and_a_terminated_one_too():
    given(SIGNED, EXPIRED).when(EXPIRE, now=AFTER_THE_END).then_nothing()
    given(SIGNED, ENDED).when(EXPIRE, now=AFTER_THE_END).then_nothing()


def test_a_contract_covers_its_days_recorded_expiry_or_not():
    days = (YESTERDAY, TODAY, LAST_DAY, date(2027, 3, 2))
    for past in ([SIGNED], [SIGNED, EXPIRED]):
        assert [folded(CONTRACT, *past).covers(day) for day in days] == [False, True, True, False]
    assert folded(CONTRACT, SIGNED, RENEWED).covers(date(2027, 3, 2))
    assert not folded(CONTRACT, SIGNED, ENDED).covers(date(2026, 5, 1))
    assert not folded(CONTRACT).covers(TODAY)


@holds("A1.3")
def test_it_claims_its_resident_from_the_first_day_to_the_last():
    def claim(until: date, team: str = "team-1", members: tuple[str, ...] = ("li", "he")) -> list[Claim]:
        rule = "active-contract-exists"
        return [
            Claim(key="active-contract:wang", rule=rule, since=TODAY, until=until),
            Claim(key=f"team_contracts:{team}:c1", rule=rule, since=TODAY, until=until),
            *(Claim(key=f"named_contracts:{team}:{name}:c1", rule=rule, since=TODAY, until=until) for name in members),
        ]

    assert claimed(CONTRACT, SIGNED) == claim(LAST_DAY)
    assert claimed(CONTRACT, SIGNED, RENEWED) == claim(date(2028, 3, 1))
    assert claimed(CONTRACT, SIGNED, ENDED) == claim(IN_APRIL)
    moved = claimed(CONTRACT, SIGNED, TRANSFERRED, replace(ENDED, team_id="team-2"))
    assert moved == claim(IN_APRIL, "team-2", ("chen", "fang"))
    assert claimed(CONTRACT, SIGNED, EXPIRED) == []


# Where, with whom and for what


def test_nobody_signs_what_was_not_read():
    given().when(replace(SIGN, agreement_read=False), **WHO).then_refused("agreement-not-read", contract="c1")
    unread = replace(RENEW, agreement_read=False)
    given(SIGNED).when(unread, **WHO, now=NEAR_THE_END).then_refused("agreement-not-read")


@holds("A1.10", "A1.12")
def test_a_signature_names_the_text_and_its_hash_the_copies_and_its_kind():
    papers = [SIGNED.agreement, RENEWED.agreement, TRANSFERRED.agreement]
    kinds: list[SignatureKind] = ["new", "renewal", "supplementary"]
    assert papers == [Agreement(kind=kind, copies=2, text_version="2017", text_hash=HASHES["2017"]) for kind in kinds]
    given().when(replace(SIGN, signed_by="family-member", signed_at="resident-app"), **WHO).then(
        replace(SIGNED, signed_by="family-member", signed_at="resident-app")
    )


def test_a_contract_begins_when_it_is_signed_or_within_ninety_days():
    late = date(2026, 5, 31)
    given().when(replace(SIGN, starts_on=late), **WHO).then(
        replace(SIGNED, starts_on=late, ends_on=date(2027, 5, 30), remind_on=date(2027, 5, 14))
    )  # a Friday: fourteen days before is a Sunday
    for day in (YESTERDAY, date(2026, 6, 1)):
        given().when(replace(SIGN, starts_on=day), **WHO).then_refused(
            "start-outside-limits", earliest=TODAY, latest=late
        )


@holds("A1.2")
def test_nobody_signs_at_a_closed_institution_or_at_one_that_may_not():
    closed = {"resident": [WANG], "team": [TEAM_1], "institution": [CENTRE, CLOSED]}
    given().when(SIGN, **closed).then_refused("institution-not-open", institution="fuhai")
    given(SIGNED).when(RENEW, **closed, now=NEAR_THE_END).then_refused("institution-not-open")
    given(SIGNED).when(TRANSFER, team=[TEAM_2], institution=[CENTRE, CLOSED]).then_refused("institution-not-open")
    public = {"resident": [WANG], "team": [TEAM_1], "institution": [replace(HOSPITAL, institution_id="fuhai")]}
    given().when(SIGN, **public).then_refused("institution-may-not-sign", institution="fuhai")
    given(SIGNED).when(RENEW, **public, now=NEAR_THE_END).then_refused("institution-may-not-sign")
    given(SIGNED).when(TRANSFER, team=[TEAM_2], institution=public["institution"]).then_refused(
        "institution-may-not-sign"
    )


@holds("A1.11")
def test_two_hospitals_of_other_tiers_are_chosen_beside_the_teams_institution():
    both = replace(SIGN, institution_ids=("district-2", "city-3"))
    chosen = tuple(
        ChosenInstitution(institution_id=name, tier=tier)
        for name, tier in (("fuhai", 1), ("district-2", 2), ("city-3", 3))
    )
    given().when(both, **WHO, institutions=[[DISTRICT], [HOSPITAL]]).then(replace(SIGNED, institutions=chosen))
    given().when(both, **WHO, institutions=[[DISTRICT], [replace(HOSPITAL, tier=2)]]).then_refused(
        "institutions-of-one-tier", institution="city-3", tier=2
    )
    given().when(both, **WHO, institutions=[[DISTRICT], []]).then_refused("institution-not-open", institution="city-3")


def test_a_contract_does_not_move_to_a_hospital_of_a_tier_that_was_chosen():
    chosen = (*SIGNED.institutions, ChosenInstitution(institution_id="district-2", tier=2))
    private = replace(DISTRICT, institution_id="fuhai", sector="private")
    given(replace(SIGNED, institutions=chosen)).when(TRANSFER, team=[TEAM_2], institution=[private]).then_refused(
        "institutions-of-one-tier", tier=2
    )


@holds("A1.9")
def test_a_paid_package_is_not_signed_again_within_eleven_months():
    (signed,) = given().when(replace(SIGN, package="chronic"), **WHO).decided()
    assert signed.package_guarded_until == date(2027, 2, 1)
    guard = Claim(key="package:chronic:wang", rule="package-signed-lately", since=TODAY, until=date(2027, 2, 1))
    assert claimed(CONTRACT, signed)[-1] == guard
    assert guard not in claimed(CONTRACT, signed, replace(ENDED, reason="died"))
    assert all(claim.key != "package:basic:wang" for claim in claimed(CONTRACT, SIGNED))


def test_a_package_is_one_that_is_offered():
    given().when(replace(SIGN, package="gold"), **WHO).then_refused("package-unknown", package="gold")
    given(SIGNED).when(replace(RENEW, package="gold"), **WHO, now=NEAR_THE_END).then_refused("package-unknown")


def test_another_package_may_be_chosen_for_the_next_term():
    (renewed,) = given(SIGNED).when(replace(RENEW, package="lishui-basic"), **WHO, now=NEAR_THE_END).decided()
    assert renewed.package == folded(CONTRACT, SIGNED, renewed).package == "lishui-basic"
    assert renewed.package_guarded_until == date(2028, 2, 1)


# How many


@holds("A2.4")
def test_a_team_of_more_than_fifteen_hundred_is_warned():
    given().when(SIGN, **WHO, team_contracts=1499).then(replace(SIGNED, team_load=1500))
    given().when(SIGN, **WHO, team_contracts=1500).then(replace(SIGNED, team_load=1501, load_warning=True))
    given(SIGNED).when(TRANSFER, **NEW_TEAM, team_contracts=1500).then(
        replace(TRANSFERRED, team_load=1501, load_warning=True)
    )


@holds("A2.4")
def test_a_full_team_takes_nobody_unless_somebody_allows_it_and_says_why():
    given().when(SIGN, **WHO, team_contracts=2000).then_refused("team-full", team="team-1", cap=2000)
    given(SIGNED).when(TRANSFER, **NEW_TEAM, team_contracts=2000).then_refused("team-full", team="team-2")
    nameless = replace(SIGN, override_by="head-of-centre")
    given().when(nameless, **WHO, team_contracts=2000).then_refused("team-full")
    allowed = replace(nameless, override_reason="household-together")
    given().when(allowed, **WHO, team_contracts=2000).then(
        replace(SIGNED, team_load=2001, load_warning=True),
        LoadOverridden(
            contract_id="c1",
            resident_id="wang",
            team_id="team-1",
            load=2001,
            cap=2000,
            allowed_by="head-of-centre",
            reason="household-together",
        ),
    )


# How it goes on


def test_who_may_not_sign_does_not_renew():
    newcomer = replace(WANG, evidence="half-year-residence", resident_since=date(2026, 12, 1))
    given(SIGNED).when(RENEW, **{**WHO, "resident": [newcomer]}, now=NEAR_THE_END).then_refused("not-eligible")
    given(SIGNED).when(RENEW, team=[TEAM_1], **WHERE, now=NEAR_THE_END).then_refused("resident-not-registered")


def test_a_contract_is_renewed_with_a_team_that_is_complete():
    given(SIGNED).when(RENEW, **{**WHO, "team": [TEAM_1, NURSE_LEFT]}, now=NEAR_THE_END).then_refused(
        "missing-mandatory-role"
    )
    given(SIGNED).when(RENEW, resident=[WANG], **WHERE, now=NEAR_THE_END).then_refused("team-not-formed")


@holds("A1.8")
def test_where_nobody_asks_for_an_end_the_term_is_deemed_renewed_and_awaits_its_signature():
    given(SIGNED).when(EXPIRE, now=AFTER_THE_END, pack=DEEMED, resident=[WANG]).then(DEEMED_RENEWED)
    contract = folded(CONTRACT, SIGNED, DEEMED_RENEWED)
    assert contract.status(date(2027, 3, 2)) == "pending-signature"
    assert contract.covers(date(2027, 3, 31))
    assert not contract.covers(date(2027, 4, 1))
    assert claimed(CONTRACT, SIGNED, DEEMED_RENEWED) == []


@holds("A1.8")
def test_a_deemed_term_is_signed_in_time_or_ends():
    late = at(date(2027, 3, 20), 9)
    signed = replace(RENEW, signed_on=date(2027, 3, 20))
    given(SIGNED, DEEMED_RENEWED).when(signed, **WHO, now=late).then(replace(RENEWED, signed_on=date(2027, 3, 20)))
    given(SIGNED, DEEMED_RENEWED).when(EXPIRE, now=late, pack=DEEMED).then_nothing()
    over = at(date(2027, 4, 1), 0)
    given(SIGNED, DEEMED_RENEWED).when(EXPIRE, now=over, pack=DEEMED).then(replace(EXPIRED, last_day=date(2027, 3, 31)))
    given(SIGNED, DEEMED_RENEWED).when(signed, **WHO, now=over).then_refused("contract-over")


def test_a_term_whose_end_is_noticed_too_late_is_not_deemed_renewed():
    given(SIGNED).when(EXPIRE, now=at(date(2027, 3, 31), 23), pack=DEEMED, resident=[WANG]).then(DEEMED_RENEWED)
    given(SIGNED).when(EXPIRE, now=at(date(2027, 4, 1), 0), pack=DEEMED, resident=[WANG]).then(EXPIRED)


def test_an_end_during_a_deemed_term_claims_nothing_that_was_not_signed():
    ended = replace(ENDED, last_day=date(2027, 3, 10), reason="died")
    assert {claim.until for claim in claimed(CONTRACT, SIGNED, DEEMED_RENEWED, ended)} == {LAST_DAY}


def test_a_supplementary_agreement_may_have_been_signed_before_today():
    signed = replace(SIGNED, signed_on=YESTERDAY, starts_on=YESTERDAY)
    given(signed).when(replace(TRANSFER, signed_on=YESTERDAY, reason="doctor-left"), **NEW_TEAM).then(
        replace(TRANSFERRED, signed_on=YESTERDAY, reason="doctor-left")
    )
    given(SIGNED).when(replace(TRANSFER, signed_on=TOMORROW), **NEW_TEAM).then_refused("day-in-the-future")


def test_a_place_is_given_back_to_the_team_that_is_left():
    moved = replace(TRANSFERRED, from_day=TOMORROW)
    claims = claimed(CONTRACT, SIGNED, moved)
    assert [(each.key, each.until) for each in claims if ":team-1:" in each.key] == [
        ("team_contracts:team-1:c1", TODAY),
        ("named_contracts:team-1:li:c1", TODAY),
        ("named_contracts:team-1:he:c1", TODAY),
    ]
    assert [(each.key, each.since, each.until) for each in claims if ":team-2:" in each.key] == [
        ("team_contracts:team-2:c1", TOMORROW, LAST_DAY),
        ("named_contracts:team-2:chen:c1", TOMORROW, LAST_DAY),
        ("named_contracts:team-2:fang:c1", TOMORROW, LAST_DAY),
    ]


@holds("A1.6")
def test_an_end_by_choice_is_signed_by_both():
    given(SIGNED).when(replace(END, both_signed=False)).then_refused("end-not-signed", contract="c1")


@holds("A1.7")
def test_unreachable_or_refusing_service_counts_after_a_year():
    for reason in ("unreachable-one-year", "refused-one-year"):
        end = replace(END, last_day=TOMORROW, reason=reason, since=date(2025, 3, 3))
        given(SIGNED).when(end).then(replace(ENDED, last_day=TOMORROW, reason=reason, since=date(2025, 3, 3)))
        for since in (date(2025, 3, 4), None):
            given(SIGNED).when(replace(end, since=since)).then_refused("reason-not-long-enough", months=12)


def test_where_no_early_end_is_allowed_only_death_ends_a_contract():
    strictest = replace(SZ_2018, midterm_termination="deny")
    given(SIGNED).when(replace(END, last_day=TODAY, reason="died"), pack=strictest).then(
        replace(ENDED, last_day=TODAY, reason="died")
    )
    given(SIGNED).when(replace(END, last_day=TODAY, reason="moved-out"), pack=strictest).then_refused(
        "midterm-end-not-allowed"
    )


PAID = PackagePaid(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=1,
    package="chronic",
    payer="resident",
    amount_fen=15_200,
    paid_on=TODAY,
)
SETTLED = PackageSettled(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    term=1,
    package="chronic",
    paid_fen=15_200,
    used_fen=0,
    refund_fen=15_200,
    settled_on=TODAY,
)


@holds("A1.6")
def test_what_was_paid_is_settled_before_an_early_end():
    given(SIGNED, PAID).when(END).then_refused("package-not-settled", contract="c1")
    given(SIGNED, PAID, SETTLED).when(END).then(ENDED)
    died = replace(END, last_day=TODAY, reason="died")
    given(SIGNED, PAID).when(died).then(replace(ENDED, last_day=TODAY, reason="died"))


def test_some_cities_end_nothing_that_was_invoiced_unless_the_invoice_is_void():
    strict = pack_of("EX-2020")
    gone = replace(END, reason="moved-out")
    given(SIGNED, PAID, SETTLED).when(gone, pack=strict).then_refused("package-invoiced", contract="c1")
    void = replace(END, last_day=TODAY, reason="invoice-void")
    given(SIGNED, PAID).when(void, pack=strict).then(replace(ENDED, last_day=TODAY, reason="invoice-void"))


@holds("A1.5")
def test_what_a_contract_is_follows_from_its_days():
    def status(day: date, *past: object) -> str:
        return str(folded(CONTRACT, *past).status(day))

    assert status(TODAY) == "unknown"
    assert status(TODAY, DRAFTED) == "drafted"
    assert [status(day, SIGNED) for day in (YESTERDAY, TODAY, date(2027, 3, 2))] == ["signed", "active", "expired"]
    assert status(date(2027, 3, 2), SIGNED, RENEWED) == "renewed"
    assert status(date(2026, 5, 1), SIGNED, ENDED) == "terminated"
