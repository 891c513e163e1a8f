"""A search leaves nothing of what it looked through, or of what it was asked, in any file of the data."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from domain.resident.commands import RegisterResident
from infra.finder.search import search
from infra.system import System
from tests.small_town import centre, personal, run_commands, signed, town

PERSON = replace(personal("单田芳", number="9876543210"), phone="13755550001", address="景田北路22号")
SECRETS = (PERSON.name, PERSON.phone, PERSON.identity_number, PERSON.address)
PINYIN = ("shantianfang", "SHANTIANFANG", "shan tian fang", "Shan Tian Fang")
EVENTS, ROWS, JOURNAL = "events.db", "rows.db", "-wal"
"""The resident's own event holds all; the read model that shows people next to visits has no number."""


def move_in(system: System) -> None:
    (register,) = (each for each in signed("shan") if isinstance(each, RegisterResident))
    run_commands(system, *centre(), *signed("li"), replace(register, personal=PERSON))


def holding(folder: Path, secret: str) -> Counter[str]:
    """Return how often files hold a text, by name, those that do not left out."""
    texts = {each.name: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    return Counter({name: n for name, data in texts.items() if (n := data.count(secret.encode()))})


def test_no_file_gets_a_name_its_pinyin_a_phone_an_address_or_a_number_by_a_search(tmp_path: Path) -> None:
    with town(tmp_path) as system:
        move_in(system)
    before = {secret: holding(tmp_path, secret) for secret in SECRETS}
    with town(tmp_path) as system:
        for text in (*SECRETS, *PINYIN, "田芳", "stf", "景田"):
            search(system, None, text)
        assert [each.resident_id for each in search(system, None, PERSON.phone).hits] == ["shan"]
    for secret in SECRETS:
        assert holding(tmp_path, secret) == before[secret]
        assert {name.removesuffix(JOURNAL) for name in before[secret]} <= {EVENTS, ROWS}
    assert ROWS not in before[PERSON.identity_number]
    for text in (*PINYIN, "stf"):
        assert holding(tmp_path, text) == {}


@pytest.mark.parametrize(("limit", "more"), [(1, True), (2, False)])
def test_whether_others_fit_is_said(tmp_path: Path, limit: int, *, more: bool) -> None:
    with town(tmp_path) as system:
        run_commands(system, *centre(), *signed("li"), *signed("ma"))
        answer = search(system, None, "李秀英", limit=limit)
    assert [each.id for each in answer.hits if each.kind == "resident"] == ["li", "ma"][:limit]
    assert answer.more is more
