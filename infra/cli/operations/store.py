"""What time the store lives in, and how it goes live."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from infra.cli.session import Session
from infra.cli.streams.views import STORE_TIME
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.edges.reports import Block
from infra.edges.results import Result
from infra.store.claims.earlier import claim_again
from infra.store.store_time import Lives
from infra.system import System


@dataclass(frozen=True, slots=True)
class StoreShown(Result):
    """What time a store lives in, the moment of its newest event (None: it is empty), and its region."""

    lives: Lives
    empty: bool
    last_recorded_at: datetime | None
    region: str


def store(session: Session, action: str | None, *, yes: bool) -> StoreShown:
    """Return what time the store lives in.

    With the action `live` it goes live first, with `claim` its identity numbers are claimed again under the present key
    file; each if that is confirmed.
    """
    with session.open(repeats=True, admits=action is not None) as system:
        if action == "live":
            _go_live(system, confirmed=yes)
        elif action == "claim":
            if not yes:
                raise UsageError("store-claim-unconfirmed")
            claim_again(system.store)
        last = system.store.last_recorded_at()
        return StoreShown(system.lives, last is None, last, session.settings.region)


def _go_live(system: System, *, confirmed: bool) -> None:
    now, last = system.clock.real(), system.store.last_recorded_at()
    if not confirmed:
        if last is None:
            raise UsageError("store-live-unconfirmed-empty", now=now.isoformat())
        raise UsageError("store-live-unconfirmed", now=now.isoformat(), last=last.isoformat())
    system.store.go_live(now, clocks=system.settings.distributed)


def shown_store(result: StoreShown, words: Translator) -> Iterator[Block]:
    """Show what time a store lives in."""
    if result.last_recorded_at is None:
        yield words.say("store-empty")
    yield words.say(STORE_TIME[result.lives])
    if result.last_recorded_at is not None:
        yield words.say("store-last-event", {"at": shown(result.last_recorded_at)})
    yield words.say("store-region", {"region": result.region})
