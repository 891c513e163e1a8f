"""Benches as people read them."""

from collections.abc import Iterator

from infra.cli.bench.results import BenchFigures, InstanceRows, ProofFigures
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table


def figures(result: BenchFigures, words: Translator) -> Iterator[Block]:
    """Show figures next to their limits."""
    table = Table(words.headings("figure", "ours", "limit", "ratio", "goal", "met"))
    for each in result.figures:
        limit_name = words.say(each.limit_name) if each.limit_name else ""
        table.add(
            words.say(each.name, {"size": number(each.size)}),
            f"{number(each.ours)} {words.say(each.unit)}",
            "" if each.limit is None else f"{number(each.limit)} {limit_name}",
            "" if each.ratio is None else f"{each.ratio:.2f}",
            str(each.goal or ""),
            "" if each.met is None else words.say("yes" if each.met else "no"),
        )
    yield table


def proofs(result: ProofFigures, words: Translator) -> Iterator[Block]:
    """Show, by the size of days, how many were proved, within 1 % or unknown at each moment."""
    moments = (f"{moment} s" for moment in result.moments)
    table = Table((*words.headings("visits", "team-days"), *moments, words.say("seconds-to-one-per-cent")))
    for each in result.classes:
        shares = (" / ".join(f"{100 * n / each.days:.0f}" for n in counts.values()) for counts in each.at.values())
        near = "-" if each.near is None else number(each.near)
        table.add(each.visits or words.say("all-days"), str(each.days), *shares, near)
    yield table
    yield words.say("proofs-are-told")


def instances(result: InstanceRows, words: Translator) -> Iterator[Block]:  # noqa: ARG001 -- a view's arguments
    """Show nothing more: each row was shown when it was measured."""
    yield from ()


def number(figure: float) -> str:
    """Return three digits that count, or all before the point."""
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"
