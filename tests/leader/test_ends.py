"""What follows from each end: the table of docs/ends.md, cell by cell, for a resident with a bit of everything."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from domain.contract.commands import TransferContract
from domain.family_bed.commands import (
    CloseBed,
    TransferBedToHospital,
)
from domain.resident.commands import TagKeyGroup
from domain.team.commands import LeaveTeam
from domain.visit.commands import Need, RequestVisit
from tests.leader.ends import (
    ADMITTED,
    LAST_DAY,
    SETTLED,
    SEVEN,
    UNDER_CONTRACT,
    VISITS,
    Outcome,
    depart,
    outcome,
    terminate,
)
from tests.leader.worlds import MONDAY, TUESDAY, World, at

PAGE = Path(__file__).parents[2] / "docs" / "ends.md"

Check = Callable[[Outcome], bool]
CHECKS: dict[str, dict[str, Check]] = {
    "visits": {
        "all cancelled: died": lambda o: o.cancelled("died", *VISITS[:4]),
        "all cancelled: moved-out": lambda o: o.cancelled("moved-out", *VISITS[:4]),
        "all cancelled: in-hospital": lambda o: o.cancelled("in-hospital", *VISITS[:4]),
        "after the last day cancelled: moved-out; longer windows end on it": lambda o: (
            o.cancelled("moved-out", "later")
            and {o.visits[name].window_to for name in ("window", "at-bed")} == {LAST_DAY}
            and o.visits["today"].status == "assigned"
        ),
        "under the contract cancelled: contract-over": lambda o: o.cancelled("contract-over", *UNDER_CONTRACT),
        "open ones under the contract cancelled: contract-over": lambda o: o.cancelled("contract-over", "spring"),
        "under the contract after the last day cancelled: contract-over; longer windows end on it": lambda o: (
            o.cancelled("contract-over", "later")
            and o.visits["window"].window_to == LAST_DAY
            and o.visits["at-bed"].window_to == date(2026, 3, 18)
            and o.visits["today"].status == "assigned"
        ),
        "under the contract go to the new team, its nurse is named": lambda o: (
            not o.reasons
            and {o.visits[name].team_id for name in UNDER_CONTRACT} == {"t2"}
            and o.visits["window"].needs[0].named_id == "m1"
            and o.visits["at-bed"].team_id == "t1"
        ),
        "at the bed cancelled: bed-closed": lambda o: o.cancelled("bed-closed", "at-bed"),
        "stay, others go": lambda o: not o.reasons and o.visits["today"].slots[0].member_id == "n2",
    },
    "care tasks": {
        "all cancelled: died": lambda o: o.causes() == {"died"},
        "all cancelled: moved-out": lambda o: o.causes() == {"moved-out"},
        "after the last day cancelled: moved-out": lambda o: (
            o.causes("contract") == {"moved-out"} and o.causes("family_bed") == {"open"}
        ),
        "of the contract cancelled: contract-over": lambda o: (
            o.causes("contract") == {"contract-over"} and o.causes("family_bed") == {"open"}
        ),
        "of the contract after the last day cancelled: contract-over": lambda o: (
            o.causes("contract") == {"contract-over"} and o.causes("family_bed") == {"open"}
        ),
        "open ones of the contract cancelled: contract-over": lambda o: (
            "contract-over" in o.causes("contract") and "open" not in o.causes("contract")
        ),
        "of the contract go to the new team": lambda o: (
            {task.team_id for task in o.tasks if task.scheduled.source == "contract"} == {"t2"}
        ),
        "rounds cancelled: bed-closed": lambda o: (
            o.causes("family_bed") == {"bed-closed"} and o.causes("contract") == {"open"}
        ),
        "due at home cancelled: in-hospital; owed again after the return": lambda o: (
            o.causes("family_bed") == {"in-hospital"} and o.causes("contract") == {"open"}
        ),
        "stay": lambda o: o.causes() == {"open"},
    },
    "bed": {
        "closed: died": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "died",
        "closed: other": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "other",
        "closed: improved": lambda o: o.bed.closed is not None and o.bed.closed.outcome == "improved",
        "stays until the last day": lambda o: o.bed.closed is None and not o.bed.in_hospital,
        "stays": lambda o: o.bed.closed is None and not o.bed.in_hospital,
        "gives no care until the return": lambda o: o.bed.in_hospital,
    },
    "referral": {
        "withdrawn: died": lambda o: o.referral.withdrawn == "died",
        "withdrawn: moved-out": lambda o: o.referral.withdrawn == "moved-out",
        "withdrawn: contract-over": lambda o: o.referral.withdrawn == "contract-over",
        "stays until the last day": lambda o: o.referral.status == "accepted",
        "stays": lambda o: o.referral.status in {"accepted", "in-hospital"},
    },
    "contract": {
        "terminated: died": lambda o: (o.contract.ended, o.contract.end_reason) == ("terminated", "died"),
        "terminated: moved-out": lambda o: (o.contract.ended, o.contract.end_reason) == ("terminated", "moved-out"),
        "terminated": lambda o: o.contract.ended == "terminated",
        "expired": lambda o: o.contract.ended == "expired",
        "of the new team": lambda o: (o.contract.team_id, o.contract.nurse_id) == ("t2", "m1"),
        "stays": lambda o: o.contract.ended is None and o.contract.team_id == "t1",
    },
    "entitlements": {
        "used ones stay, none is used after it": lambda o: bool(o.contract.ended and o.contract.ledgers[0].services),
        "stay": lambda o: bool(not o.contract.ended and o.contract.ledgers[0].services),
    },
    "key groups": {
        "stay": lambda o: {"disabled", "elder", "hypertension"} <= {*o.resident.groups},
    },
}
"""What each phrase of the table means."""

CAUSES: dict[str, Sequence[object]] = {
    "death": (depart("died"),),
    "move": (depart("moved-out"),),
    "move to come": (depart("moved-out", LAST_DAY),),
    "termination: died": (terminate("died"),),
    "termination: moved-out": (terminate("moved-out"),),
    "termination: other reasons": (terminate("lost-to-follow-up"),),
    "termination: other reasons, last day to come": (terminate("refused-service", LAST_DAY),),
    "expiry": (),
    "transfer": (TransferContract(contract_id="c2", team_id="t2", consent=True),),
    "bed closed": (SETTLED, CloseBed(family_bed_id="b2", closed_on=MONDAY, outcome="improved")),
    "bed closed: died": (SETTLED, CloseBed(family_bed_id="b2", closed_on=MONDAY, outcome="died")),
    "bed to hospital": (TransferBedToHospital(family_bed_id="b2", transferred_on=TUESDAY),),
    "referral admitted": ADMITTED,
    "member leaves": (LeaveTeam(team_id="t1", member_id="n1", last_day=MONDAY),),
}


def spring_visit() -> RequestVisit:
    """Return a visit whose window begins before the contract's term is over, and ends after it."""
    return RequestVisit(
        visit_id="spring",
        resident_id="r2",
        team_id="t1",
        contract_id="c2",
        purpose="home-call",
        needs=(Need(roles=("nurse",), minutes=30),),
        window_from=date(2027, 2, 25),
        window_to=date(2027, 3, 10),
    )


