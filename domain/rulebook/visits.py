"""A6 home visits, and the floor of a consultation (A2)."""

from domain.planning.visit_hours import wished_time
from domain.rulebook.rule import Rule, where
from domain.visit.carry_out import complete, start
from domain.visit.change import request_again, reschedule
from domain.visit.events import VisitCompleted, VisitRequested, VisitRequestedAgain, VisitStarted
from domain.visit.request import request

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
        says="The times of entering and leaving the home verify a visit.",
        source="nursing record of a community health system in the field",
        decisions=(start, complete),
        refusals=("visit-not-assigned", "visit-not-started", "left-before-entered", "signed-before-entered"),
        events=(where(VisitStarted), where(VisitCompleted)),
    ),
    Rule(
        number="A6.6",
        says="Two people go to a first visit of a severe mental disorder, and at night.",
        source="[GK]",
        decisions=(request, reschedule),
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
        says="A missed visit is tried again within days, a few times; then a person decides.",
        source="[GK]",
        decisions=(request_again,),
        numbers=("ask_again_days", "visit_attempts"),
        refusals=("attempts-used-up",),
        events=(where(VisitRequestedAgain),),
    ),
)
