"""Finds residents, records and staff; what it shows, and to whom, the gate decides."""

from collections.abc import Iterator

from infra.cli.session import Session
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.finder.search import Hit, SearchAnswer, search

KINDS = {
    "contract": "record-contract",
    "draft": "record-draft",
    "bed": "record-bed",
    "referral": "record-referral",
    "visit": "record-visit",
    "institution": "record-institution",
    "alliance": "record-alliance",
    "team": "record-team",
    "member": "record-member",
    "account": "record-account",
}
"""What people call each kind of record."""

FITS = {
    "id": "search-fits-id",
    "number": "search-fits-number",
    "phone": "search-fits-phone",
    "name": "search-fits-name",
    "address": "search-fits-address",
}
"""By what a resident fits."""


def search_for(
    session: Session, text: str, team_id: str | None, institution_id: str | None, limit: int
) -> SearchAnswer:
    """Return what fits a text. Refused as `infra.finder.search.search` does."""
    with session.open(asks=True) as system:
        return search(system, session.gate, text, team_id=team_id, institution_id=institution_id, limit=limit)


def shown_answer(answer: SearchAnswer, words: Translator) -> Iterator[Block]:
    """Show residents, their records, and staff."""
    people = [each for each in answer.hits if each.kind == "resident"]
    records = [each for each in answer.hits if each.kind != "resident"]
    if not answer.hits and not answer.staff:
        yield words.say("nothing-fits")
    if people:
        yield _people(people, words)
    if records:
        table = Table(words.headings("record-kind", "record-id", "resident", "team", "status", "day"))
        for each in records:
            status = words.label("status", each.status)
            kind = words.say(KINDS[each.kind])
            table.add(kind, each.id, each.resident_id, each.team_id or "", status, (each.day or "")[:10])
        yield table
    if answer.staff:
        table = Table(words.headings("record-kind", "record-id", "name", "institution", "team"))
        for one in answer.staff:
            kind = words.say(KINDS[one.kind])
            table.add(kind, one.id, one.name or "", one.institution_id or "", one.team_id or "")
        yield table
    if answer.more:
        yield Notice(words.say("more-residents-fit", {"shown": len(people)}))


def _people(people: list[Hit], words: Translator) -> Table:
    table = Table(words.headings("resident", "name", "born-on", "phone", "address", "institution", "search-fits-by"))
    for each in people:
        cells = (each.name, each.born_on, each.phone, each.address, each.institution_id)
        table.add(each.id, *(value or "" for value in cells), words.say(FITS[each.because]))
    return table
