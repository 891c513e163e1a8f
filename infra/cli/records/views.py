"""Answers to commands as people read them."""

from collections.abc import Iterator

from infra.cli.records.results import CommandAnswer
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice
from infra.edges.warnings import warning_in_words


def answered(answer: CommandAnswer, words: Translator) -> Iterator[Block]:
    """Show an answer in one line."""
    events = ", ".join(words.say(name) for name in answer.events) or words.say("nothing-new")
    yield f"{answer.stream}:{answer.version} {events}"
    for each in answer.warnings:
        yield Notice(f"{words.say('warning')}: {warning_in_words(each, words)}")
