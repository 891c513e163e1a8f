import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from infra.cli.main import cli
from infra.edges.commands import COMMANDS
from infra.store.sqlite import SqliteStore

NOW = "2026-03-02T07:00"


def another(number: str) -> dict[str, object]:
    """Return the example's personal details under a passport of this number: those of another person."""
    personal = COMMANDS["RegisterResident"].example["personal"]
    assert isinstance(personal, dict)
    return {**personal, "paper": "passport", "identity_number": number}


@dataclass
class Desk:
    """A person at a command line with one data folder."""

    data: Path

    def __call__(self, *words: str, now: str | None = NOW, stdin: str | bytes | None = None) -> Result:
        clock = [] if now is None else ["--now", now]
        return CliRunner().invoke(cli, [*words, "--data", str(self.data), *clock], input=stdin)

    def bare(self, *words: str) -> Result:
        return CliRunner().invoke(cli, list(words))

    def do(self, name: str, now: str = NOW, **data: object) -> None:
        arguments = {**COMMANDS[name].example, **data}
        result = self("do", name, json.dumps(arguments), now=now)
        assert result.exit_code == 0, result.stderr

    def events(self) -> int:
        with SqliteStore(self.data / "events.db") as store:
            return store.last_position()
