"""Random histories in which every event occurs: each stream in a believable order, streams interleaved."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.account.events import (
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    BreakGlassSignedOff,
    GlassBroken,
    IdentityLinked,
    IdentityUnlinked,
    PasswordChanged,
    RoleGranted,
    RoleRevoked,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from domain.alliance.commands import Trainee
from domain.alliance.events import (
    ActivityRecorded,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    TrainingRecorded,
)
from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
    CareResumed,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    ContractLaidDown,
    ContractMoved,
    ContractTakenUp,
    OpenCareEnded,
    OpenVisitsMoved,
    ReferralAdvised,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractDrafted,
    ContractExpired,
    ContractRenewed,
    ContractSignedOff,
    ContractTerminated,
    ContractTransferred,
    DraftDiscarded,
    EntitlementConsumed,
    LoadOverridden,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, TermWithdrawn, VisitPinned
from domain.family_bed.events import (
    BedApplicationReturned,
    BedAppliedForAgain,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
)
from domain.institution import CensusRecorded, GroupCount, InstitutionClosed
from domain.key_groups import KeyGroup
from domain.notice import NoticeRecorded
from domain.policy import AdoptedPack, PacksAdopted
from domain.referral.events import (
    ReferralAppointmentPassed,
    ReferralDeclined,
    ReferralEnded,
    ReferralFollowedUp,
    ReferralFollowUpOverdue,
    ReferralLeftUnanswered,
    ReferralNotAttended,
    ReferralWithdrawn,
)
from domain.resident.events import (
    BirthRecorded,
    ChannelChosen,
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceShown,
    HouseholdJoined,
    KeyGroupTagged,
    KeyGroupUntagged,
    MobilityRecorded,
    PersonalDetailsCorrected,
    ResidentDeparted,
)
from domain.roster.commands import RosterSlot, Solution, TierCost, UnplacedVisit
from domain.roster.events import RosterBounded, RosterPublished, RosterRevised
from domain.survey import SatisfactionRecorded, Score
from domain.team.commands import Member
from domain.team.events import (
    AbsenceRecorded,
    AbsenceWithdrawn,
    ApartEnded,
    GuestInvited,
    GuestWithdrawn,
    KeptApart,
    LicenceRecorded,
    MemberJoined,
    MemberLeft,
    MemberStationed,
    QualificationRecorded,
    SeatFellEmpty,
    ShiftsChanged,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDaySet,
    TeamDisbanded,
)
from domain.team_week import CHOSEN, VisitDay, VisitDayChosen, VisitDayReleased, WeekSpread
from domain.visit.commands import Part
from domain.visit.events import (
    VisitAlarmRaised,
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitReleased,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from domain.webhook import WebhookAdded, WebhookRemoved
from infra.codec import encode
from streams.events import TransportedEvent
from tests.domain import builders as b
from tests.projections import corrected_histories as corrected

GROUPS: tuple[KeyGroup, ...] = ("elder", "hypertension", "diabetes")


class ListLog:
    """A log in memory."""

    def __init__(self, events: Sequence[tuple[str, object]]) -> None:
        self.events = [
            TransportedEvent(n, stream, n, *encode(event), b"") for n, (stream, event) in enumerate(events, start=1)
        ]

    def select_notifications(self, start: int, limit: int) -> list[TransportedEvent]:
        return self.events[start - 1 : start - 1 + limit]

    def last_position(self) -> int:
        return len(self.events)


def history(seed: int, residents: int = 8) -> list[tuple[str, object]]:
    """Return streams and events, the same for the same seed."""
    luck = Random(seed)
    streams: list[list[tuple[str, object]]] = [list(institution(luck)), [("institution-city-3", b.HOSPITAL)]]
    streams += [list(team(luck, b.TEAM_1)), list(team(luck, b.TEAM_2)), list(alliance(luck))]
    for number in range(residents):
        person = f"p{number}"
        streams.append(list(resident(luck, person)))
        streams.append(list(contract(luck, f"c-{person}", person)))
        streams.append(list(care_plan(luck, person)))
        streams += [list(visit(luck, f"v-{person}-{n}", person)) for n in range(luck.randint(0, 3))]
        streams.append(list(bed(luck, f"b-{person}", person)))
        streams.append(list(referral(luck, f"r-{person}", person)))
        streams.append(list(survey(luck, f"q-{person}", person)))
        streams.append(list(notice(luck, f"v-{person}-0", person)))
    for ahead in range(3):
        streams.append(list(roster(luck, "team-1", b.TODAY + timedelta(days=ahead))))
    streams.append(list(cut(luck, "account-nurse-he", account("nurse-he"))))
    streams.append(list(cut(luck, "webhook-gateway", receiver("gateway"))))
    streams.append(list(cut(luck, "policy-city", adoptions())))
    streams.append(list(cut(luck, "team_week-team-1.2026-03-02", week())))
    streams.append(list(cut(luck, "day_terms-team-1.2026-03-02", day_terms())))
    return list(interleaved(luck, [stream for stream in streams if stream]))


def interleaved(luck: Random, streams: list[list[tuple[str, object]]]) -> Iterator[tuple[str, object]]:
    """Yield the streams' events, each stream in its order."""
    while streams:
        at = luck.randrange(len(streams))
        yield streams[at].pop(0)
        if not streams[at]:
            streams[at] = streams[-1]
            streams.pop()


