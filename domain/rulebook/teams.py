"""A2 teams and their load, A3 sizes and targets, and alliances (A8)."""

from domain.alliance.activities import record_activity, record_training
from domain.alliance.events import (
    ActivityRecorded,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    SlotsHeld,
    TrainingRecorded,
)
from domain.alliance.experts import recall, send
from domain.alliance.membership import admit, release
from domain.alliance.membership import form as form_alliance
from domain.alliance.slots import hold_slots
from domain.institution import (
    CensusRecorded,
    InstitutionClosed,
    InstitutionOpened,
    assign_place,
    close,
    open_,
    record_census,
    record_means,
    remove_place,
)
from domain.institution_area import MeansRecorded, PlaceAssigned, PlaceRemoved
from domain.numbers_by_year import with_targets_of
from domain.policy_pack.coverage import targets_on_path
from domain.rulebook.rule import Rule, where
from domain.team.claims import claims
from domain.team.events import (
    GuestInvited,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    SeatFellEmpty,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamFormed,
)
from domain.team.guests import invite, withdraw
from domain.team.seats import form, join, leave, record_licence
from domain.team.staffing import review
from domain.visit.request import request

NORM = "Shenzhen norm of 2018-03-01"
DRAFT = "Shenzhen draft rules of July 2017"

TEAMS: tuple[Rule, ...] = (
    Rule(
        number="A2.1",
        says="A team is a general practitioner and a community nurse, and on demand other professions: the X.",
        source=NORM,
        decisions=(form, join, leave),
        refusals=("missing-mandatory-role",),
        events=(where(TeamFormed), where(MemberLeft)),
    ),
    Rule(
        number="A2.2",
        says="The general practitioner leads; they are licensed in the city and have practised for a year by "
        "themselves.",
        source=DRAFT,
        decisions=(form, join, record_licence),
        numbers=("gp_practice_months",),
        refusals=("gp-not-licensed-here", "gp-practice-too-short", "licence-over"),
        events=(where(TeamFormed), where(MemberJoined), where(LicenceRecorded)),
    ),
    Rule(
        number="A2.3",
        says="Members may be added to the standard staffing; nobody has a seat in two teams.",
        source=DRAFT,
        decisions=(join, claims),
        refusals=("member-in-another-team", "member-seated-twice"),
        events=(where(MemberJoined),),
    ),
    Rule(
        number="A2.5",
        says="Visiting specialists, retired clinicians, alliance experts and people of other teams are members "
        "for given days; a person belongs to one team a day.",
        source="[GK]",
        decisions=(invite, withdraw),
        refusals=("stay-too-long", "guest-without-other-team"),
        events=(where(GuestInvited),),
    ),
    Rule(
        number="A2.6",
        says="A team whose practitioner's or nurse's seat is empty for longer than the days of grace is "
        "understaffed, and takes no more visits.",
        source="[GK], from the seats being mandatory",
        decisions=(review, request),
        numbers=("understaffed_grace_days",),
        refusals=("team-understaffed",),
        events=(where(SeatFellEmpty), where(TeamBecameUnderstaffed), where(StaffingRestored)),
    ),
)

SIZES: tuple[Rule, ...] = (
    Rule(
        number="A3.1",
        says="About one institution for 20,000 people; each counts its people and its key groups.",
        source="Shenzhen's figures of 833 institutions",
        decisions=(open_, record_census, close),
        numbers=("people_per_institution",),
        refusals=("institution-has-teams", "census-group-too-large"),
        events=(where(InstitutionOpened), where(CensusRecorded), where(InstitutionClosed)),
    ),
    Rule(
        number="A3.2",
        says="3,528 teams, about 4 million residents, 10,946 family beds, 14,736 staff.",
        source="Shenzhen's figures",
        left_out="Figures of a city, no rule: the simulation is sized by them.",
    ),
    Rule(
        number="A3.3",
        says="Targets: 30 % of the people and 60 % of the key groups in 2017; later above 35 % and 65 %.",
        source="Opinions of 2016 and of 2022 (国卫基层发〔2022〕10号)",
        decisions=(record_census,),
        numbers=("target_population", "target_key_groups"),
        events=(where(CensusRecorded),),
    ),
    Rule(
        number="A3.4",
        says="From 2022 1 to 3 points more a year, 75 % of the people and 85 % of the key groups by 2035: each year's "
        "target lies on the line from what was reached in 2021 [GK].",
        source="Opinions of 2022 (国卫基层发〔2022〕10号); the line and its beginning are [GK]",
        decisions=(with_targets_of, targets_on_path),
        numbers=("coverage_path",),
    ),
    Rule(
        number="A3.5",
        says="Elsewhere: Shanghai 44 % and 84 % in 2024; a survey in Luohu found 5 % signed.",
        source="Reports",
        left_out="Figures to compare with, no rule.",
    ),
    Rule(
        number="A3.6",
        says="Every village and community is served by a team, 100 % of them; an alliance counts the towns it reaches.",
        source="A county's report of its alliance",
        decisions=(assign_place, remove_place),
        refusals=("place-changed-later",),
        events=(where(PlaceAssigned), where(PlaceRemoved)),
    ),
    Rule(
        number="A3.7",
        says="An institution counts its floor space, staff and health technicians: 13,671 of 14,736 in Shenzhen.",
        source="Shenzhen's figures",
        decisions=(record_means,),
        refusals=("means-impossible",),
        events=(where(MeansRecorded),),
    ),
)

ALLIANCES: tuple[Rule, ...] = (
    Rule(
        number="A8.15",
        says="An alliance is led by a hospital of the second or third tier; institutions join and leave it.",
        source="[GK]",
        decisions=(form_alliance, admit, release),
        refusals=("alliance-without-hospital", "expert-still-posted"),
        events=(where(AllianceFormed), where(InstitutionAdmitted), where(InstitutionReleased)),
    ),
    Rule(
        number="A8.16",
        says="Experts are sent down for days; with a team they are its guests and can be planned.",
        source="A county's report of January to May",
        decisions=(send, recall, invite),
        refusals=("expert-not-sent-down", "institution-outside-alliance", "team-of-another-institution"),
        events=(where(ExpertSent), where(ExpertRecalled), where(GuestInvited, kind=("alliance-expert",))),
    ),
    Rule(
        number="A8.17",
        says="Clinics, operations, lectures and short training are counted per period, with experts and trainees.",
        source="A county's report of January to May",
        decisions=(record_activity, record_training),
        refusals=("activity-without-people", "training-without-people"),
        events=(where(ActivityRecorded), where(TrainingRecorded)),
    ),
    Rule(
        number="A8.18",
        says="Hospitals hold specialist slots for family doctors; those held and those used are counted by alliance.",
        source="Shenzhen's service norms of 2018: priority for slots and beds; how many is laid down nowhere",
        decisions=(hold_slots,),
        refusals=("slots-negative",),
        events=(where(SlotsHeld),),
    ),
)

RULES: tuple[Rule, ...] = (*TEAMS, *SIZES, *ALLIANCES)
