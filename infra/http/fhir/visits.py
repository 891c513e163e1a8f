"""Visits: as appointments in every state, and as encounters once somebody has entered the home."""

from infra.http.fhir.elements import (
    FhirView,
    Record,
    Resource,
    fhir_id,
    filled,
    hl7,
    listed,
    local_day_of,
    period,
    reference,
)
from infra.http.fhir.people import role_id
from projections.questions import Row

APPOINTMENT = {
    "requested": "proposed",
    "assigned": "booked",
    "started": "arrived",
    "completed": "fulfilled",
    "missed": "cancelled",
    "cancelled": "cancelled",
    "annulled": "entered-in-error",
}
"""An appointment that nobody kept must have a time in FHIR; a missed visit has none any more, so it is cancelled."""

ENCOUNTER = {"started": "in-progress", "completed": "completed"}


def appointment(view: FhirView, visit: Row) -> Record:
    """Return a visit with its time, or with the days in which it is wanted."""
    starts, ends = _times(visit)
    booked = starts is not None
    day = local_day_of(starts)
    return Record(
        resource=filled(
            {
                "resourceType": "Appointment",
                "id": fhir_id(visit["visit_id"]),
                "identifier": [view.identifier("visit", visit["visit_id"])],
                "status": APPOINTMENT[visit["status"]],
                "cancellationReason": _why_cancelled(view, visit),
                "class": [hl7("v3-ActCode", "HH")],
                "serviceType": view.concepts("care-task", visit["purpose"]),
                "start": starts,
                "end": ends,
                "requestedPeriod": None if booked else [period(visit["window_from"], visit["window_to"])],
                "basedOn": listed(reference("CarePlan", visit["contract_id"])),
                "subject": reference("Patient", visit["resident_id"]),
                "participant": [
                    {"actor": reference("Patient", visit["resident_id"]), "status": "accepted"},
                    *({"actor": actor, "status": "accepted"} for actor in _members(visit)),
                ],
            }
        ),
        begins=day or visit["window_from"],
        ends=day or visit["window_to"],
    )


def _why_cancelled(view: FhirView, visit: Row) -> Resource | None:
    match visit["status"]:
        case "cancelled":
            return view.concept("cancel-reason", visit["cancel_reason"])
        case "missed":
            return view.concept("miss-reason", visit["miss_reason"])
    return None


def encounter(view: FhirView, visit: Row) -> Record | None:
    """Return a visit that took place or does; None where nobody has entered the home."""
    status = ENCOUNTER.get(visit["status"])
    if status is None:
        return None
    return Record(
        resource=filled(
            {
                "resourceType": "Encounter",
                "id": fhir_id(visit["visit_id"]),
                "identifier": [view.identifier("visit", visit["visit_id"])],
                "status": status,
                "class": [hl7("v3-ActCode", "HH")],
                "serviceType": view.concepts("care-task", visit["purpose"]),
                "subject": reference("Patient", visit["resident_id"]),
                "episodeOfCare": listed(reference("EpisodeOfCare", visit["contract_id"])),
                "careTeam": listed(reference("CareTeam", visit["team_id"])),
                "participant": [{"actor": actor} for actor in _members(visit)],
                "appointment": listed(reference("Appointment", visit["visit_id"])),
                "actualPeriod": period(visit["entered_at"], visit["left_at"]),
            }
        ),
        begins=local_day_of(visit["entered_at"]),
        ends=local_day_of(visit["left_at"] or visit["entered_at"]),
    )


def _times(visit: Row) -> tuple[str | None, str | None]:
    """Return when a visit begins and ends by its newest plan; None where it has none."""
    slots = visit["slots"]
    if not slots:
        return None, None
    return min(str(slot["starts_at"]) for slot in slots), max(str(slot["ends_at"]) for slot in slots)


def _members(visit: Row) -> list[Resource]:
    """Return who goes, each once."""
    members = dict.fromkeys(str(slot["member_id"]) for slot in visit["slots"])
    return [each for member in members if (each := reference("PractitionerRole", role_id(visit["team_id"], member)))]