def cut(luck: Random, stream: str, events: Sequence[object], least: int = 1) -> Iterator[tuple[str, object]]:
    """Yield the beginning of a stream: histories end anywhere."""
    yield from ((stream, event) for event in events[: luck.randint(least, len(events))])


def institution(luck: Random) -> Iterator[tuple[str, object]]:
    events: list[object] = [b.CENTRE]
    for year in range(luck.randint(1, 3)):
        groups = tuple(GroupCount(group=group, people=luck.randint(1, 50)) for group in GROUPS[: luck.randint(0, 3)])
        events.append(
            CensusRecorded(
                institution_id="fuhai",
                counted_on=date(2024 + year, 1, 1),
                population=luck.randint(50, 90),
                groups=groups,
            )
        )
    events.append(InstitutionClosed(institution_id="fuhai", closed_on=b.TOMORROW))
    return cut(luck, "institution-fuhai", events)


def team(luck: Random, formed: object) -> Iterator[tuple[str, object]]:
    team_id: str = formed.team_id  # type: ignore[attr-defined]
    away = AbsenceRecorded(
        team_id=team_id,
        absence_id="a1",
        member_id="li",
        starts_at=b.at(b.TODAY, 8),
        ends_at=b.at(b.TODAY, 12),
        reason="ill",
    )
    events = [
        formed,
        MemberJoined(team_id=team_id, member=b.SUN, from_day=b.TODAY),
        away,
        replace(away, absence_id="a2", reason="leave"),
        ShiftsChanged(team_id=team_id, member_id="sun", shifts=b.WEEK[:3], from_day=b.TODAY),
        *papers_and_guests(team_id),
        AbsenceWithdrawn(
            team_id=team_id, absence_id="a1", member_id="li", starts_at=away.starts_at, ends_at=away.ends_at
        ),
        *apart(team_id),
        MemberLeft(team_id=team_id, member_id="sun", last_day=b.TOMORROW, from_day=b.TODAY),
        SeatFellEmpty(team_id=team_id, role="nurse", since=b.TODAY, grace_until=b.TOMORROW, review_on=date(2026, 3, 4)),
        TeamBecameUnderstaffed(team_id=team_id, role="nurse", since=b.TODAY, from_day=date(2026, 3, 4)),
        StaffingRestored(team_id=team_id, role="nurse", on=date(2026, 3, 9)),
        MemberJoined(team_id=team_id, member=b.SUN, from_day=b.TODAY),
        TeamDisbanded(team_id=team_id, institution_id="fuhai", last_day=date(2027, 3, 9)),
    ]
    return cut(luck, f"team-{team_id}", events)


def apart(team_id: str) -> list[object]:
    """Return who must not meet, who may again, who is stationed elsewhere, and the team's own days."""
    pair = KeptApart(team_id=team_id, member_id="li", resident_id=None, other_member_id="he", from_day=b.TODAY)
    return [
        pair,
        replace(pair, resident_id="wang", other_member_id=None),
        ApartEnded(team_id=team_id, member_id="he", resident_id=None, other_member_id="li", from_day=b.TOMORROW),
        MemberStationed(team_id=team_id, member_id="li", institution_id="fuhai", from_day=b.TODAY),
        MemberStationed(team_id=team_id, member_id="he", institution_id="fuhai", from_day=b.TODAY),
        MemberStationed(team_id=team_id, member_id="he", institution_id=None, from_day=b.TOMORROW),
        TeamDaySet(team_id=team_id, day=b.TODAY, kind="closed", shifts_of=None),
        TeamDaySet(team_id=team_id, day=b.TOMORROW, kind="working", shifts_of=5),
        TeamDaySet(team_id=team_id, day=b.TODAY, kind="as-calendar", shifts_of=None),
    ]


def papers_and_guests(team_id: str) -> list[object]:
    """Return licences, qualifications and guests of a team."""
    wu = Member(member_id=f"wu-{team_id}", role="specialist", shifts=b.WEEK)
    return [
        LicenceRecorded(
            team_id=team_id,
            member_id="li",
            licence=replace(b.LICENCE, valid_until=date(2030, 1, 1)),
            recorded_on=b.TODAY,
            review_on=date(2030, 1, 2),
        ),
        QualificationRecorded(
            team_id=team_id,
            member_id="he",
            code="wound-care",
            valid_from=b.TODAY,
            valid_until=None,
            recorded_on=b.TODAY,
        ),
        GuestInvited(
            team_id=team_id,
            stay_id="s1",
            member=wu,
            kind="visiting-specialist",
            from_day=b.TODAY,
            to_day=date(2026, 3, 6),
            home_team_id=None,
        ),
        GuestWithdrawn(
            team_id=team_id,
            stay_id="s1",
            member_id=wu.member_id,
            from_day=b.TODAY,
            last_day=b.TOMORROW,
            was_until=date(2026, 3, 6),
            home_team_id=None,
        ),
    ]


