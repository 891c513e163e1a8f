"""The key file: made at first need, for its owner only, outside the data, and the same for good."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.access import key_file
from infra.access.accounts import Access
from infra.access.key_file import Keys, key_path, make_key_file, open_keys, read_key_file
from infra.settings import Settings, configuration_folder, from_environment
from infra.system import System
from tests.access.proofs.conftest import CHEAP
from tests.access.proofs.people import ADDRESS, NOW, PASSWORD, code, signed_in, with_factor


def test_a_key_is_made_at_first_need_for_its_owner_only(settings: Settings) -> None:
    path = key_path(settings)
    keys = open_keys(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]
    assert open_keys(settings).digest("a", "b") == keys.digest("a", "b")


def test_of_two_processes_that_make_a_key_at_once_both_use_one(settings: Settings) -> None:
    path = key_path(settings)
    make_key_file(path)
    first = read_key_file(path)
    make_key_file(path)
    assert read_key_file(path) == first


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_key_that_others_may_read_is_refused(settings: Settings, mode: int) -> None:
    open_keys(settings)
    key_path(settings).chmod(mode)
    with pytest.raises(Refused, match="key-file-open"):
        open_keys(settings)


@pytest.mark.parametrize("text", ["", "no key", "YWJj"])
def test_a_file_without_a_key_is_refused(settings: Settings, text: str) -> None:
    open_keys(settings)
    key_path(settings).write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="key-file-unreadable"):
        open_keys(settings)


def test_a_key_in_the_data_folder_is_refused(settings: Settings) -> None:
    with pytest.raises(Refused, match="key-file-in-data"):
        key_path(replace(settings, key_file=settings.data / "sub" / "key"))


def test_without_a_setting_the_key_is_in_the_users_configuration_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_file, "configuration_folder", lambda: tmp_path / "own")
    assert key_path(replace(settings, key_file=None)) == tmp_path / "own" / "key"


def test_what_access_needs_is_read_from_the_environment(tmp_path: Path) -> None:
    read = from_environment(
        {
            "JIAYI_KEY_FILE": str(tmp_path / "key"),
            "JIAYI_ISSUER": "https://sign-in.example",
            "JIAYI_AUDIENCE": "jiayi",
            "JIAYI_ACR": "silver gold",
            "JIAYI_SESSION_IDLE_MINUTES": "10",
            "JIAYI_SESSION_HOURS": "8",
        }
    )
    assert (read.key_file, read.issuer, read.audience) == (tmp_path / "key", "https://sign-in.example", "jiayi")
    assert (read.accepted_acr, read.session_idle_minutes, read.session_hours) == (("silver", "gold"), 10, 8)
    usual = from_environment({})
    assert (usual.key_file, usual.issuer, usual.accepted_acr) == (None, None, ())
    assert (usual.session_idle_minutes, usual.session_hours) == (30, 12)
    with pytest.raises(Refused, match="setting-not-a-number"):
        from_environment({"JIAYI_SESSION_HOURS": "0"})
    assert configuration_folder({"XDG_CONFIG_HOME": str(tmp_path)}) == tmp_path / "jiayi"


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys, other = Keys(b"1" * 32), Keys(b"2" * 32)
    assert keys.derived("a") != keys.derived("b")
    assert keys.digest("a", "x") != keys.digest("b", "x")
    assert keys.digest("a", "x") != other.digest("a", "x")
    sealed = keys.seal("a", b"secret", "owner")
    assert keys.unseal("a", sealed, "owner") == b"secret"
    assert keys.seal("a", b"secret", "owner") != sealed
    with pytest.raises(Refused, match="key-file-other"):
        other.unseal("a", sealed, "owner")


def test_a_lost_key_is_reported_and_no_other_takes_its_place(system: System, settings: Settings) -> None:
    with Access.open(system, second_factor=False, hasher=CHEAP) as access:
        nurse = with_factor(access, signed_in(access))
    path = key_path(settings)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(Refused, match="key-file-missing"):
        Access.open(system, second_factor=False, hasher=CHEAP)
    make_key_file(path)
    with pytest.raises(Refused, match="key-file-other"):
        Access.open(system, second_factor=False, hasher=CHEAP)
    path.write_bytes(kept)
    assert nurse.enrolment is not None
    with Access.open(system, second_factor=False, hasher=CHEAP) as access:
        now = NOW.replace(hour=9)
        access.sign_in("nurse-li", PASSWORD, code(nurse.enrolment, now), ADDRESS, now)
