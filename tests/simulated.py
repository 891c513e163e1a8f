"""Stores that live in the time of a test, although no command brings a time along: nobody needs to sign in there."""

from typing import TypeVar

from infra.system import System

S = TypeVar("S", bound=System)


def simulated(system: S) -> S:
    """Return a system whose first commit makes its store a simulated one."""
    system.store.begins = lambda: "simulated"
    return system