def alliance(luck: Random) -> Iterator[tuple[str, object]]:
    ids = {"alliance_id": "county"}
    wu = Member(member_id="prof-wu", role="specialist", shifts=b.WEEK)
    events: list[object] = [
        AllianceFormed(**ids, name="县域医联体", institution_id="city-3", formed_on=date(2025, 1, 1)),
        InstitutionAdmitted(**ids, institution_id="fuhai", from_day=date(2025, 2, 1)),
        ExpertSent(
            **ids,
            posting_id="p1",
            member=wu,
            institution_id="fuhai",
            team_id="team-1",
            from_day=b.TODAY,
            to_day=date(2026, 3, 6),
        ),
        ExpertRecalled(**ids, posting_id="p1", member_id="prof-wu", team_id="team-1", last_day=b.TOMORROW),
        ActivityRecorded(
            **ids,
            activity_id="a1",
            kind="lecture",
            institution_id="fuhai",
            held_on=b.TODAY,
            expert_ids=("prof-wu",),
            people=35,
        ),
        TrainingRecorded(
            **ids,
            training_id="n1",
            topic="insulin",
            from_day=b.YESTERDAY,
            to_day=b.TODAY,
            trainees=(Trainee(member_id="he", institution_id="fuhai", hours=6),),
        ),
        InstitutionReleased(**ids, institution_id="fuhai", last_day=date(2026, 12, 31)),
    ]
    return cut(luck, "alliance-county", events)


def resident(luck: Random, person: str) -> Iterator[tuple[str, object]]:
    events: list[object] = [replace(b.WANG, resident_id=person)]
    for group in luck.sample(GROUPS, luck.randint(0, 3)):
        events.append(KeyGroupTagged(resident_id=person, group=group, since=date(2025, 1, luck.randint(1, 28))))
        if luck.random() < 0.5:
            events.append(KeyGroupUntagged(resident_id=person, group=group, until=date(2025, 6, 30)))
            events.append(KeyGroupTagged(resident_id=person, group=group, since=date(2025, 9, 1)))
    events.append(PersonalDetailsCorrected(resident_id=person, personal=replace(b.WANG_PERSONAL, phone="139")))
    events += luck.sample(lives_of(person), luck.randint(0, 6))
    if luck.random() < 0.3:
        events += corrected.of_resident(person)
    return cut(luck, f"resident-{person}", events)


def lives_of(person: str) -> list[object]:
    """Return what may happen to a resident beside her groups."""
    return [
        EvidenceShown(
            resident_id=person,
            evidence="residence-permit",
            resident_since=date(2020, 1, 1),
            shown_on=b.YESTERDAY,
            valid_until=date(2030, 1, 1),
            elder_on=date(2031, 5, 1),
        ),
        BirthRecorded(resident_id=person, delivered_on=b.YESTERDAY),
        MobilityRecorded(resident_id=person, homebound=True, since=b.YESTERDAY),
        HouseholdJoined(
            resident_id=person, household_id="h1", relation="child", since=b.YESTERDAY, left_household_id=None
        ),
        ConsentGiven(resident_id=person, kind="home-visits", given_on=b.YESTERDAY, given_by="resident"),
        ChannelChosen(resident_id=person, channel="family"),
        ConsentWithdrawn(resident_id=person, kind="home-visits", withdrawn_on=b.TODAY),
        ResidentDeparted(resident_id=person, reason="moved-out", last_day=b.TODAY),
    ]


def contract(luck: Random, contract_id: str, person: str) -> Iterator[tuple[str, object]]:
    events: list[object] = list(drafts(luck, contract_id, person))
    events.append(replace(b.SIGNED, contract_id=contract_id, resident_id=person))
    events += services(luck, contract_id, person)
    if luck.random() < 0.3:
        events.append(
            ContractDeemedRenewed(
                contract_id=contract_id,
                resident_id=person,
                team_id="team-1",
                term=2,
                starts_on=date(2027, 3, 2),
                sign_by=date(2027, 3, 31),
                package="basic",
                entitlements=b.SIGNED.entitlements,
            )
        )
    if luck.random() < 0.5:
        events.append(
            ContractRenewed(
                contract_id=contract_id,
                resident_id=person,
                team_id="team-1",
                term=2,
                signed_on=date(2027, 2, 1),
                starts_on=date(2027, 3, 2),
                ends_on=date(2028, 3, 1),
                signed_by="resident",
                signed_at="desk",
            )
        )
    if luck.random() < 0.5:
        events.append(
            ContractTransferred(
                contract_id=contract_id,
                resident_id=person,
                from_team_id="team-1",
                team_id="team-2",
                institution_id="fuhai",
                from_day=date(2026, 9, 1),
                doctor_id="chen",
                nurse_id="fang",
            )
        )
    ends: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    events += corrected.of_signed(luck, ends)
    if luck.random() < 0.5:
        events.append(ContractTerminated(**ends, last_day=date(2026, 12, 31), reason="moved-out"))
        events += corrected.of_ended(luck, ends)
    else:
        events.append(ContractExpired(**ends, last_day=date(2027, 3, 1)))
    return cut(luck, f"contract-{contract_id}", events)


