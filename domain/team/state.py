"""The state of a team."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.decider import FOREVER, Refused
from domain.event import value
from domain.policy_pack import PolicyPack
from domain.team.commands import MANDATORY, EndApart, KeepApart, Member, Role, Shift
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
    StaffingEvent,
    StaffingRestored,
    TeamBecameUnderstaffed,
    TeamDaySet,
    TeamDisbanded,
    TeamEvent,
    TeamFormed,
)

DAY = timedelta(days=1)


@value
class DatedShifts:
    """Working hours from a day on."""

    from_day: date
    shifts: tuple[Shift, ...]


@value
class DatedQualification:
    """A qualification with its days."""

    code: str
    valid_from: date
    valid_until: date | None


@value
class Seat:
    """A member's seat with its days; for a guest, with the invitation of the stay."""

    member: Member
    from_day: date
    last_day: date = FOREVER
    hours: tuple[DatedShifts, ...] = ()
    qualified: tuple[DatedQualification, ...] = ()
    stay: GuestInvited | None = None

    def held_until(self) -> date:
        """Return the last day on which the seat is held by a member who may practise."""
        ends = [licence.valid_until or FOREVER for licence in self.member.licences]
        return min(self.last_day, max(ends, default=FOREVER))

    def on(self, day: date) -> Member:
        """Return the member with the hours and qualifications of that day."""
        if not self.hours and not self.qualified:
            return self.member
        shifts = next((h.shifts for h in reversed(self.hours) if h.from_day <= day), self.member.shifts)
        dated = {each.code for each in self.qualified}
        holds = {
            each.code
            for each in self.qualified
            if each.valid_from <= day and (each.valid_until is None or day <= each.valid_until)
        }
        codes = (*(code for code in self.member.qualifications if code not in dated), *sorted(holds))
        return replace(self.member, shifts=shifts, qualifications=codes)


@value
class OwnDay:
    """A day that the team set itself: the weekday whose shifts are worked, None if the team is closed."""

    day: date
    shifts_of: int | None


@value
class Gap:
    """A mandatory seat that is recorded as empty; `understaffed` after the grace period."""

    role: Role
    since: date
    grace_until: date
    understaffed: bool = False


