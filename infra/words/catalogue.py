"""Reads the catalogues: a sentence for every rule, words for every event, and labels for codes.

The key of a sentence is its rule; the refusal's values fill it. The key of a label is its kind, which is the `msgctxt`
of the catalogue, and its code.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from babel.messages.pofile import read_po

from domain.local_time import local_text

Language = Literal["zh", "en"]

Kind = Literal[
    "role",
    "column",
    "key-group",
    "care-task",
    "status",
    "care-task-status",
    "care-outcome",
    "tier",
    "week-tier",
    "week-reason",
    "sync",
    "travel-mode",
    "travel-source",
    "weekday",
    "holiday",
    "end-reason",
    "miss-reason",
    "cancel-reason",
    "decline-reason",
    "withdraw-reason",
    "follow-up-stage",
    "absence-reason",
    "bed-kind",
    "bed-outcome",
    "urgency",
    "criterion",
    "evidence",
    "document",
    "group-evidence",
    "paper",
    "relation",
    "consent",
    "channel",
    "notice",
    "departure",
    "licence",
    "guest",
    "institution-kind",
    "activity",
    "signer",
    "signed-at",
    "signature-kind",
    "transfer-reason",
    "override-reason",
    "access-role",
    "access-scope",
    "access-reason",
    "break-glass-reason",
    "sign-off-verdict",
    "sign-off-reason",
    "read-purpose",
    "read-outcome",
    "second-factor",
    "package",
    "service-item",
    "privilege",
    "payer",
    "survey-question",
    "survey-about",
    "stage",
    "visit-grade",
    "indication",
    "opinion",
    "return-reason",
    "payment",
    "diagnosis-axis",
    "plan-kind",
    "plan-result",
    "stop-reason",
    "bed-overdue",
    "detail",
]
"""The kinds of codes."""

FILES: dict[Language, str] = {"zh": "zh_CN.po", "en": "en.po"}

KIND_OF_VALUE: dict[str, Kind] = {
    "role": "role",
    "consent": "consent",
    "group": "key-group",
    "paper": "paper",
    "status": "status",
    "sync": "sync",
    "weekday": "weekday",
    "holiday": "holiday",
    "package": "package",
    "payer": "payer",
    "question": "survey-question",
    "stage": "stage",
    "purpose": "care-task",
    "signer": "signer",
    "indication": "indication",
    "axis": "diagnosis-axis",
}
"""Values of refusals that are codes, by the name of the value: a sentence shows their labels."""

Words = Mapping[tuple[str | None, str], str]


def say(rule: str, values: Mapping[str, object], language: Language) -> str:
    """Return the sentence of a rule, the words of an event's stored name or of an answer, or else a code's label.

    An unknown rule is returned as it is, with its values. For a code of several kinds, call `label`.
    """
    known = words(language)
    sentence = next((known[kind, rule] for kind in (None, *get_args(Kind)) if (kind, rule) in known), None)
    if sentence is None:
        details = ", ".join(f"{name}={plain(value)}" for name, value in values.items())
        return f"{rule} ({details})" if details else rule
    return sentence.format_map(_Filled({name: _in_words(name, value, language) for name, value in values.items()}))


def label(kind: Kind, code: object, language: Language) -> str:
    """Return the words for a code; an unknown code is returned as it is."""
    return words(language).get((kind, str(code)), plain(code))


def plain(value: object) -> str:
    """Return a value for people: days as 2026-03-02, moments in local time, as texts too."""
    match value:
        case datetime():
            return local_text(value) if value.tzinfo else value.strftime("%Y-%m-%d %H:%M")
        case str():
            return local_text(value)
        case date():
            return value.isoformat()
        case bool() | None:
            return "-" if value is None else str(value).lower()
    return str(value)


@cache
def words(language: Language) -> Words:
    """Return a catalogue: texts by kind (None for sentences) and key."""
    with (Path(__file__).parent / FILES[language]).open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    return {(message.context, cast(str, message.id)): cast(str, message.string) for message in catalogue if message.id}


class _Filled(dict[str, str]):
    """A sentence's values; a missing one is left out, so that people never see the name of a value."""

    def __missing__(self, name: str) -> str:
        return MISSING


MISSING = "…"
"""Stands for a value that the code did not give; tests see that there is none."""

BROKEN = "broken"
"""The value of a sentence that is a rule: it is shown in the rule's own words."""


def _in_words(name: str, value: object, language: Language) -> str:
    if name == BROKEN:
        return say(str(value), {}, language)
    kind = KIND_OF_VALUE.get(name)
    return plain(value) if kind is None else label(kind, value, language)