def drafts(luck: Random, contract_id: str, person: str) -> Iterator[object]:
    ids: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    drafted = ContractDrafted(**ids, institution_ids=(), package="basic", drafted_on=b.YESTERDAY)
    if luck.random() < 0.3:
        yield drafted
        yield DraftDiscarded(**ids)
    if luck.random() < 0.3:
        yield drafted


def services(luck: Random, contract_id: str, person: str) -> Iterator[object]:
    """Yield what is used and paid in a first term."""
    ids: dict[str, Any] = {"contract_id": contract_id, "resident_id": person, "team_id": "team-1"}
    term: dict[str, Any] = {**ids, "term": 1, "package": "chronic"}
    if luck.random() < 0.2:
        yield LoadOverridden(**ids, load=2001, cap=2000, allowed_by="head", reason="household-together")
    for number in range(luck.randint(0, 2)):
        yield EntitlementConsumed(
            **ids,
            term=1,
            item="health-education",
            kind="health-education",
            service_id=f"s-{number}",
            served_on=b.TODAY + timedelta(days=number),
            left=1 - number,
            to_norm=luck.random() < 0.7,
            insurance_fen=100,
            public_health_fen=300,
            resident_fen=100,
        )
    if luck.random() < 0.4:
        yield ServedBeyondPackage(**ids, term=1, kind="dressing", service_id="s-9", served_on=b.TODAY)
        yield PackagePaid(**term, payer="resident", amount_fen=900, paid_on=b.TODAY)
        yield PackageSettled(**term, paid_fen=900, used_fen=200, refund_fen=700, settled_on=b.TOMORROW)
        if luck.random() < 0.5:
            yield ContractSignedOff(
                **ids, verdict="in-order", reason="checked", by="auditor", signed_off_at=b.at(b.TOMORROW, 8)
            )
        yield PackageRefunded(**term, amount_fen=700, refunded_on=b.TOMORROW)


def care_plan(luck: Random, person: str) -> Iterator[tuple[str, object]]:
    of_contract = {"resident_id": person, "contract_id": "c1"}
    team = {"team_id": "team-1", "doctor_id": "li", "nurse_id": "he"}
    terms = [
        ContractTakenUp(**of_contract, **team, term=1, starts_on=b.TODAY, ends_on=date(2027, 3, 1)),
        ContractMoved(**of_contract, **team),
        ContractLaidDown(**of_contract, last_day=date(2026, 12, 31)),
        OpenVisitsMoved(**of_contract, **team, visit_ids=(f"v-{person}",)),
        OpenCareEnded(
            resident_id=person,
            cause="moved-out",
            last_day=date(2026, 12, 31),
            source_id=None,
            to_come=luck.random() < 0.5,
            visit_ids=(f"v-{person}",),
        ),
        CareResumed(resident_id=person, returned_on=b.TODAY),
        *corrected.of_care(person),
    ]
    yield from cut(luck, f"care_plan-{person}", terms)
    for number in range(luck.randint(0, 3)):
        yield from cut(luck, f"care_plan-{person}", list(care_task(luck, f"t-{person}-{number}", person)))


def scheduled(task_id: str = "t1", person: str = "wang") -> CareTaskScheduled:
    """Return a follow-up that is owed from Monday to Sunday."""
    return CareTaskScheduled(
        resident_id=person,
        care_task_id=task_id,
        kind="hypertension-follow-up",
        source="contract",
        source_id="c1",
        contract_id="c1",
        family_bed_id=None,
        team_id="team-1",
        needs=b.REQUESTED.needs,
        sync="single",
        at_home=True,
        priority=5,
        window_from=b.TODAY,
        window_to=date(2026, 3, 8),
        lost_after=date(2026, 4, 7),
    )


def fell_due(task_id: str = "t1", person: str = "wang") -> CareTaskFellDue:
    """Return that the follow-up's window is about to open."""
    return CareTaskFellDue(
        resident_id=person,
        care_task_id=task_id,
        kind="hypertension-follow-up",
        contract_id="c1",
        family_bed_id=None,
        team_id="team-1",
        needs=b.REQUESTED.needs,
        sync="single",
        at_home=True,
        priority=5,
        window_from=b.TODAY,
        window_to=date(2026, 3, 8),
    )


