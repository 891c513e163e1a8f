"""Operations as people read them."""

from collections.abc import Iterator

from infra.cli.operations.results import (
    CheckedSolution,
    CheckedTravel,
    ForgottenWays,
    ImportedStreets,
    ProofOnTheWay,
    ServiceStates,
    SimulatedFigure,
    SimulatedSideBySide,
    SimulatedTime,
)
from infra.cli.roster.results import PlannedTeamDay
from infra.cli.roster.wording import proof_in_words, revision_number, travel_in_words
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.edges.results import Exit, to_json

SUMMARY = ("teams", "residents", "contracts", "first_day", "last_day", "events", "rosters", "visits_done")


def planner_line(result: PlannedTeamDay | ProofOnTheWay | Exit, words: Translator) -> Iterator[Block]:
    """Show a day that was planned, or a roster that was proved, while the system runs."""
    match result:
        case PlannedTeamDay():
            left_out = len(result.roster.unplaced) if result.roster else 0
            state = words.say("published" if result.published else "unchanged")
            yield f"{result.team_id} {result.day} {state}, {words.say('unplaced')} {left_out}"
            for line in travel_in_words(result.travel_from, words, faults=True):
                yield f"{result.team_id} {result.day} · {line}"
        case ProofOnTheWay(proof, cost):
            known = proof_in_words(proof.proof, proof.bound_tier, proof.bound, cost, words)
            yield f"{proof.team_id} {proof.day} {revision_number(proof.revision, words)}: {known}"


def simulated(result: SimulatedTime | SimulatedSideBySide, words: Translator) -> Iterator[Block]:
    """Show what a simulation made and what came of it, or the figures of several side by side."""
    if isinstance(result, SimulatedSideBySide):
        yield _side_by_side(result, words)
        return
    for name in SUMMARY:
        yield f"{words.say(name)}: {getattr(result, name)}"
    table = Table(words.headings("figure", "ours", "range"))
    for each in result.outcomes:
        table.add(words.say(each.name), *_figure(each, words))
    yield table


def _figure(outcome: SimulatedFigure, words: Translator) -> tuple[str, str]:
    share = outcome.unit == "share"
    unit = "" if share else f" {words.say(outcome.unit)}"
    figure, least, most = (
        "–" if number is None else f"{number:.1%}" if share else f"{number:g}"
        for number in (outcome.figure, outcome.least, outcome.most)
    )
    return figure + unit, f"{least} – {most}"


def _side_by_side(result: SimulatedSideBySide, words: Translator) -> Table:
    packs = list(result.figures)
    names = list(dict.fromkeys(name for figures in result.figures.values() for name in figures))
    table = Table((words.say("figure"), *packs), numeric=range(1, len(packs) + 1))
    for name in sorted(names, key=lambda name: (names.index(name.partition(".")[0]), name)):
        counted, _, state = name.partition(".")
        label = f"  {words.label('care-task-status' if counted == 'care_tasks' else 'status', state)}"
        counts = (f"{figures.get(name, 0):,}" for figures in result.figures.values())
        table.add(label if state else words.say(counted), *counts)
    return table


def imported_streets(result: ImportedStreets, words: Translator) -> Iterator[Block]:
    """Show imported streets by mode of travel, and the settings that use them."""
    table = Table(
        words.headings("travel-mode", "nodes", "edges", "dropped-nodes", "dropped-edges"), numeric=range(1, 5)
    )
    for each in result.modes:
        counts = (each.nodes, each.edges, each.dropped_nodes, each.dropped_edges)
        table.add(words.label("travel-mode", each.mode), *(f"{count:,}" for count in counts))
    yield table
    west, south, east, north = (f"{degrees:.4f}" for degrees in result.bounds)
    values = {"west": west, "south": south, "east": east, "north": north, "file": result.file}
    yield words.say("streets-imported", values)
    for name, value in result.settings.items():
        yield f"export {name}={value}"


def checked_travel(result: CheckedTravel, words: Translator) -> Iterator[Block]:
    """Show the source of travel times by mode of travel."""
    table = Table(words.headings("travel-mode", "source", "time-of-500-m", "places", "not-known"))
    for each in result.modes:
        why = f" · {words.say('straight-line')}: {words.say(each.because)}" if each.because else ""
        table.add(
            words.label("travel-mode", each.mode),
            each.source,
            words.say("minutes-seconds", {"minutes": each.seconds // 60, "seconds": f"{each.seconds % 60:02d}"}) + why,
            str(each.places),
            "—" if each.unknown is None else str(each.unknown),
        )
    yield table
    yield words.say("ways-kept", {"count": result.ways_kept})


def forgotten(result: ForgottenWays, words: Translator) -> Iterator[Block]:
    """Show how many answers were forgotten."""
    yield words.say("ways-forgotten", {"count": result.forgotten})


def services(result: ServiceStates, words: Translator) -> Iterator[Block]:  # noqa: ARG001 -- a view's arguments
    """Show each service in one line."""
    for each in result.services:
        parts = (each.service, each.state, each.pid, each.address, each.log)
        yield " ".join(str(part) for part in parts if part is not None)


def benchmark_solution(result: CheckedSolution, words: Translator) -> Iterator[Block]:
    """Show a judged solution as a notice, and its JSON as the answer."""
    for each in result.violations:
        yield Notice(f"{words.say(each.rule)}: {each.detail}")
    parts = ", ".join(f"{words.say(part)} {value:g}" for part, value in result.components.items())
    cost = "" if result.cost is None else f" {words.say('cost')} {result.cost:g};"
    yield Notice(f"{result.instance}:{cost} {parts}")
    yield to_json(result)
