"""Which policy packs ruled on a day, who adopted them, and why."""

from collections.abc import Iterator
from datetime import date

from domain.event import value
from domain.local_time import DAY_MINUTES, at_local
from domain.policy import PacksAdopted
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows, ask_where

ADOPTED_PACKS_V1 = Table(
    "adopted_packs_v1",
    "adopted_pack_key",  # moment of the adoption, exact|version
    {
        "packs": "text",
        "version": "text",
        "from_day": "text",
        "reason": "text",
        "adopted_by": "text",
        "adopted_at": "text",
    },
    indexes=(("adopted_at",),),
)
"""Each pack of each adoption; the newest adoption is the one that holds."""


def project(event: PacksAdopted) -> Iterator[Change]:
    """Keep each adoption."""
    for each in event.versions:
        yield ADOPTED_PACKS_V1.put(
            f"{event.adopted_at.isoformat()}|{each.version}",
            packs=event.packs,
            version=each.version,
            from_day=each.from_day.isoformat(),
            reason=event.reason,
            adopted_by=event.by,
            adopted_at=moment(event.adopted_at),
        )


@value
class AdoptedPacks:
    """Ask which packs were adopted, by whom and why; with a day, which one ruled at the end of it."""

    day: date | None = None


def adopted_packs(question: AdoptedPacks, rows: Rows) -> list[Row]:
    """Return the packs of every adoption, the newest first; of a day the one that ruled, as it was adopted by then."""
    if question.day is None:
        known = ask_where(rows, "SELECT * FROM adopted_packs_v1", [], "ORDER BY adopted_pack_key DESC")
    else:
        known = rows.ask(
            """SELECT * FROM adopted_packs_v1 WHERE from_day <= :day AND adopted_at =
            (SELECT max(adopted_at) FROM adopted_packs_v1 WHERE adopted_at < :ends)
            ORDER BY from_day DESC LIMIT 1""",
            day=question.day.isoformat(),
            ends=moment(at_local(question.day, DAY_MINUTES)),
        )
    return [{name: each for name, each in row.items() if name != "adopted_pack_key"} for row in known]


ADOPTED_PACKS = Projection(
    name="adopted_packs",
    tables=(ADOPTED_PACKS_V1,),
    events=(PacksAdopted,),
    project=project,
    questions=(Question(asks=AdoptedPacks, answer=adopted_packs, example=AdoptedPacks(day=date(2026, 3, 2))),),
)