def advised(task_id: str = "t1", person: str = "wang") -> ReferralAdvised:
    """Return that a referral is advised."""
    return ReferralAdvised(
        resident_id=person,
        care_task_id=task_id,
        contract_id="c1",
        team_id="team-1",
        urgency="ordinary",
        criteria=("pressure-uncontrolled-twice",),
        nearest_pci=False,
        advised_on=b.TODAY,
        follow_up_by=date(2026, 3, 16),
    )


def care_task(luck: Random, task_id: str, person: str) -> Iterator[object]:
    ids = {"resident_id": person, "care_task_id": task_id}
    done = {"source": "contract", "source_id": "c1", "visit_id": task_id}
    yield scheduled(task_id, person)
    yield fell_due(task_id, person)
    yield CareTaskPlanned(**ids, day=b.TODAY)
    yield CareTaskMoved(**ids, team_id="team-2", needs=b.REQUESTED.needs, asked=True)
    yield CareTaskUnplanned(**ids)
    yield CareAttemptFailed(**ids, attempt=1, most=3)
    if luck.random() < 0.3:
        yield advised(task_id, person)
        yield CareReportedUpward(
            **ids, team_id="team-1", kind="tuberculosis-first-visit", attempts=2, reported_on=b.TODAY
        )
    yield luck.choice(
        [
            CareTaskLost(**ids, team_id="team-1", attempts=3, asked=True),
            CareTaskDone(**ids, **done, done_on=b.TODAY),  # type: ignore[arg-type]
            CareTaskDoneLate(**ids, **done, done_on=date(2026, 3, 10), days_late=2),  # type: ignore[arg-type]
            CareTaskMissed(**ids, team_id="team-1", asked=True),
            CareTaskCancelled(**ids, team_id="team-1", cause="contract-over", asked=False),
        ]
    )
    if luck.random() < 0.4:
        yield from corrected.of_task(ids)


def visit(luck: Random, visit_id: str, person: str) -> Iterator[tuple[str, object]]:
    whose: dict[str, Any] = {"visit_id": visit_id, "resident_id": person, "team_id": "team-1"}
    missed = VisitMissed(**whose, care_task_id=None, reason="nobody-home", attempt=1)
    window = {"window_from": b.TOMORROW, "window_to": date(2026, 3, 12), "plan_from": b.TOMORROW}
    assigned = replace(b.ASSIGNED, visit_id=visit_id, resident_id=person)
    ending: list[object] = luck.choice(
        [
            [
                VisitStarted(visit_id=visit_id, team_id="team-1", entered_at=b.at(b.TODAY, 8)),
                VisitCompleted(
                    **whose,
                    care_task_id=None,
                    family_bed_id=None,
                    member_ids=("li",),
                    entered_at=b.at(b.TODAY, 8),
                    left_at=b.at(b.TODAY, 8, 25),
                    findings=(),
                ),
            ],
            list(two_members(visit_id, whose)),
            [missed, VisitRequestedAgain(**whose, attempt=2, **window), assigned],  # type: ignore[arg-type]
            [VisitCancelled(**whose, care_task_id=None, reason="in-hospital", was_on=b.TODAY, waited_for=None)],
            corrected.of_visit(whose),
            corrected.of_made(whose, luck),
        ]
    )
    events = [
        replace(b.REQUESTED, visit_id=visit_id, resident_id=person),
        assigned,
        VisitReleased(**whose, care_task_id=None, roster_id="x", window_to=date(2026, 3, 8)),
        VisitRescheduled(**whose, care_task_id=None, **window, opens_at=540, closes_at=None, was_on=None),  # type: ignore[arg-type]
        VisitHandedOver(
            visit_id=visit_id,
            resident_id=person,
            from_team_id="team-1",
            team_id="team-2",
            care_task_id=None,
            needs=b.REQUESTED.needs,
            window_to=date(2026, 3, 12),
            plan_from=b.TODAY,
            was_on=None,
        ),
        assigned,
        *ending,
    ]
    return cut(luck, f"visit-{visit_id}", events)


def notice(luck: Random, visit_id: str, person: str) -> Iterator[tuple[str, object]]:
    first = NoticeRecorded(
        visit_id=visit_id,
        resident_id=person,
        day=b.TODAY,
        starts_at=b.at(b.TODAY, 8),
        member_ids=("li",),
        channel="call",
        notified_by="li",
        notified_at=b.at(b.YESTERDAY, 17),
    )
    nobody = replace(first, starts_at=None, member_ids=(), channel="in-person", notified_at=b.at(b.TODAY, 7))
    return cut(luck, f"notice-{visit_id}", [first, nobody], least=0)


