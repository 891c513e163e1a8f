"""Triage of a resident on the phone: what to ask next, and which hospital, once that is known."""

from datetime import date

from domain.event import value
from domain.policy_pack import in_force
from domain.screening import UrgentSign
from domain.triage import triage
from projections.questions import Question, Row, Rows
from projections.resources.abilities import hospitals_near

HOSPITALS = 3


@value
class TriageAdvice:
    """Ask what to ask a resident next, or what to advise, by the emergency signs that are there and that are not."""

    resident_id: str
    day: date
    present: tuple[UrgentSign, ...] = ()
    absent: tuple[UrgentSign, ...] = ()
    region: str = "SZ"


def triage_advice(question: TriageAdvice, rows: Rows) -> Row:
    """Return `resident_id`, `pack`, `next_signs` to ask about, whether that is `complete`, `urgency` and `criteria`.

    `urgency` is None where there is no advice, or none yet. `hospitals` are the nearest that open coronary vessels
    where the heart needs one: `institution_id`, `name`, `district`, `metres`.
    """
    pack = in_force(question.region, question.day)
    stands = triage(question.present, question.absent, pack)
    to_pci = stands.advice is not None and stands.advice.nearest_pci
    return {
        "resident_id": question.resident_id,
        "pack": pack.version,
        "next_signs": list(stands.next_signs),
        "complete": stands.is_complete,
        "urgency": stands.advice.urgency if stands.advice else None,
        "criteria": list(stands.advice.criteria) if stands.advice else [],
        "hospitals": hospitals_near(rows, question.resident_id, question.day, HOSPITALS) if to_pci else [],
    }


TRIAGE = Question(
    asks=TriageAdvice,
    answer=triage_advice,
    example=TriageAdvice(resident_id="resident-0007", day=date(2026, 3, 2), present=("chest-pain",)),
)
