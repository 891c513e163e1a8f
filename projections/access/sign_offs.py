"""Sign-offs: what waits for an auditor, and what auditors said.

Each record that was opened in an emergency waits, and each contract whose package was settled or refunded, or that was
corrected, since it was last signed off.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal, get_args

from domain.account.events import BreakGlassSignedOff, GlassBroken
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    CorrectionEvent,
    EntitlementReturned,
    PackageEntryAnnulled,
    SigningCorrected,
)
from domain.contract.events import ContractSignedOff, ContractTransferred, PackageRefunded, PackageSettled
from domain.event import value
from domain.local_time import at_local
from projections.changes import Change, Projection, Table, moment
from projections.questions import Question, Row, Rows, ask_where

SignOffSubject = Literal["break-glass", "contract"]
"""What an auditor signs off."""

SIGN_OFFS_DUE_V1 = Table(
    "sign_offs_due_v1",
    "subject_key",  # break-glass|account|resident|broken_at, or contract|contract
    {
        "subject": "text",
        "account_id": "text",
        "resident_id": "text",
        "contract_id": "text",
        "team_id": "text",
        "reason": "text",
        "since": "text",
    },
    indexes=(("subject", "since"), ("team_id",)),
)
"""`reason` is why the record was opened, or `settled`, `refunded` or `corrected`; `since` is the moment or the day of
that, of a correction the day that it corrects.
"""

CORRECTED_DAY: Mapping[type, str] = {
    EntitlementReturned: "served_on",
    PackageEntryAnnulled: "day",
    ContractAnnulled: "starts_on",
    ContractReinstated: "last_day",
    ContractEndCorrected: "last_day",
    SigningCorrected: "starts_on",
    ContractMovedToResident: "starts_on",
}
"""The day that each correction corrects."""

SIGN_OFFS_V1 = Table(
    "sign_offs_v1",
    "sign_off_key",  # subject_key|signed_off_at
    {
        "subject": "text",
        "account_id": "text",
        "resident_id": "text",
        "contract_id": "text",
        "team_id": "text",
        "since": "text",
        "verdict": "text",
        "reason": "text",
        "signed_off_by": "text",
        "signed_off_at": "text",
    },
    indexes=(("signed_off_at",), ("account_id",), ("contract_id",)),
)
"""`since` is the moment at which the record was opened; empty for a contract."""

SignOffEvent = (
    GlassBroken
    | BreakGlassSignedOff
    | PackageSettled
    | PackageRefunded
    | CorrectionEvent
    | ContractTransferred
    | ContractSignedOff
)


def project(event: SignOffEvent) -> Iterator[Change]:
    """List openings of records and contracts until an auditor signs them off."""
    match event:
        case GlassBroken():
            yield SIGN_OFFS_DUE_V1.put(
                opening_key(event.account_id, event.resident_id, event.broken_at),
                subject="break-glass",
                account_id=event.account_id,
                resident_id=event.resident_id,
                reason=event.reason,
                since=moment(event.broken_at),
            )
        case BreakGlassSignedOff():
            key = opening_key(event.account_id, event.resident_id, event.broken_at)
            yield SIGN_OFFS_DUE_V1.drop(key)
            yield SIGN_OFFS_V1.put(
                f"{key}|{moment(event.signed_off_at)}",
                subject="break-glass",
                account_id=event.account_id,
                resident_id=event.resident_id,
                since=moment(event.broken_at),
                verdict=event.verdict,
                reason=event.reason,
                signed_off_by=event.by,
                signed_off_at=moment(event.signed_off_at),
            )
        case PackageSettled():
            yield changed_contract(event, "settled", event.settled_on)
        case PackageRefunded():
            yield changed_contract(event, "refunded", event.refunded_on)
        case ContractTransferred():
            yield SIGN_OFFS_DUE_V1.patch(f"contract|{event.contract_id}", team_id=event.team_id)
        case ContractSignedOff():
            key = f"contract|{event.contract_id}"
            yield SIGN_OFFS_DUE_V1.drop(key)
            yield SIGN_OFFS_V1.put(
                f"{key}|{moment(event.signed_off_at)}",
                subject="contract",
                resident_id=event.resident_id,
                contract_id=event.contract_id,
                team_id=event.team_id,
                verdict=event.verdict,
                reason=event.reason,
                signed_off_by=event.by,
                signed_off_at=moment(event.signed_off_at),
            )
        case _:
            yield changed_contract(event, "corrected", getattr(event, CORRECTED_DAY[type(event)]))


def opening_key(account_id: str, resident_id: str, broken_at: datetime) -> str:
    """Return the key of a record that an account opened in an emergency."""
    return f"break-glass|{account_id}|{resident_id}|{moment(broken_at)}"


def changed_contract(event: PackageSettled | PackageRefunded | CorrectionEvent, reason: str, day: date) -> Change:
    """Return the row of a contract whose money moved, or that was corrected."""
    return SIGN_OFFS_DUE_V1.put(
        f"contract|{event.contract_id}",
        subject="contract",
        resident_id=event.resident_id,
        contract_id=event.contract_id,
        team_id=event.team_id,
        reason=reason,
        since=day.isoformat(),
    )


@value
class SignOffsDue:
    """Ask what is still to be signed off, of all or of one kind; with a team, of its contracts alone."""

    subject: SignOffSubject | None = None
    team_id: str | None = None


def sign_offs_due(question: SignOffsDue, rows: Rows) -> list[Row]:
    """Return opened records, and contracts whose money moved or that were corrected; what waits longest first."""
    due = ask_where(
        rows,
        "SELECT subject, account_id, resident_id, contract_id, team_id, reason, since FROM sign_offs_due_v1",
        ["subject = :subject" if question.subject else "", "team_id = :team_id" if question.team_id else ""],
        "ORDER BY since, subject_key",
        subject=question.subject,
        team_id=question.team_id,
    )
    return [{**row} for row in due]


@value
class SignOffs:
    """Ask what auditors signed off, of one account's openings, of one contract, or since a day."""

    account_id: str | None = None
    contract_id: str | None = None
    since: date | None = None


def sign_offs(question: SignOffs, rows: Rows) -> list[Row]:
    """Return sign-offs with their verdicts and reasons, the newest first; `since` is when a record was opened."""
    known = ask_where(
        rows,
        """SELECT subject, account_id, resident_id, contract_id, team_id, since, verdict, reason, signed_off_by,
        signed_off_at FROM sign_offs_v1""",
        [
            "account_id = :account_id" if question.account_id else "",
            "contract_id = :contract_id" if question.contract_id else "",
            "signed_off_at >= :since" if question.since else "",
        ],
        "ORDER BY signed_off_at DESC, sign_off_key",
        account_id=question.account_id,
        contract_id=question.contract_id,
        since=None if question.since is None else moment(at_local(question.since)),
    )
    return [{**row} for row in known]


SIGN_OFFS = Projection(
    name="sign_offs",
    tables=(SIGN_OFFS_DUE_V1, SIGN_OFFS_V1),
    events=get_args(SignOffEvent),
    project=project,
    questions=(
        Question(asks=SignOffsDue, answer=sign_offs_due, example=SignOffsDue(subject="break-glass")),
        Question(asks=SignOffs, answer=sign_offs, example=SignOffs(since=date(2026, 3, 1))),
    ),
)
