"""The statement of what is served (CapabilityStatement)."""

from datetime import date
from importlib.metadata import version

from infra.http.fhir.elements import Resource
from infra.http.fhir.finding import TYPES

PUBLISHED = date(2026, 12, 1)
"""When this statement was last changed."""


def capability_statement(base: str) -> Resource:
    """Return what the server at this address can do."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED.isoformat(),
        "kind": "instance",
        "software": {"name": "Jiayi", "version": version("jiayi")},
        "implementation": {"description": "Jiayi: family-doctor teams and their days", "url": f"{base}/fhir"},
        "fhirVersion": "5.0.0",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A session, or a bearer token; roles decide what is seen."},
                "resource": [
                    {
                        "type": each.name,
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [
                            {"name": name, "type": type_} for name, type_ in {"_id": "token", **each.parameters}.items()
                        ],
                    }
                    for each in TYPES.values()
                ],
            }
        ],
    }
