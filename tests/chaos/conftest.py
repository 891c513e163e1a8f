"""A whole system for a test to break."""

from tests.streams.district import district

__all__ = ["district"]
