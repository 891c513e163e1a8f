"""The fields of a policy pack, chapter by chapter; the numbers themselves stand in the files of `packs`.

Sources are named by document and article; [GK] marks a usual local rule for which no source was found: a setting with
a default, never to be cited as law.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from domain.agreement import TEXTS
from domain.consent import RequiredConsent, consent_faults
from domain.event import value
from domain.key_groups import KeyGroup
from domain.package import Package, package_faults
from domain.policy_pack.care import CareRule, rule_faults
from domain.policy_pack.coverage import CoveragePath, YearSum, path_faults

DAYS_A_WEEK = 7

Touched = Literal["death", "money"]
"""What a correction may touch, so that a second person must allow it."""

VisitGrade = Literal["none", "general", "special"]
"""The grades of care at a home, as in Hangzhou: general or special; a visit of another kind has none (A6)."""


CostTier = Literal[
    "unplaced",
    "urgent",
    "disruption",
    "continuity",
    "tardiness",
    "imbalance",
    "travel",
    "fairness",
    "wish",
]
"""The tiers of a roster's cost, by the names of the solver."""

COST_TIERS: tuple[CostTier, ...] = get_args(CostTier)


@value
class VisitPurpose:
    """A purpose of a home visit (A6): one role or choice of roles for each member who goes, and the minutes it takes.

    Graded care needs a member with its `qualification`, in a team that may visit; the price goes by the grade.
    """

    code: str
    roles: tuple[str, ...]
    minutes: int
    grade: VisitGrade = "none"
    qualification: str = ""


