"""Histories of contracts that another system kept: each row is one step, judged by the rules of its day."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal, get_args

from domain.contract.commands import EndReason, SignedAt, Signer, TransferReason
from infra.codec import BadInput
from infra.importing import cells
from infra.importing.cells import Cells, Column, words_of
from infra.importing.file_kind import CommandInput, FileKind, day_column, id_column, some, word_column
from infra.store.recorded import TakenOver

Step = Literal["signed", "renewed", "transferred", "ended", "expired"]


def _steps(rows: Sequence[Cells], _: date) -> Iterator[CommandInput]:
    before: str = ""
    for index, row in enumerate(rows):
        if row["done_on"] < before:
            raise BadInput(f"{index}.done_on", "steps-out-of-order", "a step stands behind those before it")
        before = row["done_on"]
        if (index == 0) != (row["step"] == "signed"):
            raise BadInput(f"{index}.step", "steps-out-of-order", "a history begins with its signature")
        yield _command(index, row)


def _command(index: int, row: Cells) -> CommandInput:
    of_contract: dict[str, Any] = {"contract_id": row["contract_id"]}
    signature = {**some(row, "signed_by", "signed_at"), "signed_on": row["done_on"]}
    match row["step"]:
        case "signed":
            _require(index, row, "resident_id", "team_id")
            about = some(row, "resident_id", "team_id", "term_months", "package", "doctor_id", "nurse_id")
            starts_on = row.get("starts_on", row["done_on"])
            return "SignContract", {
                **of_contract, **about, **signature, "starts_on": starts_on, "agreement_read": True,
            }  # fmt: skip
        case "renewed":
            about = some(row, "term_months", "package")
            return "RenewContract", {**of_contract, **about, **signature, "agreement_read": True}
        case "transferred":
            _require(index, row, "team_id")
            reason = {"reason": row["reason"]} if "reason" in row else {}
            return "TransferContract", {
                **of_contract, **signature, **reason, "team_id": row["team_id"], "consent": True,
            }  # fmt: skip
        case "ended":
            _require(index, row, "reason", "last_day")
            about = some(row, "reason", "last_day", "since")
            return "TerminateContract", {**of_contract, **about, "both_signed": True}
    return "ExpireContract", of_contract


def _require(index: int, row: Cells, *names: str) -> None:
    for name in names:
        if name not in row:
            raise BadInput(f"{index}.{name}", "missing-field", "this step needs it")


def taken_over(row: Cells) -> TakenOver:
    """Return how a step is marked."""
    return TakenOver(date.fromisoformat(row["done_on"]), row.get("document"), row.get("copy_digest"))


REASONS: tuple[str, ...] = (*get_args(EndReason), *get_args(TransferReason))

HISTORIES = FileKind(
    "histories",
    "contract",
    (
        id_column("contract_id", "c1"),
        word_column("step", Step, "signed"),
        day_column("done_on", "2024-03-01"),
        id_column("resident_id", "r1", required=False),
        id_column("team_id", "t1", required=False),
        day_column("starts_on", "2024-03-01", required=False),
        Column("term_months", "whole number", "12", cells.whole, required=False, form="whole"),
        Column("package", "code", "basic", cells.text, required=False),
        word_column("signed_by", Signer, "resident", required=False, label="signer"),
        word_column("signed_at", SignedAt, "desk", required=False, label="signed-at"),
        id_column("doctor_id", "dr-chen", required=False),
        id_column("nurse_id", "nurse-li", required=False),
        Column("reason", words_of(Literal[REASONS]), "moved-out", cells.one_of(Literal[REASONS]), required=False),
        day_column("last_day", "2024-08-31", required=False),
        day_column("since", "2023-08-31", required=False),
        Column("document", "number of the paper", "SZ-2024-0117", cells.text, required=False),
        Column("copy_digest", "SHA-256 of a copy", "0" * 64, cells.digest, required=False),
    ),
    _steps,
    {"resident_id": "resident", "team_id": "team"},
    grouped=True,
    taken_over=taken_over,
)