def two_members(visit_id: str, whose: dict[str, Any]) -> Iterator[object]:
    """Yield a visit by two members, one of whom stays too long and whose partner does not come."""
    about: dict[str, Any] = {"visit_id": visit_id, "team_id": "team-1", "day": b.TODAY}
    there = Part(service=0, member_id="li", entered_at=b.at(b.TODAY, 8))
    joined = Part(service=1, member_id="he", entered_at=b.at(b.TODAY, 8, 2))
    due = b.at(b.TODAY, 9, 20)
    yield VisitStarted(**about, entered_at=there.entered_at, parts=(there,), alarm_at=due)
    yield VisitJoined(**about, parts=(there, joined), alarm_at=due)
    yield VisitAlarmRaised(**about, member_ids=("li", "he"), entered_at=there.entered_at, alarm_at=due)
    gone = replace(there, left_at=b.at(b.TODAY, 9, 25))
    findings: dict[str, Any] = {"findings": ("wound-clean",), "measured": (), "signatures": ()}
    yield VisitLeft(**about, parts=(gone, joined), **findings, alarm_at=due)
    yield VisitPartnerAbsent(**about, member_id="fang", absent=(2,))
    yield VisitMissed(**whose, care_task_id=None, reason="partner-absent", attempt=1, was_on=b.TODAY)
    yield VisitRequestedAgain(
        **whose,
        attempt=2,
        window_from=b.TOMORROW,
        window_to=date(2026, 3, 12),
        plan_from=b.TOMORROW,
        needs=b.REQUESTED.needs,
    )


def bed(luck: Random, bed_id: str, person: str) -> Iterator[tuple[str, object]]:
    whose: dict[str, Any] = {"family_bed_id": bed_id, "resident_id": person, "team_id": "team-1"}
    again = BedAppliedForAgain(
        **whose,
        kind="treatment",
        indications=("bedridden", "advanced-age"),
        opinion="fit-with-conditions",
        assess_by=date(2026, 3, 6),
    )
    events = [
        replace(b.APPLIED, family_bed_id=bed_id, resident_id=person),
        BedFellOverdue(family_bed_id=bed_id, what="assessment", due_on=date(2026, 3, 5)),
        BedApplicationReturned(family_bed_id=bed_id, reason="papers-incomplete"),
        again,
        replace(b.ASSESSED, family_bed_id=bed_id),
        replace(b.AGREED, family_bed_id=bed_id),
        replace(b.BED_OPENED, family_bed_id=bed_id, resident_id=person),
        BedPlanSet(
            family_bed_id=bed_id, kind="nursing", measures=("turning",), diagnoses=("sore-risk",), goals=("intact",)
        ),
        *(bed_round(bed_id, person, day) for day in (0, 7)),
        *bed_course(bed_id, whose),
        *(corrected.of_bed(whose) if luck.random() < 0.4 else []),
    ]
    return cut(luck, f"family_bed-{bed_id}", events, least=0)


def bed_round(bed_id: str, person: str, day: int) -> BedRoundRecorded:
    """Return a round so many days after the opening."""
    return BedRoundRecorded(
        family_bed_id=bed_id,
        resident_id=person,
        visit_id=f"{bed_id}-{day}",
        made_at=b.at(b.TODAY + timedelta(days=day), 9),
        member_ids=("li", "he"),
        findings=(),
    )


def bed_course(bed_id: str, whose: dict[str, Any]) -> list[object]:
    """Return what follows the first rounds: a review, a stay in hospital, another cycle, the end."""
    return [
        BedRoundWrittenUp(
            family_bed_id=bed_id,
            visit_id=f"{bed_id}-0",
            complaints=("poor-sleep",),
            tests=(),
            contact_talked=True,
        ),
        BedPlanEvaluated(family_bed_id=bed_id, kind="nursing", evaluated_on=date(2026, 3, 9), result="partly-met"),
        BedReviewed(family_bed_id=bed_id, reviewed_on=date(2026, 3, 9), reviewer_id="chen", review_by=date(2026, 4, 8)),
        BedTransferredToHospital(**whose, transferred_on=date(2026, 3, 10), referral_id=None),
        BedReturnedFromHospital(
            **whose,
            transferred_on=date(2026, 3, 10),
            returned_on=date(2026, 3, 14),
            first_round_by=date(2026, 3, 15),
        ),
        BedPlanStopped(family_bed_id=bed_id, kind="nursing", stopped_on=date(2026, 3, 15), reason="goal-met"),
        BedExtended(
            **whose,
            cycle=2,
            extended_on=date(2026, 3, 18),
            cycle_ends_on=date(2026, 8, 28),
            assessed_on=date(2026, 3, 18),
        ),
        BedSettled(**whose, settled_on=date(2026, 3, 20), amount_fen=100, insurance_fen=60),
        BedClosed(**whose, closed_on=date(2026, 3, 20), outcome="improved"),
    ]


