"""Any question by its name, from the table that all edges share."""

from pathlib import Path

from infra.cli.records.answers import read_object
from infra.cli.session import Session
from infra.edges.parsing import parse_question, question_schema
from infra.edges.problems import OptionsError
from infra.edges.results import ExportedAnswer, Payload, Text
from projections.registry import QUESTIONS


def ask(
    session: Session, name: str | None, data_json: str, file: str | None, *, list_names: bool, schema: bool
) -> Payload | Text | ExportedAnswer:
    """Ask one question; or tell which questions there are and what they take."""
    if list_names:
        return Text(tuple(QUESTIONS))
    if schema:
        return Payload(question_schema(name) if name else {each: question_schema(each) for each in QUESTIONS})
    if name is None:
        raise OptionsError("a question needs its name")
    question = parse_question(name, read_object(data_json))
    if file is None:
        with session.open(asks=True) as system:
            return Payload(session.ask(system, question))
    return _exported(session, question, Path(file))


def _exported(session: Session, question: object, file: Path) -> ExportedAnswer:
    """Write the answer to a file. UsageError `export-format` at another ending."""
    from infra.exports.export import export_of  # noqa: PLC0415 -- loaded where a file is wanted
    from infra.exports.files import format_of, write  # noqa: PLC0415 -- likewise

    ending = format_of(file)
    with session.open(asks=True) as system:
        export = export_of(
            question,
            session.ask(system, question, file=ending),
            made_at=system.now(),
            made_by=session.actor,
            store_time=system.lives,
        )
    write(export, file, ending, session.words)
    return ExportedAnswer(file=str(file), question=export.question, rows=len(export.rows))
