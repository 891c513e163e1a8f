"""The parts of an aggregate: a start, a fold, and one pure decision per command with its declared inputs.

A decision is a function `(command, state, *, inputs) -> [events]`. The decisions table of an aggregate names, for each
command, the function and its inputs (`domain.inputs`); whoever runs a command reads the inputs from there. mypy checks
that the declared inputs are those that the function takes, by name and type, and that commands, state and events are
the aggregate's own. The import checks the same and that nothing is missing: it fails with `IncompleteDomain`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from inspect import Parameter, signature
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, get_args

from domain.event import is_command, is_event, value
from domain.policy_pack import PolicyPack

S = TypeVar("S")
E = TypeVar("E")
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
P = ParamSpec("P")

FOREVER = date(9999, 12, 31)

Scalar = str | int | float | bool | date | None


class Refused(Exception):  # noqa: N818 -- a refusal is an answer of the domain, not an error of the program
    """A rule refuses a command. `rule` (kebab case) is for programs and catalogues, `values` fill its sentence.

    `sentence` is the catalogue's key of the sentence, which is the rule unless something else is set.
    """

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule)
        self.rule = rule
        self.sentence = rule
        self.values = values

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.rule} ({listed})" if listed else self.rule


class IncompleteDomain(Exception):  # noqa: N818 -- the sentence that it carries is what a reader needs
    """The domain does not start: a command, event, input or aggregate is wired nowhere, or not as it is declared."""


@value
class Claim:
    """A key that one stream holds for a period of days, both included; another's overlapping claim is refused.

    Claims are rows written in the transaction of the events that raise them. A stream that claims the same key again
    replaces its period; `until < since` gives the key back. `rule` is the refusal that the second claimant gets.
    A period may also be from one UTC moment to another. With `keeps_ended` other streams' periods that have
    ended stand beside it, so that a claim for earlier is still compared with them; else it takes the key over.
    Claims of one `group` of streams share a key: they are not compared with each other.
    A `personal` key is made of personal values: the store keeps a keyed digest in its place, and no refusal names it.
    """

    key: str
    rule: str
    since: date
    until: date
    keeps_ended: bool = False
    group: str = ""
    personal: bool = False


class TeamDay(NamedTuple):
    """One 2+X team on one local day: the unit that is planned."""

    team_id: str
    day: date


def no_claims(state: Any, event: Any) -> Iterable[Claim]:  # noqa: ARG001 -- the signature every aggregate shares
    """Raise no claims, as most aggregates do."""
    return ()


def no_team_days(state: Any, event: Any) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """Change no team's day, as most events do."""
    return ()


@dataclass(frozen=True, slots=True)
class Now:
    """Input: the moment of the command, aware UTC."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Input: who gives the command: the account that signed in, or a part of the system."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Input: the policy pack in force in the region on the local day of the command."""


@dataclass(frozen=True, slots=True)
class One:
    """Input: the state of another aggregate, its initial state where the attribute is None."""

    decider: "Decider[Any, Any, Any]"
    attribute: str


@dataclass(frozen=True, slots=True)
class Each:
    """Input: the states of several aggregates, in the order of the ids in the command's attribute."""

    decider: "Decider[Any, Any, Any]"
    attribute: str


@dataclass(frozen=True, slots=True)
class Count:
    """Input: how many claims are held, on the local day or later, under keys that begin with `claims:<attribute>:`."""

    claims: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Held:
    """Input: what is claimed, on the local day or later, under keys that begin with `claims:<attribute>:`.

    The rest of each key, sorted.
    """

    claims: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Same:
    """Input: the state of another aggregate of the command's own kind; its initial state where the id is None."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Exists:
    """Input: whether anything is recorded of an aggregate, without its state: so that no two import each other.

    With `part` also whether its state knows the part that this attribute of the command names (`state.knows(part)`).
    True where nothing is named.
    """

    category: str
    attribute: str
    part: str | None


@dataclass(frozen=True, slots=True)
class Unseated:
    """Input: those among the member ids of the attribute who never held a seat or a guest's day in any team."""

    attribute: str


Input = Now | Actor | Pack | One | Each | Count | Held | Same | Exists | Unseated


class Source(NamedTuple):
    """An input with its parameter name, and its owner: who has the id that is looked up.

    `owner` is "command", "state" or the name of an earlier input, and empty for an input without an id.
    """

    name: str
    input: Input
    owner: str


@dataclass(frozen=True, slots=True)
class Decision(Generic[S, E, C_co]):
    """A line of an aggregate's decisions table. `decision()` makes it and checks it."""

    command: type[C_co]
    decide: Callable[..., list[E]]
    state: type[S]
    sources: tuple[Source, ...]


