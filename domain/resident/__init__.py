"""A resident is registered once; what is personal stands in one value of this stream and nowhere else."""

from domain.resident.asked import (
    STAGES,
    CorrectPersonalDetails,
    Evidence,
    Personal,
    RegisterResident,
    Stage,
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
    "STAGES",
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
    "Stage",
    "TagKeyGroup",
    "UntagKeyGroup",
]
