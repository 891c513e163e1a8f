"""Fixtures of all tests, and one rule for property tests: the same examples in every run, and none for the clock."""

from hypothesis import HealthCheck, settings

from tests.services import database_url, embedded_by_default, services

__all__ = ["database_url", "embedded_by_default", "services"]

settings.register_profile("jiayi", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiayi")
