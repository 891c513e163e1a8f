"""Which policy packs rule this store: adopted by an administrator, with a reason, so that each change is on record.

The packs themselves are files of the program. In a live store only the packs that were adopted decide.
"""

from datetime import date, datetime

from domain.account.commands import AccessReason
from domain.decider import Decider, Refused, decision, members_of
from domain.event import command, event, value
from domain.inputs import ACTOR, NOW
from domain.policy_pack import PACKS, in_force
from domain.policy_pack.files import NATION

THIS_STORE = "city"
"""A store has one such stream."""

# Commands


@command
class AdoptPacks:
    """Let the packs of a region rule from now on, each from its own day; or one pack on every day."""

    packs: str
    reason: AccessReason


PolicyCommand = AdoptPacks

# Events: the stored shapes; changing one is a new version


@value
class AdoptedPack:
    """A pack by its version, and the day from which it rules."""

    version: str
    from_day: date


@event("policy.packs_adopted.v1")
class PacksAdopted:
    """These packs rule from now on. `packs` is the region or the version that was named."""

    packs: str
    versions: tuple[AdoptedPack, ...]
    reason: AccessReason
    by: str
    adopted_at: datetime


PolicyEvent = PacksAdopted

# State


@value
class Policy:
    """The packs that were adopted last, None before the first time."""

    adopted: PacksAdopted | None = None


def evolve(policy: Policy, event: PolicyEvent) -> Policy:  # noqa: ARG001 -- shared signature
    """Return the state after an event."""
    return Policy(adopted=event)


def packs_in_turn(packs: str) -> tuple[AdoptedPack, ...]:
    """Return the packs that rule under a region, or under one version, each with its first day, the oldest first."""
    turns: list[AdoptedPack] = []
    for day in sorted(pack.effective_from for pack in PACKS):
        version = in_force(packs, day).version
        if not turns or turns[-1].version != version:
            turns.append(AdoptedPack(version=version, from_day=day))
    return tuple(turns)


def known_packs(packs: str) -> str:
    """Return the name itself if there are packs of it, else the nation's, which then rule."""
    return packs if packs in {name for pack in PACKS for name in (pack.version, pack.region)} else NATION


# Decisions


def adopt(command: AdoptPacks, policy: Policy, *, now: datetime, actor: str) -> list[PolicyEvent]:
    """Adopt packs; those that rule already change nothing."""
    if known_packs(command.packs) != command.packs:
        raise Refused("packs-unknown")
    versions = packs_in_turn(command.packs)
    if policy.adopted is not None and policy.adopted.versions == versions:
        return []
    return [PacksAdopted(packs=command.packs, versions=versions, reason=command.reason, by=actor, adopted_at=now)]


def require_adopted(policy: Policy, packs: str) -> None:
    """Refuse packs that rule by the settings, where others were adopted."""
    if policy.adopted is not None and policy.adopted.versions != packs_in_turn(packs):
        raise Refused("packs-not-adopted", packs=packs, adopted=policy.adopted.packs)


POLICY: Decider[Policy, PolicyEvent, PolicyCommand] = Decider(
    category="policy",
    initial=Policy(),
    evolve=evolve,
    commands=members_of(PolicyCommand),
    events=members_of(PolicyEvent),
    decisions=(decision(AdoptPacks, adopt, now=NOW, actor=ACTOR),),
    identify=lambda _: THIS_STORE,
)
