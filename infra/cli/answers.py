"""Answers and data in the shapes of the command line, and answers that were given before."""

from typing import TYPE_CHECKING

import orjson

from infra.cli.problems import Unfit
from infra.codec import digest_of
from infra.store.recorded import Answer

if TYPE_CHECKING:
    from infra.wiring import System


def answered(answer: Answer, command_id: str | None) -> dict[str, object]:
    """Return an answer as JSON; it bears the command's id if it had one, else the aggregate's."""
    return {
        "id": command_id or answer.id,
        "stream": answer.stream,
        "version": answer.version,
        "position": answer.position,
        "events": list(answer.events),
    }


def first_answer(system: "System", command: object, command_id: str | None) -> Answer | None:
    """Return what a command came to when its id first arrived: asked at any time, it is told again.

    Refused `command-id-reused` if that was another command.
    """
    if command_id is None:
        return None
    with system.store.reading() as view:
        return view.first_answer(command_id, digest_of(command))


def read_object(text: str | bytes) -> dict[str, object]:
    """Return a JSON object; Unfit `bad-json` otherwise."""
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unfit("bad-json", detail=str(error)) from error
    if not isinstance(told, dict):
        raise Unfit("bad-json", detail="an object is expected")
    return told