def decision(
    command: type[C], decide: Callable[Concatenate[C, S, P], list[E]], *args: P.args, **inputs: P.kwargs
) -> Decision[S, E, C]:
    """Declare the function that decides a command, and its inputs; IncompleteDomain if they do not fit its signature.

    For mypy an input has the type of its value (`NOW` is a datetime, `one(TEAM)` a Team), so that a missing,
    superfluous or wrong input is an error of types, too.
    """
    assert not args, "inputs are declared by name"
    if not is_command(command):
        raise IncompleteDomain(f"{command.__name__} is decided, but is no @command.")
    first, second, *others = signature(decide).parameters.values()
    if first.annotation is not command:
        raise IncompleteDomain(f"{named(decide)} does not decide {command.__name__}.")
    expected = {each.name: each for each in others if each.kind is Parameter.KEYWORD_ONLY}
    for name in inputs.keys() - expected.keys():
        raise IncompleteDomain(f"{named(decide)} does not take the declared input {name}.")
    for name in expected.keys() - inputs.keys():
        raise IncompleteDomain(f"{named(decide)} takes {name}, which is not declared.")
    owners: dict[str, type] = {"command": command, "state": second.annotation}
    own_state = second.annotation
    sources = []
    for name, each in inputs.items():
        assert isinstance(each, Input)
        check_type(decide, expected[name], each, own_state)
        sources.append(Source(name, each, owner_of(decide, each, owners)))
        if isinstance(each, One):
            owners[name] = type(each.decider.initial)
    return Decision(command, decide, second.annotation, tuple(sources))


def check_type(decide: Callable[..., object], parameter: Parameter, declared: Input, own_state: type) -> None:
    """Refuse an input of another type than its parameter is annotated with."""
    wanted = parameter.annotation
    match declared:
        case Now():
            fits = wanted is datetime
        case Actor():
            fits = wanted is str
        case Pack():
            fits = wanted is PolicyPack
        case One(decider):
            fits = wanted is type(decider.initial)
        case Each(decider):
            fits = type(decider.initial) in get_args(wanted)
        case Count():
            fits = wanted is int
        case Held() | Unseated():
            fits = wanted == tuple[str, ...]
        case Same():
            fits = wanted is own_state
        case Exists():
            fits = wanted is bool
    if not fits:
        raise IncompleteDomain(f"The declared input {parameter.name} is not of the type that {named(decide)} takes.")


def owner_of(decide: Callable[..., object], declared: Input, owners: Mapping[str, type]) -> str:
    """Return who has the id of an input: the command, else the state, else the first earlier input that has it."""
    match declared:
        case Now() | Actor() | Pack():
            return ""
        case Each(_, attribute) | Same(attribute) | Unseated(attribute):
            owners = {"command": owners["command"]}
        case Exists(_, attribute, part):
            if part is not None and not hasattr(owners["command"], part):
                raise IncompleteDomain(f"Nothing has the {part} that {named(decide)} needs.")
        case One(_, attribute) | Count(_, attribute) | Held(_, attribute):
            pass
    owner = next((name for name, cls in owners.items() if hasattr(cls, attribute)), None)
    if owner is None:
        raise IncompleteDomain(f"Nothing has the {attribute} that {named(decide)} needs.")
    return owner


def named(decide: Callable[..., object]) -> str:
    """Return the full name of a decision."""
    return f"{decide.__module__}.{decide.__qualname__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S, E, C]):
    """One aggregate, over its state, events and commands. `claims` and `touches` get the state after the event.

    `commands` and `events` are the members of its unions. IncompleteDomain if a command has no decision or a decision
    has a command of no union, if an event is no @event, or if `evolve` is annotated with other events.
    """

    category: str
    initial: S
    evolve: Callable[[S, E], S]
    commands: tuple[type, ...]
    events: tuple[type, ...]
    decisions: tuple[Decision[S, E, C], ...]
    identify: Callable[[C], str]
    claims: Callable[[S, E], Iterable[Claim]] = no_claims
    touches: Callable[[S, E], Iterable[TeamDay]] = no_team_days
    by_command: Mapping[type, Decision[S, E, C]] = field(init=False)

    def __post_init__(self) -> None:
        by_command = {each.command: each for each in self.decisions}
        for cls in self.commands:
            if cls not in by_command:
                raise IncompleteDomain(f"Nobody decides {cls.__name__}.")
        for each in self.decisions:
            if each.command not in self.commands:
                raise IncompleteDomain(f"{each.command.__name__} is no command of {self.category}.")
            if by_command[each.command] is not each:
                raise IncompleteDomain(f"{each.command.__name__} is decided twice.")
            if not isinstance(self.initial, each.state):
                raise IncompleteDomain(f"{named(each.decide)} does not decide over the state of {self.category}.")
        for cls in self.events:
            if not is_event(cls):
                raise IncompleteDomain(f"{cls.__name__} of {self.category} is no @event.")
        evolved = [each.annotation for each in signature(self.evolve).parameters.values()][-1]
        for cls in {*self.events} ^ {*members_of(evolved)}:
            raise IncompleteDomain(f"{named(self.evolve)} and the events of {self.category} differ in {cls.__name__}.")
        object.__setattr__(self, "by_command", by_command)

    def fold(self, history: Iterable[E]) -> S:
        """Return the state after a history; every event is believed."""
        return reduce(self.evolve, history, self.initial)

    def decide(self, command: C, state: S, **inputs: object) -> list[E]:
        """Return the events that follow from a command, `[]` if it changes nothing; raises Refused."""
        return self.by_command[type(command)].decide(command, state, **inputs)

    def stream(self, identity: str) -> str:
        """Return the name of the stream of one aggregate, e.g. `contract-8f2c`."""
        return f"{self.category}-{identity}"


def members_of(union: object) -> tuple[type, ...]:
    """Return the classes of a union, one class for a union of one."""
    return get_args(union) or ((union,) if isinstance(union, type) else ())
