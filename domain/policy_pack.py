"""The numbers that differ by city and by date. A pack never changes: a changed number is a new version.

Sources are named by document and article; [GK] marks a usual local rule for which no source was found: a setting with
a default, never to be cited as law.
"""

from dataclasses import replace
from datetime import date

from domain.event import value


@value
class CareRule:
    """How often a key group is seen (A5): `times` a year, each inside a window of `window_days`, `minutes` long.

    `roles` name who goes, one entry per person; a slash parts alternatives. It is done at home where `at_home` says so
    and for people who cannot come, otherwise at the centre. `priority` 1 to 9 is for the roster [GK]. What is done
    once, in the first days of a first term (`at_start`), is not spread over the year.
    """

    group: str
    kind: str
    times: int
    window_days: int
    minutes: int
    roles: tuple[str, ...]
    at_home: bool = False
    at_start: bool = False
    priority: int = 5


@value
class PolicyPack:
    """One version of a city's numbers, in force from `effective_from` until the next version of its region."""

    version: str
    region: str
    effective_from: date

    # contract
    residence_months: int  # resident that long to be eligible (Shenzhen rules of 2017-11-07; domain rule A1.1)
    term_months: int  # "in principle not less than one year" (A1.4)
    longest_term_months: int  # 2022 opinions allow longer terms [GK]
    renewal_window_days: int  # how early a renewal may be signed [GK]
    notice_days: int  # notice for ending early (Lishui form: one month; A1.6)
    midterm_termination: bool  # ending early allowed at all (A1.6)
    team_cap: int  # most residents of one team (Shenzhen draft: 2,000; A2); kept, not yet enforced when signing

    # targets of coverage, shares of 1 (2017 opinions: 30 % of people, 60 % of key groups; A3)
    target_population: float
    target_key_groups: float

    # key groups: A4 and A5
    elder_age: int  # 65 for the country; kept, the group itself is tagged by hand so far
    care: tuple[CareRule, ...]
    late_days: int  # how long after its window a care task is still worth doing [GK]

    # visits
    least_visit_minutes: int  # consultation of at least 10 minutes (Shenzhen norm of 2018-03-01; A2)
    ask_again_days: int  # a missed visit is asked again within these days [GK]
    visit_attempts: int  # after so many misses a person decides (TB: two failed attempts are reported; A5)
    most_overtime_minutes: int  # a roster never ends a member's day later than this after her shift [GK]

    # family beds: A7, all [GK] but the idea of a cycle
    bed_cycle_days: int
    round_every_days: int
    nurse_round_every_days: int
    first_round_hours: int
    round_minutes: int
    nurse_round_minutes: int

    # what follows a referral
    referral_follow_up_days: int  # Shenzhen: within 5 days of transfer; national: 2 weeks; the earlier rule wins
    follow_up_minutes: int


_CARE = (
    CareRule(group="hypertension", kind="hypertension-follow-up", times=4, window_days=21, minutes=20, roles=("gp",)),
    CareRule(group="diabetes", kind="diabetes-follow-up", times=4, window_days=21, minutes=20, roles=("gp",)),
    CareRule(group="elder", kind="elder-exam", times=1, window_days=90, minutes=40, roles=("nurse",), priority=3),
    CareRule(
        group="mental-disorder",
        kind="mental-follow-up",
        times=4,
        window_days=21,
        minutes=30,
        roles=("gp", "nurse"),
        at_home=True,
        priority=6,
    ),
    CareRule(
        group="tuberculosis",
        kind="tuberculosis-supervision",
        times=12,
        window_days=10,
        minutes=15,
        roles=("nurse",),
        at_home=True,
        priority=8,
    ),
    CareRule(
        group="disabled",
        kind="rehabilitation-guidance",
        times=2,
        window_days=30,
        minutes=30,
        roles=("rehab/nurse",),
        at_home=True,
        priority=4,
    ),
    CareRule(
        group="postpartum",
        kind="postpartum-visit",
        times=1,
        window_days=7,
        minutes=40,
        roles=("nurse",),
        at_home=True,
        at_start=True,
        priority=8,
    ),
)

CN_2017 = PolicyPack(
    version="CN-2017",
    region="CN",
    effective_from=date(2017, 3, 1),
    residence_months=6,
    term_months=12,
    longest_term_months=36,
    renewal_window_days=60,
    notice_days=30,
    midterm_termination=True,
    team_cap=2000,
    target_population=0.30,
    target_key_groups=0.60,
    elder_age=65,
    care=_CARE,
    late_days=30,
    least_visit_minutes=10,
    ask_again_days=7,
    visit_attempts=3,
    most_overtime_minutes=60,
    bed_cycle_days=90,
    round_every_days=7,
    nurse_round_every_days=4,
    first_round_hours=48,
    round_minutes=40,
    nurse_round_minutes=30,
    referral_follow_up_days=14,
    follow_up_minutes=25,
)

SZ_2018 = replace(CN_2017, version="SZ-2018", region="SZ", effective_from=date(2018, 3, 1), referral_follow_up_days=5)

PACKS = (CN_2017, SZ_2018)


def in_force(region: str, day: date) -> PolicyPack:
    """Return the newest pack of the region that is in force on `day`; where it has none, the national one.

    Before the first national pack the oldest one is used, so that old papers can be taken in.
    """
    for wanted in (region, "CN"):
        packs = [p for p in PACKS if p.region == wanted and p.effective_from <= day]
        if packs:
            return max(packs, key=lambda p: p.effective_from)
    return CN_2017
