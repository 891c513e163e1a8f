"""Patients, care teams and practitioner roles."""

from collections.abc import Sequence

from infra.http.fhir.elements import FhirView, Record, Resource, day_or_none, fhir_id, filled, listed, period, reference
from projections.questions import Row


def patient(view: FhirView, card: Row) -> Record:
    """Return a resident; values are masked or absent as the reader's role has them."""
    phone, address, name = card.get("phone"), card.get("address"), card.get("name")
    return Record(
        resource=filled(
            {
                "resourceType": "Patient",
                "id": fhir_id(card["resident_id"]),
                "identifier": [view.identifier("resident", card["resident_id"])],
                "active": card.get("departed") is None,
                "name": [{"text": name}] if name else None,
                "telecom": [{"system": "phone", "value": phone}] if phone else None,
                "birthDate": day_or_none(card.get("born_on")),
                "deceasedBoolean": True if card.get("departed") == "died" else None,
                "address": [{"text": address}] if address else None,
                "managingOrganization": view.logical("institution", "Organization", card.get("institution_id")),
            }
        )
    )


def care_team(view: FhirView, team: Row, members: Sequence[Row]) -> Record:
    """Return a team with its members of today."""
    return Record(
        resource=filled(
            {
                "resourceType": "CareTeam",
                "id": fhir_id(team["team_id"]),
                "identifier": [view.identifier("team", team["team_id"])],
                "status": "active" if team["disbanded_after"] is None else "inactive",
                "name": str(team["team_id"]),
                "period": period(None, team["disbanded_after"]),
                "participant": [_participant(view, member) for member in members],
                "managingOrganization": listed(view.logical("institution", "Organization", team["institution_id"])),
            }
        )
    )


def _participant(view: FhirView, member: Row) -> Resource:
    return filled(
        {
            "role": view.concept("role", member["role"]),
            "member": reference("PractitionerRole", role_id(member["team_id"], member["member_id"])),
            "coveragePeriod": period(member["from_day"], member["left_after"]),
        }
    )


def role_id(team_id: object, member_id: object) -> str:
    """Return the id of a member's place in a team."""
    return f"{team_id}.{member_id}"


def practitioner_role(view: FhirView, member: Row, institution_id: object) -> Record:
    """Return a member's place in a team."""
    identity = role_id(member["team_id"], member["member_id"])
    return Record(
        resource=filled(
            {
                "resourceType": "PractitionerRole",
                "id": fhir_id(identity),
                "identifier": [view.identifier("team-member", identity)],
                "active": member["left_after"] is None or str(member["left_after"]) >= view.today.isoformat(),
                "period": period(member["from_day"], member["left_after"]),
                "practitioner": view.logical("member", "Practitioner", member["member_id"]),
                "organization": view.logical("institution", "Organization", institution_id),
                "code": listed(view.concept("role", member["role"])),
                "specialty": listed(*(view.coded("qualification", each) for each in member["qualifications"])),
            }
        ),
        begins=member["from_day"],
        ends=member["left_after"],
    )
