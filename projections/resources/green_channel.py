"""The green channel: specialist slots that hospitals hold for family doctors, and those that referrals used (A8)."""

from collections.abc import Iterator
from datetime import date

from domain.alliance.events import SlotsHeld
from domain.event import value
from domain.local_time import local_day
from domain.referral.events import ReferralAccepted
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, share, whole

SLOTS_V1 = Table(
    "alliance_slots_v1",
    "slots_key",  # alliance|institution|specialty|month
    {"alliance_id": "text", "institution_id": "text", "specialty": "text", "month": "text", "slots": "int"},
    indexes=(("alliance_id", "month"),),
)
"""`month` is its first day."""

GREEN_CHANNEL_V1 = Table(
    "green_channel_v1", "referral_id", {"specialty": "text", "month": "text"}, indexes=(("month",),)
)
"""Referrals that a hospital accepted into a slot or bed for family doctors, in the month of the answer."""


def project(event: SlotsHeld | ReferralAccepted) -> Iterator[Change]:
    """Follow slots and the referrals that use them."""
    match event:
        case SlotsHeld():
            month = event.month.isoformat()
            yield SLOTS_V1.put(
                f"{event.alliance_id}|{event.institution_id}|{event.specialty}|{month}",
                alliance_id=event.alliance_id,
                institution_id=event.institution_id,
                specialty=event.specialty,
                month=month,
                slots=event.slots,
            )
        case ReferralAccepted(green_channel=True):
            month = local_day(event.answered_at).replace(day=1).isoformat()
            yield GREEN_CHANNEL_V1.put(event.referral_id, specialty=event.specialty or "", month=month)
        case ReferralAccepted():
            yield GREEN_CHANNEL_V1.drop(event.referral_id)


@value
class GreenChannel:
    """Ask how many slots of the green channel were held and used in the months between two days, by alliance."""

    first: date
    last: date
    alliance_id: str | None = None


USED = """SELECT b.alliance_id, f.institution_id, g.specialty, g.month, count(*) AS n FROM green_channel_v1 g
JOIN referrals_v1 f ON f.referral_id = g.referral_id JOIN teams_v1 t ON t.team_id = f.team_id
JOIN alliance_institutions_v1 b ON b.institution_id = t.institution_id
AND b.from_day <= f.requested_at AND (b.left_after IS NULL OR b.left_after >= :first)
JOIN alliance_institutions_v1 h ON h.alliance_id = b.alliance_id AND h.institution_id = f.institution_id
WHERE f.status NOT IN ('withdrawn', 'ended') AND g.month BETWEEN :first AND :last
GROUP BY b.alliance_id, f.institution_id, g.specialty, g.month"""


def green_channel(question: GreenChannel, rows: Rows) -> list[Row]:
    """Return alliances by id with `held`, `used`, the `share` of those held, and `slots` by month and hospital.

    Of `slots`: `month`, `institution_id`, `specialty` ("": the hospital named none), `held` and `used`.
    """
    period = {"first": question.first.replace(day=1).isoformat(), "last": question.last.isoformat()}
    held = rows.ask("SELECT * FROM alliance_slots_v1 WHERE month BETWEEN :first AND :last", **period)
    used = rows.ask(USED, **period)
    counts: dict[str, dict[tuple[str, str, str], list[int]]] = {}
    for place, row, number in [(0, row, row["slots"]) for row in held] + [(1, row, row["n"]) for row in used]:
        key = (str(row["month"]), str(row["institution_id"]), str(row["specialty"]))
        counts.setdefault(str(row["alliance_id"]), {}).setdefault(key, [0, 0])[place] += whole(number)
    return [
        {**alliance, **of_alliance(counts.get(str(alliance["alliance_id"]), {}))}
        for alliance in rows.ask("SELECT alliance_id, name FROM alliances_v1 ORDER BY alliance_id")
        if question.alliance_id in {None, alliance["alliance_id"]}
    ]


def of_alliance(counts: dict[tuple[str, str, str], list[int]]) -> Row:
    """Return the slots of one alliance, and their sums."""
    held, used = (sum(each[place] for each in counts.values()) for place in (0, 1))
    slots = [
        {"month": month, "institution_id": institution, "specialty": specialty, "held": number[0], "used": number[1]}
        for (month, institution, specialty), number in sorted(counts.items())
    ]
    return {"held": held, "used": used, "share": share(used, held), "slots": slots}


GREEN = Projection(
    name="green_channel",
    tables=(SLOTS_V1, GREEN_CHANNEL_V1),
    events=(SlotsHeld, ReferralAccepted),
    project=project,
    questions=(
        Question(
            asks=GreenChannel,
            answer=green_channel,
            example=GreenChannel(first=date(2026, 3, 1), last=date(2026, 3, 31), alliance_id="county"),
        ),
    ),
)
