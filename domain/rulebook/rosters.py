"""A11 rosters."""

from domain import team_week
from domain.day_terms.decisions import forbid, hold, limit, pin, withdraw
from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, TermWithdrawn, VisitPinned
from domain.planning import neighbourhoods, visit_days, visit_hours, weights, working_time
from domain.roster.changes import moved_since
from domain.roster.events import RosterBounded, RosterPublished
from domain.roster.publication import publish, record_bound
from domain.rulebook.rule import Rule, where
from domain.team import working_days
from domain.team.absences import record_absence
from domain.team.events import ApartEnded, KeptApart, TeamDaySet
from domain.team.incompatibilities import end_apart, keep_apart
from domain.team.own_days import set_day
from domain.team.shifts import check_shifts
from domain.visit.carry_out import assign, release
from domain.visit.change import request_again, reschedule
from domain.visit.events import VisitAssigned, VisitReleased
from domain.visit.request import request

PRACTICE = "[GK], the order of the tiers too"


def weighed(number: str, says: str, tier: str) -> Rule:
    """Return a rule that is a cost of a roster and forbids nothing."""
    return Rule(
        number=number,
        says=says,
        source=PRACTICE,
        left_out=f"It forbids nothing: the solver weighs it by its rule {tier}, and each roster shows its cost.",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        number="A11.1",
        says="Each part of a visit has one person of its role, and a joint visit two different people who meet "
        "(the solver's member-has-the-role, two-different-members and starts-agree).",
        source=PRACTICE,
        decisions=(assign,),
        refusals=("member-assigned-twice", "visit-needs-other-people"),
        events=(where(VisitAssigned),),
    ),
    Rule(
        number="A11.2",
        says="The team of the contract or of the bed makes the visit.",
        source="Shenzhen rules of 2017-11-07: one signed team at a time",
        decisions=(request,),
        refusals=("visit-of-another-team",),
    ),
    Rule(
        number="A11.3",
        says="Nobody works outside their hours, in their break or on leave (the solver's inside-working-time and "
        "time-to-travel).",
        source=PRACTICE,
        decisions=(working_time.working_time, record_absence),
        refusals=("absence-too-long",),
    ),
    Rule(
        number="A11.4",
        says="A visit is made inside its legal window of days (the solver's not-before-opening keeps the time of day).",
        source="national norms for basic public health services, third edition",
        decisions=(assign, request),
        refusals=("day-outside-window", "window-is-over"),
        events=(where(VisitAssigned),),
    ),
    Rule(
        number="A11.5",
        says="No visit is planned for less than 10 minutes (the solver's service-takes-its-time).",
        source="Shenzhen norm of 2018-03-01",
        decisions=(request,),
        numbers=("least_visit_minutes",),
    ),
    weighed(
        "A11.6",
        "The visit within 72 hours, the visit within a week and the round of the seventh day come first when no"
        " slack is left: 16 times its priority on the last day.",
        "unplaced",
    ),
    Rule(
        number="A11.7",
        says="Graded care goes to somebody qualified for it (the solver's member-has-the-qualifications).",
        source="Hangzhou, as reported in 2018",
        decisions=(request,),
    ),
    Rule(
        number="A11.8",
        says="A visit is made only under a contract or bed that is valid on the day.",
        source="Shenzhen rules of 2017-11-07",
        decisions=(request, reschedule, request_again),
        refusals=("no-valid-contract-or-bed", "window-after-last-day"),
    ),
    Rule(
        number="A11.9",
        says="Costs are weighed in the pack's order: a visit that may become overdue before every other cost, then"
        " urgent lateness: any of a visit of priority 8 or 9, what is beyond half an hour of others and of overtime.",
        source=PRACTICE,
        decisions=(weights.tier_order, weights.urgent_limits),
        numbers=("tier_order", "urgent_priority", "urgent_late_minutes", "urgent_overtime_minutes"),
    ),
    weighed("A11.10", "The named doctor and nurse go themselves.", "continuity"),
    Rule(
        number="A11.11",
        says="A published plan is disturbed as little as can be, also by a visit that must begin later; that outweighs"
        " the named member. A visit about which the resident must be told weighs half an hour more.",
        source=PRACTICE,
        decisions=(weights.call_costs,),
        numbers=("call_minutes", "notice_minutes"),
    ),
    weighed("A11.12", "The way is short.", "travel"),
    Rule(
        number="A11.13",
        says="Those who share a role share the work: two hours of visits more than another with the same hours outweigh"
        " travel, less is fairness and outweighs wishes (the solver's imbalance and fairness).",
        source=PRACTICE,
        decisions=(weights.most_imbalance,),
        numbers=("imbalance_minutes",),
    ),
    weighed("A11.14", "The resident's wish for a time is met where nothing above it suffers.", "wish"),
    Rule(
        number="A11.15",
        says="A visit that finds no place is a normal answer: the roster gives its reason, and it waits for "
        "another day.",
        source=PRACTICE,
        decisions=(publish, release),
        refusals=("roster-day-over", "member-in-two-places", "placed-and-unplaced"),
        events=(where(RosterPublished), where(VisitReleased)),
    ),
    Rule(
        number="A11.16",
        says="A member does not go to a resident, or not together with another member, where the leader keeps "
        "them apart (the solver's member-is-not-forbidden and pair-may-go-together).",
        source="[GK]",
        decisions=(keep_apart, end_apart),
        refusals=("apart-from-herself", "apart-from-one"),
        events=(where(KeptApart), where(ApartEnded)),
    ),
    Rule(
        number="A11.17",
        says="Members work overtime up to the pack's minutes; none if they leave before the end of their shift.",
        source="[GK]",
        decisions=(working_time.overtime, working_time.overtime_under),
        numbers=("most_overtime_minutes",),
    ),
    Rule(
        number="A11.18",
        says="A guest is planned outside the bookings of other teams, each with the way to it.",
        source="[GK]",
        decisions=(working_time.booked_elsewhere,),
    ),
    Rule(
        number="A11.19",
        says="A visit that has begun, or begins within half an hour, keeps its members and times; nothing new "
        "begins before then.",
        source="[GK]",
        decisions=(visit_hours.frozen_until, visit_hours.is_frozen, visit_hours.earliest_start),
        numbers=("freeze_minutes",),
    ),
    Rule(
        number="A11.20",
        says="A care task, and a visit with a window of four days or more, may wait for a better day of its "
        "week; a call, and a visit that is tried again, takes the next one.",
        source="[GK]",
        decisions=(visit_days.may_wait, visit_days.open_days),
        numbers=("may_wait_days",),
        events=(where(team_week.WeekSpread),),
    ),
    Rule(
        number="A11.21",
        says="A visit is put off to a later week only if its window leaves three working days behind this one.",
        source="[GK]",
        decisions=(visit_days.open_days,),
        numbers=("put_off_days",),
    ),
    Rule(
        number="A11.22",
        says="From noon on a day takes no more visits that may wait.",
        source="[GK]",
        decisions=(visit_days.first_open_day,),
        numbers=("new_visits_until",),
    ),
    Rule(
        number="A11.23",
        says="A week keeps a fifth of everybody's hours for calls, and for what takes longer.",
        source="[GK]",
        decisions=(visit_days.reserve_percent,),
        numbers=("week_reserve_percent",),
    ),
    Rule(
        number="A11.24",
        says="Homes within five minutes lie together, and had better be visited on one day.",
        source="[GK]",
        decisions=(neighbourhoods.areas_of_homes,),
        numbers=("neighbour_minutes",),
    ),
    Rule(
        number="A11.25",
        says="A visit without a place waits for the team's next working day, inside its window and within two weeks.",
        source="[GK]",
        decisions=(visit_days.days_to_carry_to, visit_days.slack_days),
        numbers=("carry_over_days",),
    ),
    Rule(
        number="A11.30",
        says="Nobody works on a day off of the working calendar; a make-up working day has Monday's shifts. The team's "
        "own days go before it. Years whose days off are not known have weekends only, and are warned of.",
        source="the State Council's notice of each year; whose shifts a make-up day has is [GK]",
        decisions=(working_days.weekdays_worked, working_days.window_warnings, set_day),
        numbers=("calendar", "make_up_weekday"),
        events=(where(TeamDaySet),),
    ),
    Rule(
        number="A11.31",
        says="Any of the next four weeks' days can be planned with all that will be due by then; a visit that will be "
        "made sooner is left to its earlier day.",
        source="[GK]",
        decisions=(visit_days.is_in_sight, visit_days.is_made_sooner, visit_days.takes_visits),
        numbers=("look_ahead_days",),
    ),
    Rule(
        number="A11.32",
        says="A shift over midnight belongs to the roster of the day on which it begins; the next day's roster has no "
        "use of the member in those hours. A day may have several shifts that do not overlap.",
        source="[GK]",
        decisions=(check_shifts, working_time.after_midnight, working_time.on_the_next_day),
        refusals=("shifts-overlap", "shift-not-in-the-day"),
    ),
    Rule(
        number="A11.33",
        says="Nobody works longer than six hours without half an hour of rest: a longer shift without a break in time "
        "has a rest, in which nothing is planned (the solver's inside-working-time and time-to-travel). Travel, "
        "waiting and overtime are work.",
        source="[GK]",
        decisions=(working_time.rests, working_time.overtime),
        numbers=("longest_work_minutes", "least_rest_minutes"),
    ),
    Rule(
        number="A11.26",
        says="The team may choose the day of a visit, in its window and not over; the week is spread around it.",
        source="[GK]",
        decisions=(team_week.choose, team_week.release, team_week.spread),
        refusals=("chosen-day-stays", "another-day-chosen", "visit-day-over"),
        events=(where(team_week.VisitDayChosen), where(team_week.VisitDayReleased)),
    ),
    Rule(
        number="A11.27",
        says="A roster shows how good it is: it is proved, or has a bound that is never above its cost.",
        source=PRACTICE,
        decisions=(record_bound,),
        refusals=("bound-above-cost",),
        events=(where(RosterBounded),),
    ),
    Rule(
        number="A11.28",
        says="Nobody replaces a revision of a roster that they have not read, if they say which one they read.",
        source="[GK]",
        decisions=(publish,),
        refusals=("roster-changed",),
    ),
    Rule(
        number="A11.29",
        says="The leader's terms of a day (pins, holds, the most moves, forbidden pairs) last until the day ends or "
        "they are withdrawn, and every plan keeps them; what a hard rule or reality forbids gives way and is told.",
        source="[GK]",
        decisions=(pin, hold, limit, forbid, withdraw, moved_since),
        events=(
            where(VisitPinned),
            where(DayHeld),
            where(MovesLimited),
            where(PairForbidden),
            where(TermWithdrawn),
        ),
    ),
)
