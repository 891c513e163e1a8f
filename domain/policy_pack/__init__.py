"""The numbers that differ by city and by date: one file a version, in force from a day on, and never changed."""

from domain.policy_pack.care import EVERYONE, CareRule
from domain.policy_pack.files import PACKS, in_force, pack_of
from domain.policy_pack.pack import PolicyPack, VisitGrade, VisitPurpose

__all__ = [
    "EVERYONE",
    "PACKS",
    "CareRule",
    "PolicyPack",
    "VisitGrade",
    "VisitPurpose",
    "in_force",
    "pack_of",
]
