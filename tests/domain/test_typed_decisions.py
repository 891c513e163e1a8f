"""A command, event, input or aggregate that is wired nowhere stops the import, with a sentence that names it."""

# ruff: noqa: ARG001 -- the signatures are what is tested

import inspect
import subprocess
import sys
from dataclasses import fields, is_dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from domain.decider import Count, Decider, Decision, IncompleteDomain, decision, members_of
from domain.event import command, event, is_command, is_event, known_commands, known_events, value
from domain.inputs import NOW, PACK, count, each, one
from domain.institution import INSTITUTION, Institution
from domain.policy_pack import PolicyPack
from domain.registry import DECIDERS, DECISION_OF, check_complete
from domain.team import TEAM
from domain.team.state import Team

DOMAIN = Path(__file__).parents[2] / "domain"


@command
class OpenShop:
    shop_id: str
    team_id: str


@command
class CloseShop:
    shop_id: str


@value
class PaintShop:
    shop_id: str


@event("test-shop.opened.v1")
class ShopOpened:
    shop_id: str


@event("test-shop.closed.v1")
class ShopClosed:
    shop_id: str


@value
class Shop:
    is_open: bool = False


ShopEvent = ShopOpened | ShopClosed
ShopCommand = OpenShop | CloseShop


def open_shop(command: OpenShop, shop: Shop, *, now: datetime, team: Team) -> list[ShopEvent]:
    return [ShopOpened(shop_id=command.shop_id)]


def close_shop(command: CloseShop, shop: Shop) -> list[ShopEvent]:
    return [ShopClosed(shop_id=command.shop_id)]


def paint_shop(command: PaintShop, shop: Shop) -> list[ShopEvent]:
    return []


def join_shops(command: CloseShop, shop: Shop, *, pack: PolicyPack, institution: Institution) -> list[ShopEvent]:
    return []


def evolve(shop: Shop, event: ShopEvent) -> Shop:
    return Shop(is_open=isinstance(event, ShopOpened))


def evolve_half(shop: Shop, event: ShopOpened) -> Shop:
    return Shop(is_open=True)


OPENS = decision(OpenShop, open_shop, now=NOW, team=one(TEAM))
CLOSES = decision(CloseShop, close_shop)


def shop(**changed: Any) -> Decider[Shop, Any, Any]:
    parts: dict[str, Any] = {
        "category": "shop",
        "initial": Shop(),
        "evolve": evolve,
        "commands": members_of(ShopCommand),
        "events": members_of(ShopEvent),
        "decisions": (OPENS, CLOSES),
        "identify": lambda command: command.shop_id,
    }
    return Decider(**{**parts, **changed})


def declared(command_class: Any, decide: Any, **inputs: Any) -> Decision[Any, Any, Any]:
    """Declare what mypy would refuse."""
    return decision(command_class, decide, **inputs)


def sentence_of(attempt: Any) -> str:
    with pytest.raises(IncompleteDomain) as raised:
        attempt()
    return str(raised.value)


def test_a_whole_aggregate_is_built():
    assert shop().decide(CloseShop(shop_id="s1"), Shop()) == [ShopClosed(shop_id="s1")]


def test_a_command_of_the_union_without_a_decision_is_named():
    assert sentence_of(lambda: shop(decisions=(OPENS,))) == "Nobody decides CloseShop."


def test_a_command_of_no_union_is_named_when_the_registry_is_imported():
    assert sentence_of(lambda: check_complete(DECIDERS, {OpenShop}, (), DOMAIN)) == "Nobody decides OpenShop."


def test_a_decision_of_a_command_outside_the_union_is_named():
    assert sentence_of(lambda: shop(commands=(OpenShop,))) == "CloseShop is no command of shop."


def test_a_command_that_is_decided_twice_is_named():
    assert sentence_of(lambda: shop(decisions=(OPENS, CLOSES, CLOSES, declared(CloseShop, close_shop)))) == (
        "CloseShop is decided twice."
    )


def test_a_decided_class_that_is_not_marked_as_a_command_is_named():
    assert sentence_of(lambda: declared(PaintShop, paint_shop)) == "PaintShop is decided, but is no @command."


def test_a_decision_of_another_command_is_named():
    assert sentence_of(lambda: declared(CloseShop, open_shop, now=NOW, team=one(TEAM))).endswith(
        "open_shop does not decide CloseShop."
    )


def test_a_decision_over_another_state_is_named():
    assert sentence_of(lambda: shop(initial=Team())).endswith("open_shop does not decide over the state of shop.")


def test_an_event_of_no_union_is_named_when_the_registry_is_imported():
    assert sentence_of(lambda: check_complete(DECIDERS, (), {ShopClosed}, DOMAIN)) == (
        "ShopClosed is an event of no aggregate."
    )


def test_an_event_that_evolve_does_not_take_is_named():
    assert sentence_of(lambda: shop(evolve=evolve_half)).endswith(
        "evolve_half and the events of shop differ in ShopClosed."
    )


def test_a_value_among_the_events_is_named():
    assert sentence_of(lambda: shop(events=(ShopOpened, ShopClosed, Shop))) == "Shop of shop is no @event."


def test_an_input_that_is_declared_but_not_taken_is_named():
    assert sentence_of(lambda: declared(CloseShop, close_shop, now=NOW)).endswith(
        "close_shop does not take the declared input now."
    )


def test_an_input_that_is_taken_but_not_declared_is_named():
    assert sentence_of(lambda: declared(OpenShop, open_shop, now=NOW)).endswith(
        "open_shop takes team, which is not declared."
    )


