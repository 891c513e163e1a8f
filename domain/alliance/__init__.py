"""An alliance: a leading hospital sends experts down to the institutions around it, operates, lectures and trains (A8).

What an alliance did is counted per period: experts, clinics, operations, lectures, people trained.
"""

from domain.alliance.commands import (
    ActivityKind,
    AdmitInstitution,
    FormAlliance,
    RecallExpert,
    RecordActivity,
    RecordTraining,
    ReleaseInstitution,
    SendExpert,
    Trainee,
)
from domain.alliance.decisions import ALLIANCE
from domain.alliance.events import (
    ActivityRecorded,
    AllianceEvent,
    AllianceFormed,
    ExpertRecalled,
    ExpertSent,
    InstitutionAdmitted,
    InstitutionReleased,
    TrainingRecorded,
)
from domain.alliance.state import Alliance

__all__ = [
    "ALLIANCE",
    "ActivityKind",
    "ActivityRecorded",
    "AdmitInstitution",
    "Alliance",
    "AllianceEvent",
    "AllianceFormed",
    "ExpertRecalled",
    "ExpertSent",
    "FormAlliance",
    "InstitutionAdmitted",
    "InstitutionReleased",
    "RecallExpert",
    "RecordActivity",
    "RecordTraining",
    "ReleaseInstitution",
    "SendExpert",
    "Trainee",
    "TrainingRecorded",
]
