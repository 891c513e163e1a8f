"""Webhooks: the receivers of events, those that were removed too."""

from collections.abc import Iterator

from domain.event import value
from domain.webhook import WebhookAdded, WebhookEvent, WebhookRemoved
from projections.changes import Change, Projection, Table, as_json, moment
from projections.questions import Question, Row, Rows, opened_json

WEBHOOKS_V1 = Table(
    "webhooks_v1",
    "webhook_id",
    {
        "address": "text",
        "event_names": "text",
        "level": "text",
        "added_at": "text",
        "added_by": "text",
        "removed_at": "text",
        "removed_by": "text",
    },
)
"""`event_names` is JSON [name], empty for all; `removed_at` is empty while events are sent."""


def project(event: WebhookEvent) -> Iterator[Change]:
    """Follow receivers."""
    match event:
        case WebhookAdded():
            yield WEBHOOKS_V1.put(
                event.webhook_id,
                address=event.address,
                event_names=as_json(event.event_names),
                level=event.level,
                added_at=moment(event.added_at),
                added_by=event.by,
            )
        case WebhookRemoved():
            yield WEBHOOKS_V1.patch(event.webhook_id, removed_at=moment(event.removed_at), removed_by=event.by)


@value
class Webhooks:
    """Ask for the receivers of events."""

    active_only: bool = False


def webhooks(question: Webhooks, rows: Rows) -> list[Row]:
    """Return receivers by id, with `event_names` taken apart."""
    where = "WHERE removed_at IS NULL" if question.active_only else ""
    return opened_json(rows.ask(f"SELECT * FROM webhooks_v1 {where} ORDER BY webhook_id"), "event_names")  # noqa: S608 -- our own


WEBHOOKS = Projection(
    name="webhooks",
    tables=(WEBHOOKS_V1,),
    events=(WebhookAdded, WebhookRemoved),
    project=project,
    questions=(Question(asks=Webhooks, answer=webhooks, example=Webhooks(active_only=True)),),
)
