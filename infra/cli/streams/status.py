"""The system's health at one moment."""

from infra.cli.session import Session
from infra.cli.streams.results import HealthReport
from infra.edges.phrases import Translator
from infra.edges.problems import Problem
from infra.monitoring.health import HealthProblem


def status(session: Session, *, check: bool, older_than: float, part: str | None) -> HealthReport:
    """Return the system's health, and whether it is fine: nothing is wrong, and nothing has waited for too long."""
    with session.open() as system:
        current = system.status(older_than)
    problems = [_problem(each, session.words) for each in current.troubles]
    return HealthReport(current, current.fine(older_than, part), problems, checked=check)


def _problem(problem: HealthProblem, words: Translator) -> Problem:
    return Problem(rule=problem.rule, detail=words.say(problem.rule, problem.values), values=problem.values)
