"""Commands that need local services: a service that is not ready is a refusal in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.dev.processes import ServiceNotReady
from infra.edges.problems import UsageError


@contextmanager
def needing_services() -> Iterator[None]:
    """Turn the error of a service that is not ready into a UsageError."""
    try:
        yield
    except ServiceNotReady as error:
        raise UsageError(error.rule, **error.values) from error
