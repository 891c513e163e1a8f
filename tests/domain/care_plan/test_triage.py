"""Emergency signs are asked about before there is any advice."""

from domain.screening import TO_PCI, URGENT_SIGNS
from domain.triage import EMERGENCY_SIGNS, triage
from tests.spec import SZ_2018


def test_without_an_answer_every_emergency_sign_is_asked_about_and_nothing_advised():
    stands = triage((), (), SZ_2018)
    assert stands.next_signs == EMERGENCY_SIGNS
    assert stands.advice is None
    assert set(EMERGENCY_SIGNS) <= URGENT_SIGNS
    assert set(EMERGENCY_SIGNS) >= TO_PCI


def test_a_sign_that_is_not_there_is_not_asked_about_again():
    stands = triage((), EMERGENCY_SIGNS[:2], SZ_2018)
    assert stands.next_signs == EMERGENCY_SIGNS[2:]
    assert not stands.is_complete


def test_one_sign_that_is_there_is_urgent_at_once_and_nothing_more_is_asked():
    stands = triage(("chest-pain",), (), SZ_2018)
    assert stands.is_complete
    assert stands.advice is not None
    assert (stands.advice.urgency, stands.advice.criteria) == ("urgent", ("chest-pain",))


def test_when_every_sign_was_denied_the_triage_is_complete_without_advice():
    stands = triage((), EMERGENCY_SIGNS, SZ_2018)
    assert (stands.is_complete, stands.advice) == (True, None)