@value
class PolicyPack:
    """One version of a city's numbers, in force from `effective_from` until the next version of its region.

    Days are calendar days, as the sources have them: none says working days. A comment says where working days count
    (docs/calendar.md lists all numbers).
    """

    version: str
    region: str
    effective_from: date

    # contract
    residence_months: int  # resident that long to be eligible (Shenzhen rules of 2017-11-07; domain rule A1.1)
    newborn_number_months: int  # a newborn may be registered without an identity number that long [GK]
    term_months: int  # "in principle not less than one year" (A1.4)
    longest_term_months: int  # 2022 opinions allow longer terms [GK]
    renewal_window_days: int  # how early a renewal may be signed [GK]
    notice_days: int  # notice for ending early (Lishui form: one month; A1.6)
    midterm_termination: Literal["allow", "special", "deny"]  # special: not by choice; deny: by death only (A1.6)
    paid_package_end: Literal["settle", "deny"]  # before an early end: settle first, or none once invoiced (A1.6)
    latest_start_days: int  # how long after its signing a contract may begin [GK]
    auto_renewal: Literal["explicit", "deemed"]  # deemed: a term follows by itself and awaits its signature (A1.8)
    renewal_signature_days: int  # how long a deemed term awaits it [GK]
    renewal_reminder_days: (
        int  # before the end a resident is reminded, or the working day before that (14 in one; A1.8)
    )
    one_year_reason_months: int  # unreachable, or refusing, for so long ends a contract (A1.7)
    copies: int  # of the agreement (A1.10)
    late_record_days: int  # how long afterwards what was done is still recorded [GK]
    census_years: int  # a census is at most so old: the nation counts every ten years (regulation of 2010, article 8)
    longest_career_years: int  # nobody has practised for longer [GK]
    second_person_for: tuple[Touched, ...]  # corrections that somebody else must allow: of a death, of money [GK]
    agreement_text: str  # the version of the duties that are signed (A1.12)
    package_guard_months: int  # a package that costs the resident something is not signed again so soon (A1.9)
    team_warn: int  # contracts of one team from which a signing warns (A2)
    team_cap: int  # most contracts of one team without an override (Shenzhen draft: 2,000; A2)
    gp_practice_months: int  # own practice of the leader, licensed in the city; 0: not asked (Shenzhen draft: 12; A2)
    understaffed_grace_days: int  # a team without practitioner or nurse may go on so long [GK]
    people_per_institution: int  # people for about one institution (Shenzhen; A3)

    # packages and money: A9
    packages: tuple[Package, ...]
    incentive_percent: int  # the team's part of the price of what was served to norm [GK]
    survey_months: int  # calendar months in which a person is asked once [GK]
    least_answers: int  # with fewer answers no index is shown [GK]

    # consents: personal information protection law, from a day on that is a setting; A10
    consents_required: tuple[RequiredConsent, ...]  # what rests on which consent [GK]

    # targets of coverage, shares of 1 (2017 opinions: 30 % of people, 60 % of key groups; A3)
    target_population: float
    target_key_groups: float

    # key groups: A4 and A5
    key_groups: tuple[KeyGroup, ...]  # which count as key groups here: the ten of the nation, and local ones (A4)
    elder_age: int  # 65 for the country (A4)
    elder_age_registered: int  # the same for registered households: Shenzhen 60, as others 65 in the country
    elder_residence_months: int  # how long others must have lived here to be elders (Shenzhen: half a year)
    child_years: int  # a child until this birthday: 0 to 6 (A4)
    postpartum_days: int  # childbed; the last examination is on day 42 (third edition of the national norm; A5)
    care: tuple[CareRule, ...]
    late_days: int  # how long after its window a care task is still worth doing [GK]
    merge_days: int  # two services share one trip if their windows share these days, or one lies in the other [GK]
    merged_share: float  # of the minutes of a service that is done on the trip for another [GK]

    # what a visit's findings move: A5, third edition of 2017
    uncontrolled_systolic: float  # mmHg, from here on
    uncontrolled_diastolic: float
    elder_uncontrolled_systolic: float  # from the elder age on
    uncontrolled_fasting_glucose: float  # mmol/L, from here on
    recheck_days: int  # uncontrolled, or referral advised: seen again within these days
    high_normal_systolic: float  # mmHg: from here on a person is at risk
    high_normal_diastolic: float
    risk_every_days: int  # people at risk are measured every half year
    risk_window_days: int  # [GK]
    unstable_days: int  # severe mental disorder: seen again within these days if unstable
    basically_stable_days: int
    still_basically_stable_days: int  # basically stable once more
    stable_days: int
    frail_newborn_visits: int  # extra visits to a newborn of low birth weight and the like; how many is [GK]
    frail_newborn_every_days: int  # [GK]

    # visits
    least_visit_minutes: int  # consultation of at least 10 minutes (Shenzhen norm of 2018-03-01; A2)
    most_visit_minutes: int  # nobody is in a home for longer; a longer stay has a wrong day or hour [GK]
    outside_shift_minutes: int  # entering so long before or after every shift of a member needs a reason [GK]
    ask_again_days: int  # a missed visit is asked again within these days, or by the next working day if later [GK]
    visit_attempts: int  # misses after which a person decides (TB: two failed attempts are reported; A5)
    visit_purposes: tuple[VisitPurpose, ...]  # what may be asked for without a care task (A6)
    visiting_qualification: str  # of members who give graded care at a home (Hangzhou: visiting qualification; A6)
    graded_care_assessed: bool  # graded care is assessed before it is asked for (Hangzhou; A6)
    general_care_fen: int  # price of a visit of general care; Hangzhou prices by grade, the sums are [GK]
    special_care_fen: int
    two_person_groups: tuple[str, ...]  # two people go to a first visit (A6) [GK]
    infectious_groups: tuple[str, ...]  # visited last on a day (A6) [GK]
    night_from: int  # minutes after midnight; two people go at night (A6) [GK]
    night_to: int
    companion_roles: str  # who may go along as the second person, parted by slashes [GK]
    short_percent: int  # a part that lasts less of its planned minutes is shown as far shorter [GK]
    lone_visit_minutes: int  # the leader is told if nobody leaves that long after the end that was to be expected [GK]
    most_overtime_minutes: int  # a roster never ends a member's day later than this after the shift [GK]

    # planning: A11, all [GK]
    freeze_minutes: int  # a visit that begins sooner than this is not moved any more [GK]
    carry_over_days: int  # how many days ahead a visit without a place looks for the team's next working day [GK]
    may_wait_days: int  # least days of a window that let a visit wait for a better day; a shorter one is a call [GK]
    new_visits_until: int  # minutes after midnight from which on a day takes no more visits that may wait [GK]
    put_off_days: int  # least working days behind the week that a window leaves to a visit that is put off [GK]
    week_reserve_percent: int  # of everybody's hours of a week, kept for calls and for what takes longer [GK]
    look_ahead_days: int  # the days to come that can be planned with all that will be due by then [GK]
    late_minutes: int  # a visit that begins so much later than planned is late [GK]
    least_lengths: int  # recorded lengths from which a median tells a visit's length; with fewer it is as planned [GK]
    newest_lengths: int  # how many of the newest recorded lengths count [GK]
    overrun_minutes: int  # how long a visit lasts on beyond its planned end, while too few lengths are recorded [GK]
    longest_work_minutes: int  # work and waiting of a shift without a rest; overtime counts [GK]
    least_rest_minutes: int  # a rest ends a stretch of work, and lasts that long [GK]
    neighbour_minutes: int  # homes at most so far apart, as the team travels, lie together [GK]
    offer_gap_minutes: int  # times that are offered for one visit lie at least so far apart on a day [GK]
    notice_minutes: int  # the team tells a resident of a start that moved by more than this [GK]
    call_minutes: int  # what a call to a resident costs: so many minutes by which a published visit moves [GK]
    tier_order: tuple[CostTier, ...]  # what outweighs what in a roster, most important first [GK]
    urgent_priority: int  # from this priority on every lateness is urgent [GK]
    urgent_late_minutes: int  # any lateness beyond these is urgent [GK]
    urgent_overtime_minutes: int  # any overtime beyond these is urgent [GK]
    imbalance_minutes: int  # visits that one may make more than another of the role, before it outweighs travel [GK]

    # the working calendar: notices of the State Council, one a year
    calendar: str  # the region whose days off and make-up working days are kept
    make_up_weekday: int  # the weekday whose shifts a make-up working day has, 0 is Monday [GK]

    # family beds: A7, all [GK] but the idea of a cycle
    bed_cycle_days: int  # [GK]
    round_every_days: int  # [GK]
    nurse_round_every_days: int  # [GK]
    first_round_hours: int  # [GK]
    round_minutes: int  # [GK]
    nurse_round_minutes: int  # [GK]

    # screening for a referral: A8, and A5 for blood pressure
    urgent_oxygen_saturation: float  # %, below it (A8)
    urgent_systolic: float  # mmHg, from here on (A5, A8)
    urgent_diastolic: float  # mmHg
    stroke_window_hours: float  # from the first sign to the treatment (A8)
    urgent_glucose: float  # mmol/L, from here on [GK]
    least_glucose: float  # mmol/L, dangerous below [GK]

    bed_indications: tuple[str, ...]  # Beijing 2007, insurance of Yangzhou, 国卫老龄发〔2022〕25号, Shenzhen; A7
    bed_assessment_days: int  # days within which condition and dwelling are assessed (Henan pilot: 2 to 3; A7)
    most_limb_strength: int  # grade of muscle strength up to which limbs are weak (insurance of Yangzhou: 3; A7)
    bed_agreement_copies: int  # patient, centre and managing hospital (form of a system in the field; A7)
    insurer_approves_bed: bool  # the insurer approves before the bed is agreed (insurance of Yangzhou; A7)
    senior_review_days: int  # a senior doctor reviews the care that often [GK]
    bed_extension_window_days: int  # how long before its end a cycle may be extended [GK]
    team_beds_warn: int  # beds above which a team is called crowded [GK]; the city has 3.1 a team
    team_beds_most: int  # beds of a team above which none opens without an override [GK]

    # access to records
    break_glass_hours: int  # how long a record opened outside one's roles stays open at most [GK]

    # what follows a referral
    urgent_answer_hours: int  # hours within which a hospital answers an urgent request [GK]
    answer_hours: int  # and any other [GK]
    referral_follow_up_days: int  # of the transfer; national norms, third edition: 2 weeks (A8)
    discharge_follow_up_days: int  # days within which the team contacts a discharged resident [GK]
    follow_up_minutes: int
    coverage_path: CoveragePath | None = None  # targets that rise year by year, in place of the two numbers (A3)
    public_health_fen: tuple[YearSum, ...] = ()  # of basic public health services, a head and year; the notices (A9)
    hospital_follow_up_days: int | None = None  # of the transfer, in hospital; Shenzhen: 5; the earlier rule wins (A8)


def faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of a pack: numbers that contradict each other or make no sense."""
    for name in ("target_population", "target_key_groups"):
        if not 0 <= getattr(pack, name) <= 1:
            yield f"{name} is a share of 1"
    if pack.coverage_path is not None:
        yield from path_faults(pack.coverage_path)
    if any(each.fen < 0 for each in pack.public_health_fen):
        yield "public_health_fen is at least 0"
    yield from consent_faults(pack.consents_required)
    yield from contract_faults(pack)
    yield from visit_faults(pack)
    yield from group_faults(pack)
    yield from bed_faults(pack)
    yield from care_faults(pack)
    yield from referral_faults(pack)
    yield from planning_faults(pack)
    yield from less_than(1, pack, "break_glass_hours")


def less_than(least: int, pack: PolicyPack, *names: str) -> Iterator[str]:
    """Yield a fault for each of these numbers that is less than the least; a number that a pack leaves out is not."""
    for name in names:
        number = getattr(pack, name)
        if number is not None and number < least:
            yield f"{name} is at least {least}"


def referral_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the numbers of referrals and of the signs that are urgent."""
    yield from less_than(
        0, pack, "urgent_diastolic", "urgent_oxygen_saturation", "least_glucose", "stroke_window_hours"
    )
    yield from less_than(1, pack, "referral_follow_up_days", "discharge_follow_up_days", "hospital_follow_up_days")
    yield from less_than(1, pack, "follow_up_minutes")
    if not 1 <= pack.urgent_answer_hours <= pack.answer_hours:
        yield "urgent_answer_hours is from 1 to answer_hours"
    if pack.least_glucose >= pack.urgent_glucose or pack.urgent_diastolic >= pack.urgent_systolic:
        yield "the lower of two limits is the lower one"


