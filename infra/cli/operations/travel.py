"""The chosen source of travel times: tried, and its kept answers forgotten."""

from dataclasses import asdict

from infra.cli.operations.results import CheckedMode, CheckedTravel, ForgottenWays
from infra.cli.session import Session
from infra.travel.diagnose import check_travel
from infra.travel.sources import cache_of
from projections.places import first_base, registered_places


def check(session: Session) -> CheckedTravel:
    """Try the chosen source by each mode of travel, and count the places that it does not know."""
    with session.open(asks=True) as system:
        modes = check_travel(system.travel, first_base(system.rows), registered_places(system.rows))
    return CheckedTravel(cache_of(session.settings).count(), [CheckedMode(**asdict(each)) for each in modes])


def forget(session: Session) -> ForgottenWays:
    """Forget all kept answers."""
    return ForgottenWays(cache_of(session.settings).clear())
