"""Filters of events: kinds of aggregates and stored names that exist."""

from domain.registry import DECIDERS, EVENT_TYPES
from infra.edges.problems import UsageError

CATEGORIES = frozenset(each.category for each in DECIDERS)
"""The kinds of aggregates: what a stream's name begins with."""


def require_known_filters(category: str | None, name: str | None) -> None:
    """Refuse a kind of aggregate, or a stored name, that no event has: its empty answer would be taken for the truth.

    UsageError `category-unknown` with the known ones, or `event-name-unknown` with those of the same aggregate.
    """
    if category is not None and category not in CATEGORIES:
        raise UsageError("category-unknown", field="category", category=category, known=", ".join(sorted(CATEGORIES)))
    if name is not None and name not in EVENT_TYPES:
        near = sorted(each for each in EVENT_TYPES if each.split(".")[0] == name.split(".")[0])
        raise UsageError("event-name-unknown", field="name", name=name, known=", ".join(near or sorted(CATEGORIES)))