def care_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the schedules of care, and of the numbers that judge findings."""
    if not 0 <= pack.merged_share <= 1:
        yield "merged_share is a share of 1"
    yield from less_than(0, pack, "late_days", "frail_newborn_visits")
    yield from less_than(1, pack, "recheck_days", "risk_window_days", "unstable_days", "basically_stable_days")
    yield from less_than(
        1, pack, "still_basically_stable_days", "stable_days", "frail_newborn_every_days", "merge_days"
    )
    yield from less_than(0, pack, "uncontrolled_diastolic", "elder_uncontrolled_systolic", "high_normal_systolic")
    yield from less_than(0, pack, "high_normal_diastolic", "uncontrolled_fasting_glucose")
    if pack.high_normal_systolic >= pack.uncontrolled_systolic or pack.risk_window_days > pack.risk_every_days:
        yield "high normal pressure is below uncontrolled pressure, and a window is shorter than what it returns after"
    for rule in pack.care:
        yield from rule_faults(rule, pack.least_visit_minutes)


def contract_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the numbers of contracts, packages and money."""
    yield from less_than(0, pack, "residence_months", "renewal_window_days", "notice_days", "latest_start_days")
    yield from less_than(1, pack, "newborn_number_months")
    yield from less_than(0, pack, "renewal_signature_days", "renewal_reminder_days", "one_year_reason_months")
    yield from less_than(0, pack, "package_guard_months", "least_answers")
    yield from less_than(1, pack, "copies")
    if not 1 <= pack.term_months <= pack.longest_term_months:
        yield "term_months is from 1 to longest_term_months"
    if not 1 <= pack.team_warn <= pack.team_cap:
        yield "team_warn is from 1 to team_cap"
    if pack.agreement_text not in TEXTS:
        yield f"there is no agreement {pack.agreement_text}"
    if pack.survey_months not in {1, 2, 3, 4, 6, 12}:
        yield "survey_months divides a year"
    if not 0 <= pack.incentive_percent <= 100:
        yield "incentive_percent is a percent"
    yield from package_faults(pack.packages)


