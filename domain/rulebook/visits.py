"""A6 home visits, and the floor of a consultation (A2)."""

from domain.planning import forecast
from domain.planning.visit_hours import latest_start_alone, wished_time
from domain.rulebook.rule import Rule, where
from domain.visit.carry_out import complete, start
from domain.visit.change import request_again, reschedule
from domain.visit.corrections import correct
from domain.visit.events import (
    VisitAlarmRaised,
    VisitCompleted,
    VisitJoined,
    VisitLeft,
    VisitPartnerAbsent,
    VisitRequested,
    VisitRequestedAgain,
    VisitStarted,
)
from domain.visit.presence import covered, raise_alarm, record_partner_absent
from domain.visit.request import request
from domain.visit.state import claims_of

RULES: tuple[Rule, ...] = (
    Rule(
        number="A2.7",
        says="A consultation lasts 10 minutes at least: nothing shorter is planned, and a shorter visit is "
        "recorded as short.",
        source="Shenzhen norm of 2018-03-01",
        decisions=(request, complete),
        numbers=("least_visit_minutes",),
        refusals=("visit-too-short",),
        events=(where(VisitCompleted, short=(True,)),),
    ),
    Rule(
        number="A6.1",
        says="A home visit has a purpose of a list: after childbirth, tuberculosis, examination of the "
        "bedridden, rounds of a family bed, nursing procedures, calls.",
        source="national norms for basic public health services, third edition; a community health system in the field",
        decisions=(request,),
        numbers=("visit_purposes",),
        refusals=("purpose-unknown", "needs-do-not-fit"),
        events=(where(VisitRequested, grade=("none",)),),
    ),
    Rule(
        number="A6.2",
        says="A signed resident applies, and an assessment grades the care, general or special, before it is given.",
        source="Hangzhou, as reported in 2018",
        decisions=(request,),
        numbers=("graded_care_assessed",),
        refusals=("care-not-assessed",),
    ),
    Rule(
        number="A6.3",
        says="Graded care is given by a team with visiting qualification only, by somebody qualified for it.",
        source="Hangzhou, as reported in 2018",
        decisions=(request,),
        numbers=("visiting_qualification",),
        refusals=("team-not-qualified",),
    ),
    Rule(
        number="A6.4",
        says="Graded care is priced per visit by its grade; the sums are settings [GK].",
        source="Hangzhou, as reported in 2018",
        decisions=(request,),
        numbers=("general_care_fen", "special_care_fen"),
        events=(where(VisitRequested, grade=("general", "special")),),
    ),
    Rule(
        number="A6.5",
        says="The times of entering and leaving the home verify a visit, for each member who came.",
        source="nursing record of a community health system in the field",
        decisions=(start, complete),
        refusals=(
            "visit-not-assigned",
            "visit-not-started",
            "member-already-entered",
            "member-not-in-the-home",
            "nobody-in-the-home",
            "left-before-entered",
            "signed-before-entered",
        ),
        events=(where(VisitStarted), where(VisitJoined), where(VisitLeft), where(VisitCompleted)),
    ),
    Rule(
        number="A6.6",
        says="Two people go to a first visit of a severe mental disorder, and at night.",
        source="[GK]",
        decisions=(request, reschedule, latest_start_alone),
        numbers=("two_person_groups", "night_from", "night_to", "companion_roles"),
        refusals=("visit-needs-two",),
        events=(where(VisitRequested, two_people=(True,)),),
    ),
    Rule(
        number="A6.7",
        says="Members travel on foot, by e-bike or by car, each by their own means.",
        source="[GK]",
        left_out="No decision depends on it: the seat names the mode, the roster counts the travel time.",
    ),
    Rule(
        number="A6.8",
        says="A visit to an infectious resident had better be the last of the day.",
        source="[GK]",
        decisions=(request, wished_time),
        numbers=("infectious_groups",),
        events=(where(VisitRequested, infectious=(True,)),),
    ),
    Rule(
        number="A6.9",
        says="A missed visit is tried again within days, of which one is a working day, a few times; then a person "
        "decides.",
        source="[GK]",
        decisions=(request_again,),
        numbers=("ask_again_days", "visit_attempts"),
        refusals=("attempts-used-up",),
        events=(where(VisitRequestedAgain),),
    ),
    Rule(
        number="A6.10",
        says="The leader gets an alarm if nobody has left a home an hour after the expected end.",
        source="[GK]",
        decisions=(start, raise_alarm),
        numbers=("lone_visit_minutes",),
        events=(where(VisitAlarmRaised),),
    ),
    Rule(
        number="A6.11",
        says="One person is in one home at a time; somebody else of the team may come in a member's place.",
        source="[GK]",
        decisions=(start, complete, claims_of),
        refusals=("member-in-another-home", "member-not-expected"),
    ),
    Rule(
        number="A6.12",
        says="If one of two members does not come, their work counts as done if the other could do it alone; "
        "else it is asked for again, and all of it where both must be there at once.",
        source="[GK]",
        decisions=(record_partner_absent, covered),
        refusals=("nobody-left-to-come",),
        events=(where(VisitPartnerAbsent),),
    ),
    Rule(
        number="A6.13",
        says="A visit that lasts less than half of its planned minutes is shown as far shorter than planned.",
        source="[GK]",
        decisions=(complete,),
        numbers=("short_percent",),
        events=(where(VisitCompleted, far_shorter=(True,)),),
    ),
    Rule(
        number="A6.14",
        says="A visit under way ends as planned; one that lasts longer ends after the median rest of such visits "
        "which lasted longer than it has by now, by purpose and member; with too few it is a quarter of an hour.",
        source="[GK]",
        decisions=(forecast.end_of_part, forecast.ends_of_stay, forecast.usual_length, forecast.lengths_that_count),
        numbers=("least_lengths", "newest_lengths", "overrun_minutes"),
    ),
    Rule(
        number="A6.15",
        says="A visit is late if it begins behind its window, or ten minutes behind its planned start.",
        source="[GK]",
        decisions=(forecast.is_late,),
        numbers=("late_minutes",),
    ),
    Rule(
        number="A6.16",
        says="The planned start is the last one that was published while the one before was still half an hour ahead; "
        "what is moved later than that is late.",
        source="[GK]",
        decisions=(forecast.planned_starts,),
    ),
    Rule(
        number="A6.17",
        says="A member enters a home on the day of the visit, a night that begins on it included; three hours outside "
        "of all their shifts only for a reason, which is recorded. Nobody is in a home for more than ten hours.",
        source="[GK]",
        decisions=(start, complete, correct),
        numbers=("outside_shift_minutes", "most_visit_minutes"),
        refusals=("entered-on-another-day", "outside-hours-without-reason", "visit-too-long"),
    ),
)
