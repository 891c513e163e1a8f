"""Answers in the moment as people read them."""

from collections.abc import Iterator
from datetime import date

from infra.cli.roster.moment.results import Appointment, ListedNotice, ListedNotices
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

NOT_ALLOWED = {"no-consent": "notice-no-consent", "no-phone": "notice-no-phone"}
"""The words for why a resident may not be called or written to."""


def notices(day: ListedNotices, words: Translator) -> Iterator[Block]:
    """Show whom to tell what and how; nobody else is told anything."""
    yield f"{day.team_id} {day.day} · {words.say('revision')} {day.revision}"
    if not day.notices:
        yield words.say("nobody-to-notify")
        return
    table = Table(words.headings("visit", "resident", "notice", "before", "now", "how"))
    for each in day.notices:
        table.add(
            " · ".join(part for part in (each.visit_id, words.label("care-task", each.purpose)) if part),
            each.name or each.resident_id,
            words.label("notice", each.kind),
            place(each.known, day.day, words),
            place(each.now, day.day, words),
            how(each, words),
        )
    yield table
    yield words.say("notices-are", {"count": len(day.notices)})


def place(appointment: Appointment, day: date, words: Translator) -> str:
    """Return a start and who comes; the day too, if it is another."""
    if appointment.starts_at is None:
        return words.say("nobody-comes")
    text = shown(appointment.starts_at, seconds=False)
    when = text[11:] if text.startswith(day.isoformat()) else text
    return f"{when} {' + '.join(appointment.member_ids)}"


def how(notice: ListedNotice, words: Translator) -> str:
    """Return the channel with its phone, or why there is none."""
    if notice.permission != "allowed":
        return words.say(NOT_ALLOWED[notice.permission])
    channel = words.label("channel", notice.channel)
    return " ".join(part for part in (channel, notice.family_name, notice.phone) if part)