def referral(luck: Random, referral_id: str, person: str) -> Iterator[tuple[str, object]]:
    ids: dict[str, Any] = {"referral_id": referral_id, "resident_id": person, "team_id": "team-1"}
    requested = replace(b.REFERRED, **ids, urgency=luck.choice(["urgent", "ordinary"]))
    unanswered = ReferralLeftUnanswered(**ids, institution_id="city-3", answer_by=requested.answer_by)
    if luck.random() < 0.3:
        declined = ReferralDeclined(**ids, answered_at=b.at(b.TODAY, 11), reason="no-bed")
        return cut(luck, f"referral-{referral_id}", [requested, unanswered, declined])
    accepted, appointed = replace(b.ACCEPTED, **ids), replace(b.APPOINTED, **ids)
    if luck.random() < 0.3:
        appointment = {**ids, "appointment_at": appointed.appointment_at}
        passed, missed = ReferralAppointmentPassed(**appointment), ReferralNotAttended(**appointment)
        withdrawn = ReferralWithdrawn(**ids, reason="resident-declined")
        return cut(luck, f"referral-{referral_id}", [requested, accepted, appointed, passed, missed, withdrawn])
    if luck.random() < 0.2:
        over = ReferralEnded(**ids, reason="moved-out", last_day=b.TODAY)
        attended = replace(b.ATTENDED, **ids)
        return cut(luck, f"referral-{referral_id}", [requested, accepted, appointed, attended, over])
    overdue = ReferralFollowUpOverdue(**ids, stage="transfer", follow_up_by=date(2026, 3, 7))
    seen, seen_again = (
        ReferralFollowedUp(**ids, stage=stage, followed_up_on=b.TOMORROW, visit_id=None, in_time=False)
        for stage in ("transfer", "return")
    )
    stay = [replace(event, **ids) for event in (b.ATTENDED, b.ADMITTED, b.DISCHARGED, b.REFERRED_DOWN, b.RETURNED)]
    steps: list[object] = [accepted, appointed, *stay[:2], overdue, seen, *stay[2:], seen_again]
    return cut(luck, f"referral-{referral_id}", [requested, *steps])


def survey(luck: Random, survey_id: str, person: str) -> Iterator[tuple[str, object]]:
    paper = SatisfactionRecorded(
        survey_id=survey_id,
        resident_id=person,
        contract_id=f"c-{person}",
        team_id="team-1",
        visit_id=None,
        about="contract",
        answered_on=b.TODAY + timedelta(days=luck.randint(0, 20)),
        period_from=date(2026, 1, 1),
        period_to=date(2026, 3, 31),
        scores=(Score(question="access", score=luck.randint(1, 5)), Score(question="cost", score=luck.randint(1, 5))),
    )
    return cut(luck, f"survey-{survey_id}", [paper], least=0)


def published(team_id: str = "team-1", day: date = b.TODAY) -> RosterPublished:
    """Return a roster with one slot and one visit left over."""
    return RosterPublished(
        roster_id=f"{team_id}.{day.isoformat()}",
        team_id=team_id,
        day=day,
        slots=(
            RosterSlot(
                visit_id="v1",
                service=0,
                member_id="li",
                starts_at=b.at(day, 8),
                ends_at=b.at(day, 8, 20),
                travel_seconds=300,
            ),
        ),
        unplaced=(UnplacedVisit(visit_id="v2", rule="no-time-left"),),
        solution=Solution(
            problem_digest="5f",
            solver="search",
            seed=1,
            iterations=9,
            deterministic=0.5,
            costs=(TierCost(tier="unplaced", cost=5),),
            proof="unknown",
        ),
        carried_over_to=day + timedelta(days=1),
    )


def revised(first: RosterPublished) -> RosterRevised:
    """Return a second answer for the same day, with nothing left over."""
    return RosterRevised(
        roster_id=first.roster_id,
        team_id=first.team_id,
        day=first.day,
        revision=2,
        slots=first.slots,
        unplaced=(),
        moved=("v1",),
        solution=first.solution,
        carried_over_to=None,
    )


def bounded(first: RosterPublished, revision: int) -> RosterBounded:
    """Return what became known of a revision later."""
    return RosterBounded(
        roster_id=first.roster_id,
        team_id=first.team_id,
        day=first.day,
        revision=revision,
        proof="within",
        bound_tier="unplaced",
        bound=4,
        solver="search",
        deterministic=3.0,
    )


def roster(luck: Random, team_id: str, day: date) -> Iterator[tuple[str, object]]:
    first = published(team_id, day)
    return cut(luck, f"roster-{first.roster_id}", [first, bounded(first, 1), revised(first), bounded(first, 2)])


