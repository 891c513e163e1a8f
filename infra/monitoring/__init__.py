"""Collects and judges system health."""
