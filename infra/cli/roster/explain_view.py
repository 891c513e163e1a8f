"""An explanation of a visit's place as people read it."""

from collections.abc import Iterator

from infra.cli.roster.results import Alternative, MemberOption, Presented, VisitExplanation
from infra.cli.roster.wording import clock, difference_in_words, revision_number
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table


def explanation(presented: Presented[VisitExplanation], words: Translator) -> Iterator[Block]:
    """Show a visit's place and what other members would cost; or why it has none, and the cheapest ways to place it."""
    visit = presented.result
    yield f"{visit.team_id} {visit.day} · {revision_number(visit.revision, words)}"
    yield presented.names.get(visit.demand_id, visit.demand_id)
    for part in visit.places:
        yield f"{part.member_id} {clock(part.start)}–{clock(part.end)}"
    if visit.rule:
        yield words.why(visit.rule, visit.holiday)
    yield words.say("days-of-slack", {"days": visit.slack_days})
    yield _options(visit, words) if visit.places else _alternatives(visit, words)


def _options(visit: VisitExplanation, words: Translator) -> Table:
    table = Table(words.headings("member", "person", "time", "instead-of-her"))
    for option in visit.options:
        table.add(option.member_id, str(option.service + 1), _start(option), _option(option, words))
    return table


def _start(option: MemberOption) -> str:
    places = option.way.places if option.way else ()
    return next((clock(part.start) for part in places if part.service == option.service), "")


def _option(option: MemberOption, words: Translator) -> str:
    if option.way is None:
        return words.say("she-may-not", {"rule": words.say(option.rule or "")})
    return _alternative(option.way, words)


def _alternative(alternative: Alternative, words: Translator) -> str:
    broken = [words.say("would-break", {"rule": words.say(rule)}) for rule in alternative.breaks]
    return "\n".join([difference_in_words(alternative.difference, words), *broken])


def _alternatives(visit: VisitExplanation, words: Translator) -> Block:
    if not visit.ways:
        return words.say("no-way")
    table = Table(words.headings("member", "time", "way-to-place-it"))
    for alternative in visit.ways:
        members = ", ".join(part.member_id for part in alternative.places)
        starts = ", ".join(clock(part.start) for part in alternative.places)
        table.add(members, starts, _alternative(alternative, words))
    return table
