"""What a simulated community is like. Measured figures name their source; the others are assumptions [GK].

Sources: city figures of Shenzhen as in the rulebook, section A3.
"""

from domain.institution import KeyGroup

RESIDENTS_PER_TEAM = 1134  # measured: about 4 million signed residents, 3,528 teams
BEDS_PER_TEAM = 3.1  # measured: 10,946 family beds, 3,528 teams
TEAMS_PER_INSTITUTION = 4  # measured: 833 institutions, 3,528 teams
PEOPLE_PER_INSTITUTION = 20_000  # measured: about one institution for so many people
STAFF_PER_TEAM = 4.2  # measured: 14,736 staff; a team has four or five seats here

GROUP_SHARES: dict[KeyGroup, float] = {
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
}
"""Shares of the signed residents; hypertension and diabetes are those below the elder age. Assumed."""

ELDER_HYPERTENSION = 0.45  # share of the elders; assumed
ELDER_DIABETES = 0.20
GROUP_COVERED = 0.65  # share of a key group's people who are signed: reported above 65 % for the country
HOMEBOUND_ELDERS = 0.20  # cannot come to the centre; assumed
HOMEBOUND_DISABLED = 0.40

PROCEDURE_SHARE = 0.4  # homebound people who need a nursing procedure at home; assumed
PROCEDURE_EVERY_DAYS = 7
MOST_CALLS_PER_TEAM_DAY = 6  # home visits asked for by residents: each of so many comes with the chance below; assumed
CALL_CHANCE = 0.5
CALL_DOUBLE_SHARE = 0.15  # of them blood is drawn first and the doctor follows

REFERRALS_PER_TEAM_DAY = 0.4  # assumed
DECLINED_SHARE = 0.1
NEW_CONTRACTS_PER_TEAM_DAY = 0.5  # assumed
TERMINATIONS_PER_TEAM_DAY = 0.05
TRANSFERS_PER_TEAM_DAY = 0.02
RENEWED_SHARE = 0.85  # of contracts that end; assumed
RENEWAL_LEAD_DAYS = 14  # a resident is asked so many days before the end
CENTRE_ATTENDANCE = 0.25  # chance a day that a resident with a due service comes to the centre; assumed

ABSENT_SHARE = 0.02  # chance a day that a member falls ill; assumed
NOBODY_HOME_SHARE = 0.04  # visits at which nobody opens; assumed
CANCELLED_SHARE = 0.02  # visits that residents call off in the morning; assumed

AREA_METRES = 1500  # homes lie so far around the team's base, on a grid of streets
BLOCK_METRES = 100
