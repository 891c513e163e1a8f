"""Reports as people read them."""

from collections.abc import Iterator

from infra.cli.reports.policy import spread
from infra.cli.reports.results import (
    CoverageReport,
    FulfilmentReport,
    ListedPack,
    OutreachList,
    PackDifference,
    PackInFull,
)
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import Listing
from projections.questions import Row

COUNTS = ("contracts", "granted", "used", "beyond", "overdue", "unserved")


def coverage(report: CoverageReport, words: Translator) -> Iterator[Block]:
    """Show coverage by institution, district and in total, each with its key groups and teams."""
    table = Table(
        words.headings("institution", "part", "population", "signed", "rate", "target", "met"),
        title=f"{words.say('coverage')} {report.day} ({report.pack})",
        numeric=range(2, 6),
    )
    for each in report.institutions:
        _coverage_rows(table, f"{each['institution_id']} {each['name'] or ''}".strip(), each, words)
    for district in report.districts if len(report.districts) > 1 else ():
        _coverage_rows(table, f"{words.say('district')} {district['district']}", district, words)
    if len(report.institutions) != 1:
        _coverage_rows(table, words.say("total"), report.total, words)
    yield table
    if report.public_health is not None:
        money = report.public_health
        yield words.say("public-health-a-head", {"year": money["year"], "yuan": f"{money['fen_a_head'] / 100:.2f}"})


def _coverage_rows(table: Table, title: str, row: Row, words: Translator) -> None:
    table.add(title, words.say("everybody"), *_coverage_cells(row, words))
    for group in row["groups"]:
        table.add("", words.label("key-group", group["group_name"]), *_coverage_cells(group, words))
    for team in row.get("teams", ()):
        table.add("", f"{words.say('team')} {team['team_id']}", *_coverage_cells(team, words))


def _coverage_cells(row: Row, words: Translator) -> list[str]:
    rate, target = row["rate"], row["target"]
    met = "" if rate is None or target is None else words.say("yes" if rate >= target else "no")
    return [_count(row["population"]), _count(row["signed"]), _share(rate), _share(target), met]


def _count(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


def who_next(outreach: OutreachList, words: Translator) -> Iterator[Block]:
    """Show residents to ask next."""
    headings = words.headings("resident", "name", "phone", "reason", "ends_on", "groups")
    table = Table(headings, title=words.say("who-next"))
    for row in outreach.residents:
        groups = ", ".join(words.label("key-group", group) for group in row.get("groups", ()))
        known = (str(row[name] or "") for name in ("resident_id", "name", "phone"))
        table.add(*known, words.say(row["reason"]), str(row.get("ends_on", "")), groups)
    yield table


def fulfilment(report: FulfilmentReport, words: Translator) -> Iterator[Block]:
    """Show what contracts grant and what was served of it."""
    headings = words.headings("team", "contracts", "granted", "used", "beyond", "overdue", "unserved", "unserved_share")
    table = Table(headings, title=f"{words.say('fulfilment')} {report.day}", numeric=range(1, len(headings)))
    for row in report.teams:
        table.add(row["team_id"], *(f"{row[name]:,}" for name in COUNTS), f"{row['unserved_share']:.1%}")
    yield table


def packs(result: PackInFull | Listing[ListedPack], words: Translator) -> Iterator[Block]:
    """Show a pack chapter by chapter, or the list of packs."""
    if isinstance(result, Listing):
        table = Table(words.headings("pack", "region", "effective_from", "based_on"))
        for each in result.items:
            table.add(each.version, each.region, each.effective_from, plain(each.based_on))
        yield table
        return
    title = f"{result.version} · {result.region} · {words.say('effective_from')} {result.effective_from}"
    table = Table(words.headings("chapter", "number", "value", "told_by"), title=title)
    chapter = ""
    for number in result.numbers:
        heading = number.chapter if number.chapter != chapter else ""
        chapter = number.chapter
        for name, value in spread(number.number, number.value):
            table.add(heading, name, plain(value), number.told_by)
            heading = ""
    yield table


def pack_difference(difference: PackDifference, words: Translator) -> Iterator[Block]:
    """Show the numbers in which two packs differ."""
    table = Table((words.say("number"), difference.first, difference.second))
    for number in difference.numbers:
        table.add(number.number, plain(number.before), plain(number.after))
    yield table


def plain(value: object) -> str:
    """Return a number as people read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "—" if value is None else str(value)
