"""Answers that a command had before, and data as JSON objects."""

from typing import TYPE_CHECKING

import orjson

from infra.codec import digest_of
from infra.edges.problems import UsageError
from infra.store.recorded import Answer

if TYPE_CHECKING:
    from infra.system import System


def first_answer(system: "System", command: object, command_id: str | None) -> Answer | None:
    """Return the answer that a command had when its id first arrived; None if it is new.

    Refused `command-id-reused` if that was another command.
    """
    if command_id is None:
        return None
    with system.store.reading() as view:
        return view.first_answer(command_id, digest_of(command))


def read_object(text: str | bytes) -> dict[str, object]:
    """Return a JSON object; UsageError `bad-json` otherwise."""
    try:
        payload = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError("bad-json", detail=str(error)) from error
    if not isinstance(payload, dict):
        raise UsageError("bad-json", detail="an object is expected")
    return payload
