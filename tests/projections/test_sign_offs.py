"""What waits for an auditor, and what auditors said."""

from dataclasses import fields, replace
from typing import Any, get_args

import pytest

from domain.account.events import BreakGlassSignedOff, GlassBroken
from domain.contract.correction_events import ContractEndCorrected, CorrectionEvent
from domain.contract.events import ContractSignedOff
from projections.access.sign_offs import CORRECTED_DAY, SignOffs, SignOffsDue
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.accounts import account
from tests.projections.test_contracts_and_people import MOVED
from tests.projections.test_fulfilment_and_money import PAID, REFUNDED, SETTLED

LIFE = account("nurse-he")
BROKEN = next(event for event in LIFE if isinstance(event, GlassBroken))
JUDGED = next(event for event in LIFE if isinstance(event, BreakGlassSignedOff))
SIGNED_OFF = ContractSignedOff(
    contract_id="c1",
    resident_id="wang",
    team_id="team-1",
    verdict="in-order",
    reason="checked",
    by="zheng",
    signed_off_at=b.at(b.TOMORROW, 8),
)


def waiting(rows: Any, **question: Any) -> list[tuple[str, str | None, str]]:
    return [
        (row["subject"], row["contract_id"] or row["account_id"], row["reason"])
        for row in answer(SignOffsDue(**question), rows)
    ]


def test_an_opening_of_a_record_waits_until_an_auditor_signs_it_off(rows_of: RowsOf) -> None:
    assert waiting(rows_of(BROKEN)) == [("break-glass", "nurse-he", "emergency-care")]
    again = replace(BROKEN, broken_at=b.at(b.TODAY, 22), until=b.at(b.TOMORROW, 2))
    rows = rows_of(BROKEN, again, JUDGED)
    assert [row["since"] for row in answer(SignOffsDue(), rows)] == ["2026-03-02T14:00:00Z"]
    (said,) = answer(SignOffs(account_id="nurse-he"), rows)
    assert (said["resident_id"], said["verdict"], said["reason"], said["signed_off_by"]) == (
        "p0",
        "not-in-order",
        "no-ground",
        "auditor",
    )


def test_a_contract_waits_when_money_moved_since_it_was_last_signed_off(rows_of: RowsOf) -> None:
    assert waiting(rows_of(b.SIGNED, PAID)) == []
    assert waiting(rows_of(b.SIGNED, PAID, SETTLED)) == [("contract", "c1", "settled")]
    assert waiting(rows_of(b.SIGNED, PAID, SETTLED, SIGNED_OFF)) == []
    rows = rows_of(b.SIGNED, PAID, SETTLED, SIGNED_OFF, REFUNDED)
    assert waiting(rows) == [("contract", "c1", "refunded")]
    (said,) = answer(SignOffs(contract_id="c1"), rows)
    assert (said["verdict"], said["reason"], said["signed_off_by"]) == ("in-order", "checked", "zheng")


@pytest.mark.parametrize("correction", get_args(CorrectionEvent), ids=lambda each: each.__name__)
def test_every_correction_of_a_contract_has_a_day_and_waits_for_an_auditor(correction: type) -> None:
    assert CORRECTED_DAY[correction] in {field.name for field in fields(correction)}


def test_a_contract_that_was_corrected_waits(rows_of: RowsOf) -> None:
    corrected = ContractEndCorrected(
        contract_id="c1",
        resident_id="wang",
        team_id="team-1",
        was_last_day=b.TODAY,
        last_day=b.TOMORROW,
        end_reason="moved-out",
        reason="the wrong month",
    )
    assert waiting(rows_of(b.SIGNED, corrected)) == [("contract", "c1", "corrected")]
    assert waiting(rows_of(b.SIGNED, corrected, SIGNED_OFF)) == []


def test_what_waits_is_asked_by_kind_and_by_the_team_of_today(rows_of: RowsOf) -> None:
    rows = rows_of(b.SIGNED, PAID, SETTLED, MOVED, BROKEN)
    assert [kind for kind, *_ in waiting(rows)] == ["break-glass", "contract"]
    assert [kind for kind, *_ in waiting(rows, subject="contract")] == ["contract"]
    assert waiting(rows, team_id="team-1") == []
    assert waiting(rows, team_id=MOVED.team_id) == [("contract", "c1", "settled")]


def test_sign_offs_are_asked_since_a_day_the_newest_first(rows_of: RowsOf) -> None:
    rows = rows_of(b.SIGNED, SETTLED, SIGNED_OFF, BROKEN, JUDGED)
    assert [row["subject"] for row in answer(SignOffs(), rows)] == ["contract", "break-glass"]
    assert [row["subject"] for row in answer(SignOffs(since=b.TOMORROW), rows)] == ["contract"]
