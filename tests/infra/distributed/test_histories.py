"""Histories come from the log: they are answered at once while no other part runs."""

from click.testing import CliRunner, Result

from infra.bench.store.residents import with_key
from infra.cli.main import cli
from infra.distributed_system import Distributed
from infra.settings import Settings
from tests.small_town import SEVEN, centre, run_commands, signed

NOBODY = "127.0.0.1:1"


def test_a_history_waits_for_no_read_model(database_url: str) -> None:
    with Distributed(Settings(database_url=database_url, bootstrap_servers=NOBODY, now=SEVEN)) as system:
        with_key(system.store)
        run_commands(system, *centre(), *signed())

    def jiayi(*words: str) -> Result:
        env = {"DATABASE_URL": database_url, "KAFKA_BOOTSTRAP_SERVERS": NOBODY}
        return CliRunner().invoke(cli, [*words, "--language", "en"], env=env)

    for words in (("contract", "history", "contract-of-li"), ("team", "history", "east"), ("care", "history", "li")):
        result = jiayi(*words)
        assert (result.exit_code, result.stderr) == (0, ""), words
    assert "contract signed" in jiayi("contract", "history", "contract-of-li").stdout
