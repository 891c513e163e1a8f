"""Answers in the moment as people read them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from infra.cli.roster.moment.results import (
    Appointment,
    ConfirmedTime,
    DisplacedVisit,
    ListedNotice,
    ListedNotices,
    TimesToOffer,
    TimeToOffer,
)
from infra.cli.roster.wording import costs_in_words, few, revision_number
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

NOT_ALLOWED = {"no-consent": "notice-no-consent", "no-phone": "notice-no-phone"}
"""The words for why a resident may not be called or written to."""


def notices(day: ListedNotices, words: Translator) -> Iterator[Block]:
    """Show whom to tell what and how; nobody else is told anything."""
    yield f"{day.team_id} {day.day} · {revision_number(day.revision, words)}"
    if not day.notices:
        yield words.say("nobody-to-notify")
        return
    yield notice_table(day.notices, day.day, words)
    yield words.say("notices-are", {"count": len(day.notices)})


def notice_table(notices: Sequence[ListedNotice], day: date, words: Translator) -> Table:
    """Return whom to tell what and how, a row for each."""
    table = Table(words.headings("visit", "resident", "notice", "before", "now", "how"))
    for each in notices:
        table.add(
            " · ".join(part for part in (each.visit_id, words.label("care-task", each.purpose)) if part),
            each.name or each.resident_id,
            words.label("notice", each.kind),
            place(each.known, day, words),
            place(each.now, day, words),
            how(each, words),
        )
    return table


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


def offers(times: TimesToOffer, words: Translator) -> Iterator[Block]:
    """Show the times, what each costs the others, and the days without one."""
    under = times.contract_id or times.family_bed_id
    yield f"{times.resident_id} · {words.label('care-task', times.purpose)} · {times.team_id} · {under}"
    if times.offers:
        table = Table(words.headings("time", "member", "others-who-move", "added-cost", "roster"))
        for each in times.offers:
            table.add(
                at(each.starts_at),
                " + ".join(place.member_id for place in each.places),
                displaced(each, words),
                costs_in_words(each.added, words, signed=True),
                words.say(each.basis),
            )
        yield table
    for day in times.days:
        if day.rule is not None:
            yield words.say("no-time-on", {"day": day.day, "why": words.say(day.rule, {"visit": times.purpose})})


def displaced(offer: TimeToOffer, words: Translator) -> str:
    """Return which visits would move or lose their place."""
    parts = [moved(each, words) for each in offer.displaced]
    parts += [words.say("would-be-left-out", {"visits": each, "count": 1}) for each in offer.left_out]
    return "; ".join(parts) or words.say("nobody-moves")


def moved(visit: DisplacedVisit, words: Translator) -> str:
    """Return how one visit would move."""
    begins = " + ".join(f"{each.member_id} {at(each.starts_at)[11:]}" for each in visit.after)
    key = "minutes-later" if visit.minutes_later >= 0 else "minutes-sooner"
    return f"{visit.visit_id} {begins} ({words.say(key, {'minutes': abs(visit.minutes_later)})})"


def at(when: datetime) -> str:
    """Return a moment to the minute, to the second where it has any."""
    text = shown(when)
    return text.removesuffix(":00") if text.endswith(":00") else text


def confirmed(taken: ConfirmedTime, words: Translator) -> Iterator[Block]:
    """Show the confirmed time, and which other visits moved."""
    members = " + ".join(each.member_id for each in taken.places)
    yield words.say("time-confirmed", {"visit": taken.visit_id, "at": at(taken.starts_at), "members": members})
    if taken.revision is None:
        yield words.say("planned-later")
        return
    yield revision_number(taken.revision, words)
    if taken.moved:
        yield words.say("would-move", {"visits": few(taken.moved), "count": len(taken.moved)})