def table() -> list[tuple[str, str, str]]:
    """Return cause, part and phrase of each cell of the page's first table."""
    page = PAGE.read_text(encoding="utf-8")
    lines = page[page.index("| cause | visits") :].partition("\n\n")[0].splitlines()
    heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [(row[0], part, cell) for row in rows for part, cell in zip(heads[1:], row[1:], strict=True)]


def test_the_table_names_every_cause_and_every_part() -> None:
    assert list(dict.fromkeys(cause for cause, _, _ in table())) == list(CAUSES)
    assert list(dict.fromkeys(part for _, part, _ in table())) == list(CHECKS)


@pytest.mark.parametrize("cause", CAUSES)
def test_what_follows_from_an_end_is_what_the_table_says(world: World, cause: str) -> None:
    world.give(*CAUSES[cause], now=SEVEN)
    now = at("07:01")
    if cause == "expiry":
        ill = TagKeyGroup(resident_id="r2", group="tuberculosis", since=date(2027, 2, 20))
        world.give(spring_visit(), ill, now=at("08:00", date(2027, 2, 20)))
        now = at("00:01", date(2027, 3, 1))
    if cause == "member leaves":
        world.plan(now=now)
    after = outcome(world, now)
    for each, part, phrase in table():
        if each == cause:
            assert CHECKS[part][phrase](after), f"{cause}: {part}: {phrase}\n{after}"
