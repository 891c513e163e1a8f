"""Provenance, event by event, and reads on record as AuditEvents (shaped as IHE BALP has them)."""

from infra.access.reads import Read
from infra.http.fhir.elements import FhirView, Record, Resource, fhir_id, filled, hl7, local_day_of, reference
from infra.store.recorded import StoredEvent
from projections.changes import moment

STREAMS = {"EpisodeOfCare": "contract", "Appointment": "visit", "ServiceRequest": "referral", "Patient": "resident"}
"""Resources whose history is a stream, and the category of the streams."""


def provenance(view: FhirView, event: StoredEvent, target: Resource) -> Record:
    """Return one event of a stream; its content stays in Jiayi."""
    metadata = event.metadata
    recorded_at = moment(metadata.recorded_at)
    return Record(
        resource=filled(
            {
                "resourceType": "Provenance",
                "id": fhir_id(f"{event.stream}.{event.version}"),
                "target": [target],
                "recorded": recorded_at,
                "policy": None if metadata.pack is None else [f"{view.base}/fhir/policy/{metadata.pack}"],
                "activity": {
                    "coding": [
                        {
                            "system": view.system("event"),
                            "code": event.name,
                            "display": view.words.say(event.name),
                        }
                    ]
                },
                "agent": [{"who": {"identifier": view.identifier("account", metadata.actor)}}],
            }
        ),
        begins=local_day_of(recorded_at),
        ends=local_day_of(recorded_at),
    )


OUTCOMES = {"shown": "success", "emergency": "warning", "refused": "error"}

PATIENT, QUERY = "1", "24"
"""Roles of what was read, as DICOM numbers them."""


def audit_event(view: FhirView, read: Read) -> Record:
    """Return one read: who, in which roles, why, what, of whom, when, by which request, with what outcome."""
    at = moment(read.at)
    patients = [reference("Patient", each) for each in read.resident_ids]
    return Record(
        resource=filled(
            {
                "resourceType": "AuditEvent",
                "id": str(read.read_id),
                "category": [hl7("audit-event-type", "rest")],
                "code": {"coding": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "search"}]},
                "action": "E",
                "occurredDateTime": at,
                "recorded": at,
                "outcome": {"code": {"system": "http://hl7.org/fhir/issue-severity", "code": OUTCOMES[read.outcome]}},
                "authorization": [] if read.purpose is None else [view.coded("purpose", read.purpose)],
                "patient": patients[0] if len(patients) == 1 else None,
                "agent": [
                    filled(
                        {
                            "role": [view.coded("account-role", each) for each in read.roles],
                            "who": {"identifier": view.identifier("account", read.account_id)},
                            "requestor": True,
                        }
                    )
                ],
                "source": {"observer": {"identifier": view.identifier("system", "jiayi")}},
                "entity": [
                    {"what": {"identifier": view.identifier("question", read.what)}, "role": _role(QUERY)},
                    *({"what": each, "role": _role(PATIENT)} for each in patients),
                    *([] if read.request_id is None else [{"what": _request(view, read.request_id)}]),
                ],
            }
        ),
        begins=local_day_of(at),
        ends=local_day_of(at),
    )


def _role(number: str) -> Resource:
    return hl7("object-role", number)


def _request(view: FhirView, request_id: str) -> Resource:
    return {"identifier": view.identifier("request", request_id)}