@pytest.mark.parametrize("wrong", [NOW, PACK, one(INSTITUTION), each(TEAM), count("team_contracts", by="team_id")])
def test_an_input_of_another_type_is_named(wrong):
    assert sentence_of(lambda: declared(OpenShop, open_shop, now=NOW, team=wrong)).startswith(
        "The declared input team is not of the type that "
    )


def test_an_input_whose_id_nothing_has_is_named():
    assert sentence_of(lambda: declared(CloseShop, join_shops, pack=PACK, institution=one(INSTITUTION))).startswith(
        "Nothing has the institution_id that "
    )


@pytest.mark.parametrize("file", ["nursery.py", "nursery/__init__.py"])
def test_an_aggregate_that_the_registry_does_not_list_is_named(tmp_path, file):
    (tmp_path / "nursery").mkdir()
    (tmp_path / file).write_text('"""A nursery."""\n\nDECISIONS = ()\n', encoding="utf-8")
    assert sentence_of(lambda: check_complete(DECIDERS, (), (), tmp_path)) == (
        "The registry does not list the aggregate nursery."
    )


def modules() -> list[Any]:
    files = [file for file in sorted(DOMAIN.rglob("*.py")) if file.name != "__init__.py"]
    return [import_module(".".join(file.relative_to(DOMAIN.parent).with_suffix("").parts)) for file in files]


def test_no_module_of_the_domain_has_a_command_event_or_aggregate_that_the_registry_lacks():
    """The registry checks what is imported with it; here every module is."""
    for module in modules():
        own = {cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__}
        check_complete(DECIDERS, own & known_commands(), own & known_events(), DOMAIN)
        assert all(each in DECIDERS for _, each in inspect.getmembers(module) if isinstance(each, Decider))


def parts_of(cls: type) -> set[type]:
    """Return a class and every class in its fields."""
    parts = {cls}
    waiting = list(get_type_hints(cls).values())
    while waiting:
        hint = waiting.pop()
        waiting += get_args(hint)
        if is_dataclass(hint) and isinstance(hint, type) and hint not in parts:
            parts.add(hint)
            waiting += [get_type_hints(hint)[each.name] for each in fields(hint)]
    return parts


def test_no_value_among_the_commands_is_a_command_that_lacks_its_mark():
    wired = {part for cls in {*known_commands(), *known_events()} if is_dataclass(cls) for part in parts_of(cls)}
    for module in modules():
        if module.__name__.endswith((".commands", ".events")):
            for name, cls in inspect.getmembers(module, inspect.isclass):
                assert not is_dataclass(cls) or cls in wired, f"{name} is no part of a command or event: mark it"


def test_every_aggregate_writes_its_commands_as_a_union():
    for decider in DECIDERS:
        assert all(is_command(cls) for cls in decider.commands)
        assert all(is_event(cls) for cls in decider.events)


def test_each_counted_claim_is_a_claim_that_some_aggregate_raises():
    source = "".join(file.read_text(encoding="utf-8") for file in DOMAIN.rglob("*.py"))
    counted = {s.input.claims for each in DECISION_OF.values() for s in each.sources if isinstance(s.input, Count)}
    assert counted == {"institution_teams", "team_contracts", "team_beds"}
    assert all(f'key=f"{claims}:' in source or f'key = f"{claims}:' in source for claims in counted)


WRONG = """
from datetime import datetime

from domain.decider import Decider, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW, PACK


@command
class Open:
    shop_id: str


@command
class Close:
    shop_id: str


@event("shop.opened.v1")
class Opened:
    shop_id: str


@event("shop.closed.v1")
class Closed:
    shop_id: str


@value
class Shop:
    is_open: bool = False


ShopEvent = Opened | Closed


def open_(command: Open, shop: Shop, *, now: datetime) -> list[ShopEvent]:
    return []


def close(command: Close, shop: Shop) -> list[ShopEvent]:
    return []


def evolve(shop: Shop, event: ShopEvent) -> Shop:  # wrong: Closed is not handled
    match event:
        case Opened():
            return Shop(is_open=True)


MISSING = decision(Open, open_)  # wrong: now is not declared
SUPERFLUOUS = decision(Close, close, now=NOW)  # wrong: close takes no now
OTHER = decision(Open, open_, now=PACK)  # wrong: a pack is no moment
ANOTHER = decision(Close, open_, now=NOW)  # wrong: open_ decides Open
DECISIONS = (decision(Open, open_, now=NOW), decision(Close, close))
SHOP: Decider[Shop, ShopEvent, Open] = Decider(
    category="shop",
    initial=Shop(),
    evolve=evolve,
    commands=members_of(Open),
    events=members_of(ShopEvent),
    decisions=DECISIONS,  # wrong: Close is in no union
    identify=lambda command: command.shop_id,
)
"""


def test_types_alone_show_an_unhandled_event_a_wrong_input_and_a_command_of_no_union(tmp_path):
    file = tmp_path / "shop.py"
    file.write_text(WRONG, encoding="utf-8")
    root = DOMAIN.parent
    config = str(root / "pyproject.toml")
    mypy = [sys.executable, "-m", "mypy", "--config-file", config, "--no-error-summary", str(file)]
    run = subprocess.run(mypy, cwd=root, capture_output=True, text=True, check=False)
    wrong = {int(line.split(":")[1]) for line in run.stdout.splitlines() if ": error: " in line}
    assert wrong == {n for n, line in enumerate(WRONG.splitlines(), start=1) if "# wrong: " in line}, run.stdout
