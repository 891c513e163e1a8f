"""A resident is registered once; what is personal stands in one value of this stream and nowhere else."""

from domain.resident.decisions import RESIDENT

__all__ = ["RESIDENT"]
