"""A resident is registered once; what is personal stands in one value of this stream and nowhere else."""

from domain.resident.asked import (
    CorrectPersonalDetails,
    Evidence,
    Personal,
    RegisterResident,
    TagKeyGroup,
    UntagKeyGroup,
)
from domain.resident.decisions import RESIDENT
from domain.resident.facts import (
    KeyGroupTagged,
    KeyGroupUntagged,
    PersonalDetailsCorrected,
    ResidentEvent,
    ResidentRegistered,
)
from domain.resident.state import Resident

__all__ = [
    "RESIDENT",
    "CorrectPersonalDetails",
    "Evidence",
    "KeyGroupTagged",
    "KeyGroupUntagged",
    "Personal",
    "PersonalDetailsCorrected",
    "RegisterResident",
    "Resident",
    "ResidentEvent",
    "ResidentRegistered",
    "TagKeyGroup",
    "UntagKeyGroup",
]
