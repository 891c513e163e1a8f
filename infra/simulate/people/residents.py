"""Makes residents and teams from a seeded generator. None of these people exists."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from domain.consent import ConsentKind
from domain.key_groups import KeyGroup
from domain.resident.commands import ConsentGiver, GiveConsent, Personal, RegisterResident, TagKeyGroup
from domain.resident.identity import check_digit
from domain.team.commands import FormTeam, Licence, Member, Role, Shift
from infra.simulate import figures

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
FIRST_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文"
STREETS = ("福华路", "莲花路", "深南大道", "红荔路", "景田路", "梅林路", "彩田路", "新闻路")

WEEKDAYS = range(5)
OFFICE_HOURS = {"starts": 8 * 60 + 30, "ends": 17 * 60 + 30, "break_starts": 12 * 60, "break_ends": 14 * 60}
AFTERNOON = {"starts": 14 * 60, "ends": 17 * 60 + 30}
HOURS = {"nurse": OFFICE_HOURS, "rehab": OFFICE_HOURS}
"""Hours for home visits by role; other roles work at the centre in the morning. Assumed."""

OF_AGE: set[KeyGroup] = {"elder", "child"}
"""Groups that registration derives from age."""

LICENCE = Licence(kind="general-practice", registered_in="SZ", practising_since=date(2012, 7, 1))

UNASSIGNED_AREA = 999_999
"""An area code that no place has."""

MOST_A_DAY = 999
"""Sequence numbers of one birthday and area."""

PREFIXES = ("R", "N")
"""Ids of residents begin so: of those at the start, and of newcomers."""

OF_FULL_AGE = timedelta(days=18 * 365 + 5)
"""Before that a guardian consents."""

X_ROLES: tuple[Role, ...] = ("rehab", "public-health", "pharmacist", "health-manager")


def form_team(number: int, institution_id: str) -> FormTeam:
    """Return the command that forms a 2+X team: a doctor, two nurses and one or two of the X roles."""
    team_id = f"T{number:04d}"
    roles: list[Role] = ["gp", "nurse", "nurse", X_ROLES[number % len(X_ROLES)]]
    if number % 5 == 0:
        roles.append("rehab")
    members = tuple(
        Member(
            member_id=f"{team_id}-{role}-{seat}",
            role=role,
            shifts=tuple(Shift(weekday=day, **HOURS.get(role, AFTERNOON)) for day in WEEKDAYS),
            qualifications=("visiting", "wound-care", "catheter-care") if role == "nurse" else (),
            travels_by="e-bike",
            licences=(LICENCE,) if role == "gp" else (),
        )
        for seat, role in enumerate(roles, start=1)
    )
    across = 4 * figures.AREA_METRES
    return FormTeam(
        team_id=team_id,
        institution_id=institution_id,
        base_x=(number % 10) * across,
        base_y=(number // 10) * across,
        members=members,
    )


class ResidentGenerator:
    """Makes residents around the bases of their teams."""

    def __init__(self, seed: int, today: date, prefix: str = "R") -> None:
        self._random = Random(f"{seed}:{prefix}")  # noqa: S311 -- a simulation, not a secret
        self._today = today
        self._prefix = prefix
        self._number = 0
        self._born: Counter[date] = Counter()

    def next(self, team: FormTeam) -> tuple[RegisterResident, list[TagKeyGroup]]:
        """Return the next resident near the team's base, and the key groups to which they belong."""
        chance = self._random.random
        self._number += 1
        resident_id = f"{self._prefix}{self._number:06d}"
        groups = self._groups()
        born_on = self._born_on(groups)
        homebound = ("elder" in groups and chance() < figures.HOMEBOUND_ELDERS) or (
            "disabled" in groups and chance() < figures.HOMEBOUND_DISABLED
        )
        registered = RegisterResident(
            resident_id=resident_id,
            institution_id=team.institution_id,
            evidence="household-registration" if chance() < 0.4 else "half-year-residence",
            resident_since=self._today - timedelta(days=self._random.randint(600, 6000)),
            homebound=homebound,
            personal=self._personal(team, born_on),
        )
        tags = [
            TagKeyGroup(
                resident_id=resident_id,
                group=group,
                since=max(self._today - timedelta(days=self._random.randint(0, 300)), born_on),
            )
            for group in sorted(groups - OF_AGE)
        ]
        return registered, tags

    def _groups(self) -> set[KeyGroup]:
        chance = self._random.random
        groups: set[KeyGroup] = set()
        if chance() < figures.GROUP_SHARES["elder"]:
            groups.add("elder")
            if chance() < figures.ELDER_HYPERTENSION:
                groups.add("hypertension")
            if chance() < figures.ELDER_DIABETES:
                groups.add("diabetes")
        elif chance() < figures.GROUP_SHARES["child"] / (1 - figures.GROUP_SHARES["elder"]):
            groups.add("child")
        else:
            adult: tuple[KeyGroup, ...] = ("hypertension", "diabetes", "pregnant")
            groups |= {group for group in adult if chance() < figures.GROUP_SHARES[group]}
        rare: tuple[KeyGroup, ...] = ("mental-disorder", "disabled", "tuberculosis", "low-income", "special-family")
        return groups | {group for group in rare if chance() < figures.GROUP_SHARES[group]}

    def _born_on(self, groups: set[KeyGroup]) -> date:
        youngest, oldest = (65, 95) if "elder" in groups else (0, 6) if "child" in groups else (18, 59)
        return self._today - timedelta(days=self._random.randint(youngest * 366, oldest * 365 + 300))

    def _personal(self, team: FormTeam, born_on: date) -> Personal:
        random = self._random
        blocks = figures.AREA_METRES // figures.BLOCK_METRES
        x = team.base_x + random.randint(-blocks, blocks) * figures.BLOCK_METRES
        y = team.base_y + random.randint(-blocks, blocks) * figures.BLOCK_METRES
        name = random.choice(SURNAMES) + random.choice(FIRST_NAMES) + random.choice(["", random.choice(FIRST_NAMES)])
        return Personal(
            name=name,
            phone=f"1{random.choice('3578')}{random.randint(10**8, 10**9 - 1)}",
            identity_number=self._identity_number(born_on),
            address=f"{random.choice(STREETS)}{random.randint(1, 300)}号{random.randint(101, 3309)}室",
            born_on=born_on,
            home_x=x,
            home_y=y,
        )

    def _identity_number(self, born_on: date) -> str:
        """Return a number that nobody else has who is generated with the same or another of the prefixes."""
        self._random.randint(1, 999)  # a number was drawn here before: a seed keeps its community
        rounds, sequence = divmod(self._born[born_on], MOST_A_DAY)
        self._born[born_on] += 1
        area = UNASSIGNED_AREA - PREFIXES.index(self._prefix) - rounds * len(PREFIXES)
        return identity_number(born_on, sequence + 1, area)


def consents(
    registered: RegisterResident, tags: list[TagKeyGroup], day: date, *, hears_of_visits: bool
) -> list[GiveConsent]:
    """Return the consents that a resident gives before signing: all to the use of health data, most to notices."""
    given_by: ConsentGiver = "guardian" if registered.personal.born_on > day - OF_FULL_AGE else "resident"
    visited = registered.homebound or bool(tags)
    kinds: tuple[ConsentKind, ...] = (
        ("health-data", "visit-notices") if visited and hears_of_visits else ("health-data",)
    )
    return [consent(registered.resident_id, kind, day, given_by) for kind in kinds]


def consent(resident_id: str, kind: ConsentKind, day: date, given_by: ConsentGiver = "resident") -> GiveConsent:
    """Return the command that records a consent."""
    return GiveConsent(resident_id=resident_id, kind=kind, given_on=day, given_by=given_by)


def identity_number(born_on: date, sequence: int, area: int = UNASSIGNED_AREA) -> str:
    """Return an 18-digit number with its check digit (GB 11643) and an unassigned area code."""
    digits = f"{area}{born_on:%Y%m%d}{sequence:03d}"
    return digits + check_digit(digits)
