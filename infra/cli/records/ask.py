"""Any question by its name, from the table that all edges share."""

from infra.cli.records.answers import read_object
from infra.cli.session import Session
from infra.edges.parsing import parse_question, question_schema
from infra.edges.problems import OptionsError
from infra.edges.results import Payload, Text
from projections.registry import QUESTIONS, answer


def ask(session: Session, name: str | None, data_json: str, *, list_names: bool, schema: bool) -> Payload | Text:
    """Ask one question; or tell which questions there are and what they take."""
    if list_names:
        return Text(tuple(QUESTIONS))
    if schema:
        return Payload(question_schema(name) if name else {each: question_schema(each) for each in QUESTIONS})
    if name is None:
        raise OptionsError("a question needs its name")
    question = parse_question(name, read_object(data_json))
    with session.open(asks=True) as system:
        return Payload(answer(question, system.rows))
