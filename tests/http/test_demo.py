"""The demo: a community whose last day is today, and an account for each role that can sign in."""

from datetime import date
from pathlib import Path

import pytest

from domain.local_time import local_day
from infra.access.accounts import Access
from infra.settings import Settings
from infra.simulate import demo
from infra.wiring import Embedded

TODAY = date(2026, 3, 6)


def test_the_demo_ends_today_and_everybody_signs_in_with_the_password_that_was_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "TEAMS", 1)
    monkeypatch.setattr(demo, "DAYS", 1)
    settings = Settings(data=tmp_path / "data", key_file=tmp_path / "key")
    with Embedded(settings) as system, Access.open(system) as access:
        accounts = demo.make_demo(system, access, TODAY)
        now = system.now()
        assert {each.role for each in accounts} == {
            *("leader", "member", "clerk", "auditor", "operator", "administrator", "resident", "hospital"),
        }
        for each in accounts:
            signed_in = access.sign_in(each.account_id, each.password, None, None, now)
            assert signed_in.principal.roles == {each.role}
            assert not signed_in.must_change_password
        assert system.lives == "simulated"
        last = system.store.last_recorded_at()
        assert last is not None
        assert local_day(last) == TODAY
