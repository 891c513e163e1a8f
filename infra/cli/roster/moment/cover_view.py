"""Cover as people read it."""

from collections.abc import Iterator

from infra.cli.roster.moment.results import CoverTaken, WaysToCover, WayToCover
from infra.cli.roster.moment.views import at, moved, notice_table
from infra.cli.roster.wording import costs_in_words, revision_number
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

KINDS = {"own-team": "cover-own-team", "colleague": "cover-colleague", "guest": "cover-guest"}


def cover(answer: WaysToCover | CoverTaken, words: Translator) -> Iterator[Block]:
    """Show the ways, the best one first, and whom to call for it; or the way that was taken and its calls."""
    if isinstance(answer, CoverTaken):
        yield from _taken(answer, words)
        return
    values = {"member": answer.member_id, "at": at(answer.starts_at), "visits": ", ".join(answer.visits) or "—"}
    yield f"{answer.team_id} {answer.day} · {revision_number(answer.revision, words)}"
    yield words.say("cover-for", values)
    table = Table(words.headings("way-number", "cover", "takes-over", "others-who-move", "unplaced", "calls", "costs"))
    for number, way in enumerate(answer.ways, start=1):
        table.add(
            str(number),
            name(way, words),
            _takeovers(way),
            "; ".join(moved(each, words) for each in way.displaced if not each.other_member)
            or words.say("nobody-moves"),
            ", ".join(way.left_out),
            str(len(way.notices)),
            costs_in_words(way.costs, words),
        )
    yield table
    if answer.ways:
        yield from _calls(answer.ways[0], answer, words)
        yield words.say("take-cover", {"member": answer.member_id, "day": answer.day, "token": answer.ways[0].token})


def _taken(taken: CoverTaken, words: Translator) -> Iterator[Block]:
    yield words.say("cover-taken", {"cover": name(taken.way, words), "absence": taken.absence_id})
    if taken.revision is not None:
        yield f"{taken.team_id} {taken.day} · {revision_number(taken.revision, words)}"
    yield from _calls(taken.way, taken, words)


def name(way: WayToCover, words: Translator) -> str:
    """Return what people call a way."""
    return words.say(KINDS[way.kind], {"member": way.member_id or "", "team": way.home_team_id or ""})


def _moves(way: WayToCover, words: Translator) -> str:
    moves = [moved(each, words) for each in way.displaced if not each.other_member]
    return "; ".join(moves) or words.say("nobody-moves")


def _takeovers(way: WayToCover) -> str:
    return "; ".join(f"{each.member_id}: {', '.join(each.visits)}" for each in way.takeovers) or "—"


def _calls(way: WayToCover, answer: WaysToCover | CoverTaken, words: Translator) -> Iterator[Block]:
    """Show whom to call: members who take over, and residents."""
    members = ", ".join(each.member_id for each in way.takeovers)
    if members:
        yield words.say("members-to-call", {"members": members})
    if way.notices:
        yield notice_table(way.notices, answer.day, words)
    else:
        yield words.say("nobody-to-notify")
