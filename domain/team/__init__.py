"""A 2+X team: a general practitioner and a community nurse always, others as needed, and guests on their days."""

from domain.team.decisions import TEAM

__all__ = ["TEAM"]
