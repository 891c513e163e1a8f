"""A history of 2023 has the rows that it had: later packs change nothing that was decided.

The history was stored by a release that knew no pack after SZ-2018 and CN-2022.
`python -m tests.projections.test_replay_of_2023` writes the digests of the rows, where a table has another shape.
"""

import json
import lzma
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.codec import decode, encode
from infra.rows.model import catch_up
from infra.rows.sqlite import SqliteRows
from tests.projections.histories import ListLog

DATA = Path(__file__).parents[1] / "data"
HISTORY, DIGESTS = DATA / "history_2023.jsonl.xz", DATA / "history_2023_rows.json"


def history() -> list[tuple[str, object]]:
    """Return streams and events: a team, its residents and three days of March 2023, as they were stored."""
    with lzma.open(HISTORY, "rt", encoding="utf-8") as lines:
        stored = [json.loads(line) for line in lines]
    return [(stream, decode(name, json.dumps(event).encode())) for stream, name, event in stored]


def digests_of_rows(folder: Path) -> dict[str, str]:
    """Return a digest of the rows of each table that has some."""
    with SqliteRows(folder / "rows.db") as rows:
        catch_up(ListLog(history()), rows)
        assert rows.letters() == []
        tables = {name: rows.ask(f"SELECT * FROM {name} ORDER BY {table.key}") for name, table in rows.tables.items()}
    return {name: sha256(json.dumps(held).encode()).hexdigest()[:16] for name, held in sorted(tables.items()) if held}


def test_the_rows_of_a_history_of_2023_are_those_of_the_release_that_stored_it(tmp_path: Path) -> None:
    assert digests_of_rows(tmp_path) == json.loads(DIGESTS.read_text(encoding="utf-8"))


def test_its_events_are_read_as_they_were_stored() -> None:
    with lzma.open(HISTORY, "rt", encoding="utf-8") as lines:
        stored = [json.loads(line) for line in lines]
    for (_, event), (_, name, kept) in zip(history(), stored, strict=True):
        now_named, now = encode(event)
        assert now_named == name
        assert {field: value for field, value in json.loads(now).items() if field in kept} == kept


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        DIGESTS.write_text(json.dumps(digests_of_rows(Path(folder)), indent=2) + "\n", encoding="utf-8")
