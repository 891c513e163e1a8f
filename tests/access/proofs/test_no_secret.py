"""No password, token, seed or code is anywhere it could be read: not in files, events, rows, logs or refusals."""

import logging
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.access.accounts import Access
from infra.system import System
from tests.access.proofs.people import ADDRESS, NOW, OTHER, PASSWORD, code, later, signed_in, with_factor


def test_no_secret_is_in_a_file_of_the_data_an_event_a_log_or_a_refusal(
    access: Access, system: System, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first = access.set_first_password("nurse-li", "admin", NOW)
    refusals = [refusal_of(access, OTHER, None), refusal_of(access, first, "123456")]
    nurse = with_factor(access, signed_in(access))
    assert nurse.enrolment is not None
    entered = code(nurse.enrolment, later(minutes=1))
    refusals += [refusal_of(access, PASSWORD, "000000"), refusal_of(access, PASSWORD, nurse.token)]
    again = access.sign_in("nurse-li", PASSWORD, entered, ADDRESS, later(minutes=1))
    recovered = access.sign_in("nurse-li", PASSWORD, nurse.recovery_codes[0], ADDRESS, NOW)
    service = access.open_service_session("worker", NOW, days=1)
    secrets = {
        first,
        PASSWORD,
        nurse.enrolment.seed,
        *nurse.recovery_codes,
        *(each.replace("-", "") for each in nurse.recovery_codes),
        *(each.token for each in (nurse, again, recovered, service)),
    }
    access.close()
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert {"access.db", "events.db", "rows.db"} <= {path.name for path in files}
    kept = b"".join(path.read_bytes() for path in files)
    said = [caplog.text, *refusals, *(repr(each.event) for each in system.store.select_notifications(1, 100))]
    for secret in secrets:
        assert secret.encode() not in kept
        assert not any(secret in each for each in said)


@pytest.mark.usefixtures("access")
def refusal_of(access: Access, password: str, entered: str | None) -> str:
    try:
        access.sign_in("nurse-li", password, entered, ADDRESS, NOW)
    except Refused as refused:
        return f"{refused!r} {refused} {refused.values}"
    return ""


@pytest.mark.usefixtures("nurse")
def test_the_database_of_secrets_is_its_owners_only(tmp_path: Path) -> None:
    assert (tmp_path / "data" / "access.db").stat().st_mode & 0o077 == 0