def day_terms() -> list[object]:
    """Return the terms of a day, of each kind, and one that is withdrawn."""
    day: dict[str, Any] = {"team_id": "team-1", "day": b.TODAY}
    until = b.at(b.TOMORROW, 0)
    return [
        VisitPinned(
            **day,
            term_id="pin:v1",
            visit_id="v1",
            service=0,
            member_id="li",
            starts_at=b.at(b.TODAY, 10),
            until=until,
        ),
        DayHeld(**day, term_id="hold", before=b.at(b.TODAY, 10), until=until),
        MovesLimited(**day, term_id="limit", most=3, since_revision=1, until=until),
        PairForbidden(
            **day,
            term_id="apart:he:li",
            member_id="li",
            other_member_id="he",
            resident_id=None,
            visit_id=None,
            until=until,
        ),
        TermWithdrawn(**day, term_id="hold"),
    ]


def account(account_id: str) -> list[object]:
    """Return the life of an account: roles, proofs, an emergency, a pause."""
    whose: dict[str, Any] = {"account_id": account_id}
    why: dict[str, Any] = {**whose, "reason": "new-duty", "by": "admin"}
    role: dict[str, Any] = {**why, "role": "member", "scope": "team", "scope_id": "team-1"}
    linked: dict[str, Any] = {**why, "issuer": "https://sign-in.example", "subject": account_id}
    since = b.at(b.YESTERDAY, 8)
    return [
        AccountOpened(**why, member_id="he", resident_id=None, hospital_id=None, opened_at=since),
        PasswordChanged(**whose, by="admin", temporary=True, changed_at=since),
        RoleGranted(**role, until=None, granted_at=since),
        PasswordChanged(**whose, by=account_id, temporary=False, changed_at=b.at(b.YESTERDAY, 9)),
        SecondFactorAdded(**whose, by=account_id, factor="totp", added_at=b.at(b.YESTERDAY, 9)),
        SecondFactorAdded(**whose, by=account_id, factor="recovery-codes", added_at=b.at(b.YESTERDAY, 9)),
        IdentityLinked(**linked, linked_at=b.at(b.YESTERDAY, 10)),
        GlassBroken(
            **whose,
            resident_id="p0",
            reason="emergency-care",
            broken_at=b.at(b.YESTERDAY, 22),
            until=b.at(b.TODAY, 2),
        ),
        AccountDisabled(**why, enabled_at=since, disabled_at=b.at(b.TODAY, 9)),
        AccountEnabled(**why, enabled_at=b.at(b.TODAY, 11)),
        RoleRevoked(**role, granted_at=since, revoked_at=b.at(b.TODAY, 12)),
        RoleGranted(**role, until=b.at(b.TOMORROW, 0), granted_at=b.at(b.TODAY, 13)),
        SecondFactorRemoved(**why, factor="totp", removed_at=b.at(b.TODAY, 14)),
        IdentityUnlinked(**linked, unlinked_at=b.at(b.TODAY, 15)),
        BreakGlassSignedOff(
            **whose,
            resident_id="p0",
            broken_at=b.at(b.YESTERDAY, 22),
            verdict="not-in-order",
            reason="no-ground",
            by="auditor",
            signed_off_at=b.at(b.TODAY, 16),
        ),
    ]


def adoptions() -> list[object]:
    """Return the packs of the nation, and then those of a city."""
    nation = (AdoptedPack(version="CN-2017", from_day=date(2017, 1, 1)),)
    city = (*nation, AdoptedPack(version="SZ-2018", from_day=b.TODAY))
    why: dict[str, Any] = {"by": "admin", "reason": "set-up"}
    return [
        PacksAdopted(packs="CN", versions=nation, adopted_at=b.at(b.YESTERDAY, 7), **why),
        PacksAdopted(packs="SZ", versions=city, adopted_at=b.at(b.TODAY, 7), **why),
    ]


def receiver(webhook_id: str) -> list[object]:
    """Return a receiver of events that is added and removed."""
    why: dict[str, Any] = {"webhook_id": webhook_id, "reason": "set-up", "by": "admin"}
    return [
        WebhookAdded(
            **why,
            address="https://gateway.example/jiayi",
            event_names=("visit",),
            level="ids",
            added_at=b.at(b.YESTERDAY, 8),
        ),
        WebhookRemoved(**why, removed_at=b.at(b.TODAY, 8)),
    ]


def week() -> list[object]:
    """Return a week that is spread, and in which a day is chosen and released."""
    visits = (VisitDay(visit_id="v1", day=b.TOMORROW, because="first-day"),)
    rows_of: dict[str, Any] = {"week_id": "team-1.2026-03-02", "team_id": "team-1", "monday": b.TODAY}
    chosen = (VisitDay(visit_id="v1", day=b.TODAY, because=CHOSEN),)
    return [
        WeekSpread(**rows_of, revision=1, visits=visits, moved=("v1",), solution=published().solution),
        VisitDayChosen(**rows_of, revision=2, visit_id="v1", day=b.TODAY, visits=chosen),
        VisitDayReleased(**rows_of, revision=3, visit_id="v1", day=b.TODAY, plan_from=b.TODAY, visits=()),
    ]
