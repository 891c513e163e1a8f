"""A whole system for a test to break."""

from tests.streams.full_system import full_system

__all__ = ["full_system"]
