"""The histories of the command line: each kind as a function of a session, or as a file."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from infra.cli.records.history import kinds
from infra.cli.records.history.kinds import HistoryKind
from infra.cli.records.history.reading import read_history, until_of
from infra.cli.records.history.steps import HistoryStep
from infra.cli.session import Session
from infra.edges.results import ExportedAnswer, Listing, to_json


@dataclass(frozen=True, slots=True)
class HistoryCall:
    """Tells a history of one kind: its steps, or the file into which they were written."""

    kind: HistoryKind

    def __call__(
        self,
        session: Session,
        *,
        at: str | None = None,
        version: int | None = None,
        file: str | None = None,
        **named: str,
    ) -> Listing[HistoryStep] | ExportedAnswer:
        """Return the steps, all, up to a moment of recording or up to a version; UsageError `export-format`."""
        until = until_of(at, version)
        if file is not None:
            return self._written(session, named, until, version, Path(file))
        with session.open(asks=self.kind.reads_rows) as system:
            return Listing(tuple(read_history(system, self.kind, named, until, version)))

    def _written(
        self, session: Session, named: dict[str, str], until: datetime | None, version: int | None, file: Path
    ) -> ExportedAnswer:
        from infra.cli.records.history.files import history_export  # noqa: PLC0415 -- loaded where a file is wanted
        from infra.exports.files import format_of, write  # noqa: PLC0415 -- likewise

        ending = format_of(file)
        with session.open(asks=self.kind.reads_rows) as system:
            plain = orjson.loads(to_json(list(read_history(system, self.kind, named, until, version))))
            if (gate := session.gate) is not None:
                plain = gate.show(self.kind.operation, plain, file=ending, **named)
            export = history_export(
                self.kind.operation,
                named,
                plain,
                session.words,
                made_at=system.now(),
                made_by=session.actor,
                store_time=system.lives,
            )
        write(export, file, ending, session.words)
        return ExportedAnswer(file=str(file), question=export.question, rows=len(export.rows))


contract_history = HistoryCall(kinds.CONTRACT_HISTORY)
visit_history = HistoryCall(kinds.VISIT_HISTORY)
bed_history = HistoryCall(kinds.BED_HISTORY)
referral_history = HistoryCall(kinds.REFERRAL_HISTORY)
team_history = HistoryCall(kinds.TEAM_HISTORY)
alliance_history = HistoryCall(kinds.ALLIANCE_HISTORY)
institution_history = HistoryCall(kinds.INSTITUTION_HISTORY)
account_history = HistoryCall(kinds.ACCOUNT_HISTORY)
survey_history = HistoryCall(kinds.SURVEY_HISTORY)
webhook_history = HistoryCall(kinds.WEBHOOK_HISTORY)
care_history = HistoryCall(kinds.CARE_HISTORY)
notice_history = HistoryCall(kinds.NOTICE_HISTORY)
policy_history = HistoryCall(kinds.POLICY_HISTORY)
resident_history = HistoryCall(kinds.RESIDENT_HISTORY)
team_day_history = HistoryCall(kinds.TEAM_DAY_HISTORY)
team_week_history = HistoryCall(kinds.TEAM_WEEK_HISTORY)