@value
class Team:
    """The state of a team."""

    formed: TeamFormed | None = None
    seats: tuple[Seat, ...] = ()
    absences: tuple[AbsenceRecorded, ...] = ()
    gaps: tuple[Gap, ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()
    stations: tuple[tuple[str, str], ...] = ()
    """Members and the institutions at which their days begin; the others' begin at the team's base."""
    own_days: tuple[OwnDay, ...] = ()
    disbanded: TeamDisbanded | None = None

    @property
    def institution_id(self) -> str | None:
        """The institution of the team, None before it is formed."""
        return self.formed.institution_id if self.formed else None

    def seats_on(self, day: date) -> Iterable[Seat]:
        """Yield the seats that are held on that day, those of guests too."""
        if self.disbanded is None or day <= self.disbanded.last_day:
            yield from (seat for seat in self.seats if seat.from_day <= day <= seat.last_day)

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Return the members of that day, guests too, each with that day's hours and qualifications."""
        return tuple(seat.on(day) for seat in self.seats_on(day))

    def member_on(self, member_id: str, day: date) -> Member | None:
        """Return a member of that day, None if they hold no seat then."""
        return next((seat.on(day) for seat in self.seats_on(day) if seat.member.member_id == member_id), None)

    def member(self, member_id: str) -> Member | None:
        """Return the newest seat's member of this id, None if the person never held a seat."""
        return next((seat.member for seat in reversed(self.seats) if seat.member.member_id == member_id), None)

    def may_be_named(self, member_id: str, roles: Iterable[Role], first: date, last: date) -> bool:
        """Return whether a member, or a guest, of one of these roles has a seat on any day between two."""
        return any(
            seat.member.member_id == member_id
            and seat.member.role in roles
            and seat.from_day <= last
            and first <= min(seat.last_day, self.disbanded.last_day if self.disbanded else FOREVER)
            for seat in self.seats
        )

    def own_day(self, day: date) -> OwnDay | None:
        """Return what the team set for a day, None where it follows the calendar."""
        return next((own for own in self.own_days if own.day == day), None)

    def first_with(self, role: Role, day: date) -> str | None:
        """Return the id of the longest serving own member with this role who may practise; None if there is none."""
        return next(iter(self.seated(role, day)), None)

    def seated(self, role: Role, day: date) -> tuple[str, ...]:
        """Return the ids of the own members with this role who may practise, the longest serving first."""
        return tuple(
            seat.member.member_id for seat in self.seats_on(day) if seat.stay is None and holds(seat, role, day)
        )

    def missing_role(self, day: date) -> Role | None:
        """Return a mandatory seat that no member of the team's own holds on that day (A2)."""
        return next((role for role in MANDATORY if self.first_with(role, day) is None), None)

    def empty_since(self, role: Role, day: date) -> date | None:
        """Return the day since which no member or guest holds a seat of this role; None if one does on that day."""
        if any(holds(seat, role, day) for seat in self.seats_on(day)):
            return None
        over = self.disbanded.last_day if self.disbanded else FOREVER
        held = [min(s.held_until(), over) for s in self.seats if s.member.role == role and s.from_day < day]
        return max((until for until in held if until < day), default=date.min) + DAY

    def understaffed(self, day: date, pack: PolicyPack) -> Role | None:
        """Return the mandatory role that has been empty for longer than the pack's days of grace (A2, [GK]).

        The team then serves nobody under contracts. A guest of the role fills the seat on the days of the stay.
        """
        grace = timedelta(days=pack.understaffed_grace_days)
        for role in MANDATORY:
            since = self.empty_since(role, day)
            if since is not None and day >= since + grace:
                return role
        return None


def holds(seat: Seat, role: Role, day: date) -> bool:
    """Return whether a seat is of this role and its member may practise on that day."""
    return seat.member.role == role and practises_on(seat.member, day)


def practises_on(member: Member, day: date) -> bool:
    """Return whether a licence is valid on that day; a member without recorded licences counts as licensed."""
    return not member.licences or any(
        licence.valid_until is None or day <= licence.valid_until for licence in member.licences
    )


def evolve(team: Team, event: TeamEvent) -> Team:
    """Return the state after an event."""
    match event:
        case TeamFormed():
            seats = tuple(Seat(member=member, from_day=date.min) for member in event.members)
            return replace(team, formed=event, seats=seats)
        case AbsenceRecorded():
            return replace(team, absences=(*team.absences, event))
        case AbsenceWithdrawn():
            kept = tuple(a for a in team.absences if a.absence_id != event.absence_id)
            return replace(team, absences=kept)
        case SeatFellEmpty() | TeamBecameUnderstaffed() | StaffingRestored():
            return replace(team, gaps=gaps_after(team.gaps, event))
        case KeptApart():
            return replace(team, apart=team.apart | {apart_key(event)})
        case ApartEnded():
            return replace(team, apart=team.apart - {apart_key(event)})
        case MemberStationed():
            others = tuple(each for each in team.stations if each[0] != event.member_id)
            here = () if event.institution_id is None else ((event.member_id, event.institution_id),)
            return replace(team, stations=(*others, *here))
        case TeamDaySet():
            others_days = tuple(own for own in team.own_days if own.day != event.day)
            own = () if event.kind == "as-calendar" else (OwnDay(day=event.day, shifts_of=event.shifts_of),)
            return replace(team, own_days=(*others_days, *own))
        case TeamDisbanded():
            return replace(team, disbanded=event)
        case _:
            return replace(team, seats=seats_after(team.seats, event))


def apart_key(pair: KeepApart | EndApart | KeptApart | ApartEnded) -> frozenset[str]:
    """Return the key of an incompatible pair, in any order of two members."""
    if pair.resident_id is not None:
        return frozenset((f"member {pair.member_id}", f"resident {pair.resident_id}"))
    return frozenset((f"member {pair.member_id}", f"member {pair.other_member_id}"))


SeatEvent = (
    MemberJoined | MemberLeft | ShiftsChanged | LicenceRecorded | QualificationRecorded | GuestInvited | GuestWithdrawn
)


def seats_after(seats: tuple[Seat, ...], event: SeatEvent) -> tuple[Seat, ...]:
    """Return the seats after one was taken, left or changed."""
    match event:
        case MemberJoined():
            return (*seats, Seat(member=event.member, from_day=event.from_day))
        case GuestInvited():
            return (*seats, Seat(member=event.member, from_day=event.from_day, last_day=event.to_day, stay=event))
        case GuestWithdrawn():
            kept = (
                s for s in seats if s.stay is None or s.stay.stay_id != event.stay_id or event.last_day >= s.from_day
            )
            return tuple(
                replace(s, last_day=event.last_day) if s.stay is not None and s.stay.stay_id == event.stay_id else s
                for s in kept
            )
        case _:
            return tuple(seat_after(s, event) if s.member.member_id == event.member_id else s for s in seats)


def seat_after(seat: Seat, event: MemberLeft | ShiftsChanged | LicenceRecorded | QualificationRecorded) -> Seat:
    """Return a member's seat after it was left or changed; an earlier seat stays as it was."""
    match event:
        case MemberLeft():
            return replace(seat, last_day=event.last_day) if seat.from_day == event.from_day else seat
        case ShiftsChanged():
            if seat.last_day < event.from_day:
                return seat
            earlier = (hours for hours in seat.hours if hours.from_day < event.from_day)
            return replace(seat, hours=(*earlier, DatedShifts(from_day=event.from_day, shifts=event.shifts)))
        case LicenceRecorded():
            others = (licence for licence in seat.member.licences if licence.kind != event.licence.kind)
            return replace(seat, member=replace(seat.member, licences=(*others, event.licence)))
        case QualificationRecorded():
            known = (each for each in seat.qualified if each.code != event.code)
            dated = DatedQualification(code=event.code, valid_from=event.valid_from, valid_until=event.valid_until)
            return replace(seat, qualified=(*known, dated))


def gaps_after(gaps: tuple[Gap, ...], event: StaffingEvent) -> tuple[Gap, ...]:
    """Return the recorded empty seats after an event."""
    others = tuple(gap for gap in gaps if gap.role != event.role)
    match event:
        case SeatFellEmpty():
            return (*others, Gap(role=event.role, since=event.since, grace_until=event.grace_until))
        case TeamBecameUnderstaffed():
            over = Gap(role=event.role, since=event.since, grace_until=event.from_day - DAY, understaffed=True)
            return (*others, over)
        case StaffingRestored():
            return others


def check_known(strangers: tuple[str, ...]) -> None:
    """Refuse members who never held a seat in any team, nor were guests of one."""
    if strangers:
        raise Refused("member-unknown", member=strangers[0])
