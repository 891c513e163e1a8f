"""The numbers of a simulated community, each with its meaning, and either its source or the note that it is assumed.

`python -m infra.simulate.table` writes them into `docs/simulation.md`. City figures are those of Shenzhen as in the
rulebook, chapter A3.
"""

from typing import TypeVar

from domain.alliance.commands import ActivityKind
from domain.event import value
from domain.key_groups import KeyGroup

T = TypeVar("T")


@value
class DocumentedNumber:
    """A number of the simulation, its meaning, and its source; an assumed number has none."""

    number: object
    what: str
    source: str


NUMBERS: list[DocumentedNumber] = []
"""All numbers in the order of this file."""


def measured(number: T, what: str, source: str) -> T:
    """Record a measured number with its source, and return it."""
    NUMBERS.append(DocumentedNumber(number=number, what=what, source=source))
    return number


def assumed(number: T, what: str) -> T:
    """Record an assumed number, and return it."""
    NUMBERS.append(DocumentedNumber(number=number, what=what, source=""))
    return number


# The city

RESIDENTS_PER_TEAM = measured(1134, "signed residents of a team", "about 4 million signed residents, 3,528 teams")
BEDS_PER_TEAM = measured(3.1, "open family beds of a team", "10,946 family beds, 3,528 teams")
TEAMS_PER_INSTITUTION = measured(4, "teams of an institution", "833 institutions, 3,528 teams")
PEOPLE_PER_INSTITUTION = measured(20_000, "people for whom there is an institution", "about one for this many people")
GROUP_COVERED = measured(
    0.65, "share of a key group's people who are signed", "reported above 65 % for the country, 2018"
)
AREA_METRES = assumed(1500, "metres from a team's base to its farthest homes")
BLOCK_METRES = assumed(100, "metres of a block of streets")

# The people

GROUP_SHARES: dict[KeyGroup, float] = assumed(
    {
        "elder": 0.14,
        "hypertension": 0.12,
        "diabetes": 0.05,
        "child": 0.09,
        "pregnant": 0.01,
        "mental-disorder": 0.006,
        "disabled": 0.015,
        "tuberculosis": 0.001,
        "low-income": 0.01,
        "special-family": 0.002,
    },
    "shares of the signed residents; hypertension and diabetes below the elder age",
)
ELDER_HYPERTENSION = assumed(0.45, "share of elders with hypertension")
ELDER_DIABETES = assumed(0.20, "share of elders with diabetes")
HOMEBOUND_ELDERS = assumed(0.20, "share of elders who cannot come to the centre")
HOMEBOUND_DISABLED = assumed(0.40, "share of disabled people who cannot come to the centre")

# Requests and needs

PROCEDURE_SHARE = assumed(0.4, "share of homebound people who need a nursing procedure at home")
PROCEDURE_EVERY_DAYS = assumed(7, "days from one procedure to the next")
MOST_CALLS_PER_TEAM_DAY = assumed(6, "home visits that may be requested, per team and day")
CALL_CHANCE = assumed(0.5, "chance of each of them")
CALL_DOUBLE_SHARE = assumed(0.15, "share of them in which blood is drawn first and the doctor follows")
CENTRE_ATTENDANCE = assumed(0.25, "chance a day that a resident with a due service comes to the centre")

# Measurements and referrals

HARD_TO_CONTROL_SHARE = assumed(0.2, "share of residents whose pressure or sugar is hard to control")
HIGH_IF_HARD = assumed(0.6, "chance that theirs is too high at a visit")
HIGH_IF_EASY = assumed(0.12, "chance that another's is too high")
DANGEROUS_SHARE = assumed(0.03, "share of high pressures that are dangerous")

REFERRALS_PER_TEAM_DAY = assumed(0.4, "referrals per team and day")
DECLINED_SHARE = assumed(0.1, "share of referrals that the hospital declines")
URGENT_SHARE = assumed(0.25, "share of referrals that are urgent")
UNANSWERED_SHARE = assumed(0.05, "share of referrals that the hospital answers only after its hours")
GREEN_REQUESTED_SHARE = assumed(0.5, "share of ordinary referrals that ask for the green channel; all urgent ones do")
GREEN_GRANTED_SHARE = assumed(0.8, "share of those for which it is granted")
NOT_ATTENDED_SHARE = assumed(0.06, "share of appointments that are not attended")
ADMITTED_SHARE = assumed(0.2, "share of ordinary referrals that are taken into a bed")
URGENT_ADMITTED_SHARE = assumed(0.6, "share of urgent ones")

# Contracts

NEW_CONTRACTS_PER_TEAM_DAY = assumed(0.5, "new contracts per team and day")
TERMINATIONS_PER_TEAM_DAY = assumed(0.05, "contracts that end early, per team and day")
TRANSFERS_PER_TEAM_DAY = assumed(0.02, "contracts that move to another team, per team and day")
DRAFTED_SHARE = assumed(0.3, "share of newcomers for whom a draft is written first")
NOTICES_SHARE = assumed(0.85, "share of residents with visits who may be called or written to about them")
PAID_SHARE = assumed(0.2, "share of newcomers with a chronic disease who choose a paid package")
PAID_WITHIN_DAYS = assumed(10, "days within which the resident pays for it")
CHOOSES_HOSPITALS_SHARE = assumed(0.4, "share of newcomers who choose hospitals with the contract")
RENEWED_SHARE = assumed(0.85, "share of contracts that are renewed at their end")
RENEWAL_LEAD_DAYS = assumed(14, "days before the end on which a renewal is offered")

# Surveys

SURVEYS_PER_TEAM_DAY = assumed(0.4, "residents who answer a survey, per team and day")
LIKELY_SCORES: dict[int, float] = assumed({1: 0.03, 2: 0.07, 3: 0.2, 4: 0.4, 5: 0.3}, "shares of the scores")

# Alliances, for one institution: a county reported 252 experts, 52 operations, 279 lectures and 71 trainees in five
# months; the number of its institutions is our assumption

EXPERTS_PER_MONTH = assumed(2.0, "experts sent to an institution a month (a county's 252 in five months over 25)")
EXPERT_DAYS = assumed(3, "days for which an expert stays")
ACTIVITIES_PER_MONTH: dict[ActivityKind, float] = assumed(
    {"clinic": 2.0, "operation": 0.4, "lecture": 2.2}, "what experts do at an institution a month, likewise"
)
TRAININGS_PER_MONTH = assumed(0.6, "members of an institution who are trained a month, likewise")

# Births and hospital stays

PREGNANCY_DAYS = assumed(275, "days from the first day of the last period to the birth")
LYING_IN_DAYS = assumed(3, "days from the birth to the discharge")
BED_TO_HOSPITAL_CHANCE = assumed(0.004, "chance a day that a resident in a family bed must go to hospital")
BED_HOSPITAL_DAYS = assumed(8, "days of such a stay")

# Disturbances

ABSENT_SHARE = assumed(0.02, "chance a day that a member falls ill")
NOBODY_HOME_SHARE = assumed(0.04, "share of visits at which nobody is at home")
CANCELLED_SHARE = assumed(0.02, "share of planned visits that residents call off in the morning")
