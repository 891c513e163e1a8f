"""Fixtures of all tests. Property tests try the same examples in every run and have no time limit."""

from hypothesis import HealthCheck, settings

from tests.services import database_url, embedded_by_default, services

__all__ = ["database_url", "embedded_by_default", "services"]

settings.register_profile("jiayi", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiayi")
