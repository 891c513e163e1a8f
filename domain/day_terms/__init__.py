"""The leader's terms of one team's day: who goes where, what stays, how much may move, who does not meet whom.

A term lasts until its moment, which is the end of the day unless another is given, or until it is withdrawn. Every plan
of the day keeps it, the automatic one too; what reality has made impossible gives way and is told.
"""

from domain.day_terms.commands import (
    DayTermsCommand,
    ForbidPair,
    HoldDay,
    LimitMoves,
    PinVisit,
    WithdrawTerm,
)
from domain.day_terms.decisions import forbid, hold, limit, pin, withdraw
from domain.day_terms.events import DayTermsEvent
from domain.day_terms.state import DayTerms, day_terms_id, evolve, touches
from domain.decider import Decider, decision, members_of
from domain.inputs import NOW, exists, one
from domain.team import TEAM
from domain.visit import VISIT

__all__ = ["DAY_TERMS"]

DECISIONS = (
    decision(PinVisit, pin, now=NOW, team=one(TEAM), visit=one(VISIT)),
    decision(HoldDay, hold, now=NOW, team=one(TEAM)),
    decision(LimitMoves, limit, now=NOW, team=one(TEAM)),
    decision(
        ForbidPair,
        forbid,
        now=NOW,
        team=one(TEAM),
        visit=one(VISIT),
        resident_exists=exists("resident", by="resident_id"),
    ),
    decision(WithdrawTerm, withdraw),
)

DAY_TERMS: Decider[DayTerms, DayTermsEvent, DayTermsCommand] = Decider(
    category="day_terms",
    initial=DayTerms(),
    evolve=evolve,
    commands=members_of(DayTermsCommand),
    events=members_of(DayTermsEvent),
    decisions=DECISIONS,
    identify=day_terms_id,
    touches=touches,
)