def visit_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the numbers of visits, and of the catalogue of their purposes."""
    yield from less_than(1, pack, "least_visit_minutes", "ask_again_days", "visit_attempts")
    yield from less_than(0, pack, "outside_shift_minutes", "late_record_days")
    yield from less_than(1, pack, "census_years", "longest_career_years")
    if pack.most_visit_minutes < pack.least_visit_minutes:
        yield "most_visit_minutes is least_visit_minutes at least"
    codes = [purpose.code for purpose in pack.visit_purposes]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"{code}: stands there twice"
    for purpose in pack.visit_purposes:
        if not 1 <= len(purpose.roles) <= 3 or purpose.minutes < pack.least_visit_minutes:
            yield f"{purpose.code}: one to three people, and least_visit_minutes at least"
        if (purpose.grade == "none") != (purpose.qualification == ""):
            yield f"{purpose.code}: care with a grade names its qualification, other care has none"
    if not 0 <= pack.night_to < pack.night_from < 24 * 60:
        yield "the night begins on the day, after night_to"
    yield from less_than(0, pack, "general_care_fen", "special_care_fen", "lone_visit_minutes")
    if not 0 <= pack.short_percent <= 100:
        yield "short_percent is a percent"


def group_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the key groups and their ages, and of the numbers of teams."""
    yield from less_than(0, pack, "gp_practice_months", "understaffed_grace_days", "elder_residence_months")
    yield from less_than(1, pack, "people_per_institution", "child_years", "postpartum_days")
    if not 0 < pack.elder_age_registered <= pack.elder_age:
        yield "elder_age_registered is at most elder_age"
    if not pack.key_groups or len(set(pack.key_groups)) < len(pack.key_groups):
        yield "key_groups are some, each once"


def bed_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the numbers of family beds."""
    yield from less_than(0, pack, "most_limb_strength")
    yield from less_than(1, pack, "bed_cycle_days", "round_every_days", "nurse_round_every_days", "first_round_hours")
    yield from less_than(1, pack, "round_minutes", "nurse_round_minutes", "senior_review_days")
    yield from less_than(1, pack, "bed_assessment_days", "bed_agreement_copies", "team_beds_warn")
    if not pack.bed_indications or len(set(pack.bed_indications)) < len(pack.bed_indications):
        yield "bed_indications has codes, none of them twice"
    if pack.team_beds_warn > pack.team_beds_most:
        yield "a team is warned of beds before it is refused one"
    if not 0 <= pack.bed_extension_window_days < pack.bed_cycle_days:
        yield "bed_extension_window_days is less than bed_cycle_days"


def planning_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the numbers of planning."""
    yield from less_than(0, pack, "freeze_minutes", "most_overtime_minutes", "neighbour_minutes")
    yield from less_than(0, pack, "notice_minutes", "call_minutes", "late_minutes", "overrun_minutes")
    yield from less_than(1, pack, "offer_gap_minutes", "least_lengths")
    if pack.newest_lengths < pack.least_lengths:
        yield "newest_lengths are least_lengths at least"
    yield from less_than(1, pack, "may_wait_days", "carry_over_days", "look_ahead_days")
    if not 1 <= pack.least_rest_minutes <= pack.longest_work_minutes:
        yield "least_rest_minutes is at most longest_work_minutes"
    if not 1 <= pack.put_off_days <= DAYS_A_WEEK:
        yield "put_off_days are days of a week"
    if not 0 <= pack.week_reserve_percent < 100:
        yield "week_reserve_percent is a percent, and leaves some hours"
    if not 0 <= pack.make_up_weekday < DAYS_A_WEEK:
        yield "make_up_weekday is a weekday, from 0 for Monday to 6"
    if not 0 <= pack.new_visits_until <= 24 * 60:
        yield "new_visits_until is a minute of the day"
    yield from weight_faults(pack)


WEIGHED_PAIRS: tuple[tuple[CostTier, CostTier], ...] = (
    ("urgent", "tardiness"),
    ("tardiness", "travel"),
    ("imbalance", "fairness"),
)
"""Tiers of which the first is above the second in every order: the rest of a cost stands below its serious part."""


def weight_faults(pack: PolicyPack) -> Iterator[str]:
    """Yield the faults of the order of the tiers, and of what is urgent or out of balance."""
    order = pack.tier_order
    if sorted(order) != sorted(COST_TIERS) or order[0] != "unplaced":
        yield "tier_order names each tier once, unplaced first"
    else:
        for above, below in WEIGHED_PAIRS:
            if order.index(above) > order.index(below):
                yield f"tier_order has {above} above {below}"
    if not 1 <= pack.urgent_priority <= 10:
        yield "urgent_priority is a priority, or 10: none is urgent"
    yield from less_than(0, pack, "urgent_late_minutes", "urgent_overtime_minutes", "imbalance_minutes")
