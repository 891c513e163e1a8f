"""Elements that all resources share: ids, references, codes. Resources are plain dicts.

Codes are ours, under one canonical address; the few that HL7 defined stand under HL7's.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.event import value
from domain.local_time import local_day
from infra.access.masks import SIGN
from infra.edges.phrases import Translator
from infra.words.catalogue import Kind
from projections.questions import parsed_moment

Resource = dict[str, Any]

_FIT = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HEX, _DIGEST = "u-", "d-"

PATIENT = "Patient/"

HL7 = "http://terminology.hl7.org/CodeSystem/"


@value
class Record:
    """A resource with the local days in which it lies, for searches by date."""

    resource: Resource
    begins: str | None = None
    ends: str | None = None


@value
class FhirView:
    """What resources are made with: the address of this Jiayi, the words of the reader, and today."""

    base: str
    words: Translator
    today: date

    def system(self, name: str) -> str:
        """Return the canonical address of a code system of ours."""
        return f"{self.base}/fhir/CodeSystem/{name}"

    def identifier(self, kind: str, identity: object) -> Resource:
        """Return our id of something as an identifier."""
        return {"system": f"{self.base}/fhir/ids/{kind}", "value": str(identity)}

    def logical(self, kind: str, type_: str, identity: object) -> Resource | None:
        """Return a reference by identifier to what has no view here."""
        return None if identity is None else {"type": type_, "identifier": self.identifier(kind, identity)}

    def concept(self, kind: Kind, code: object) -> Resource | None:
        """Return a code of ours with its label in the reader's language; what is left of a masked one is text."""
        if code is None:
            return None
        if SIGN in str(code):
            return {"text": str(code)}
        return {"coding": [{"system": self.system(kind), "code": str(code), "display": self.words.label(kind, code)}]}

    def concepts(self, kind: Kind, *codes: object) -> list[Resource]:
        """Return elements that hold a code of ours each; none for a code that the reader may not see."""
        return [{"concept": concept} for code in codes if (concept := self.concept(kind, code)) is not None]

    def coded(self, system: str, code: object) -> Resource | None:
        """Return a code of ours that has no label."""
        return None if code is None else {"coding": [{"system": self.system(system), "code": str(code)}]}


def hl7(system: str, code: str) -> Resource:
    """Return a code that HL7 defined."""
    return {"coding": [{"system": f"{HL7}{system}", "code": code}]}


def fhir_id(identity: object) -> str:
    """Return an id as FHIR allows it: itself, else its bytes as hexadecimal digits, else a digest.

    FHIR takes 64 letters, digits, hyphens and points. `identity_of` reverses the first two.
    """
    text = str(identity)
    if _FIT.fullmatch(text) and not text.startswith((_HEX, _DIGEST)):
        return text
    digits = text.encode().hex()
    return f"{_HEX}{digits}" if len(digits) <= 62 else f"{_DIGEST}{hashlib.sha256(text.encode()).hexdigest()[:48]}"


def identity_of(resource_id: str) -> str | None:
    """Return our id behind one of FHIR; None if there is none."""
    if not resource_id.startswith(_HEX):
        return None if resource_id.startswith(_DIGEST) else resource_id
    try:
        return bytes.fromhex(resource_id.removeprefix(_HEX)).decode()
    except ValueError:
        return None


def reference(type_: str, identity: object) -> Resource | None:
    """Return a reference to a resource that is served here."""
    return None if identity is None else {"reference": f"{type_}/{fhir_id(identity)}"}


def period(start: object, end: object) -> Resource | None:
    """Return a period; None if neither end is known."""
    return filled({"start": start, "end": end}) or None


def day_or_none(text: object) -> str | None:
    """Return a day; None for a masked one or none."""
    return text if isinstance(text, str) and _DAY.fullmatch(text) else None


def local_day_of(moment: object) -> str | None:
    """Return the local day of a moment as rows hold it."""
    parsed = parsed_moment(moment if isinstance(moment, str) else None)
    return None if parsed is None else local_day(parsed).isoformat()


def filled(resource: Mapping[str, Any]) -> Resource:
    """Return a resource without elements that are empty: FHIR knows no null."""
    return {name: content for name, content in resource.items() if content not in (None, "", [], {})}


def listed(*contents: object) -> list[object]:
    """Return those that are there."""
    return [content for content in contents if content is not None]


def patients_in(element: Any) -> set[str]:
    """Return FHIR's ids of the residents whom a resource is about or refers to, at any depth."""
    if isinstance(element, Mapping):
        own = {str(element["id"])} if element.get("resourceType") == "Patient" else set()
        referred = str(element.get("reference") or "")
        own |= {referred.removeprefix(PATIENT)} if referred.startswith(PATIENT) else set()
        return own.union(*map(patients_in, element.values()))
    return set().union(*map(patients_in, element)) if isinstance(element, list) else set()
