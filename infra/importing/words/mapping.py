"""How the columns and words of a file are read: a mapping that a person can save, edit and name (`--map FILE`).

It is TOML: `kind`; under `[columns]` the file's headers, each with a column's name, or nothing if it is left out;
under `[words.COLUMN]` words of cells with their codes; under `[set]` what every row has and the file does not say.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.edges.problems import UsageError
from infra.importing.kinds import KINDS
from infra.importing.words.vocabulary import column_of, header_key

LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file is read. `columns` is keyed by `header_key`; an empty name leaves a column out."""

    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping from a file; UsageError `mapping-unreadable` with what is wrong. OSError."""
    try:
        with path.open("rb") as file:
            content = tomllib.loads(file.read(LARGEST).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("mapping-unreadable", field="map", file=str(path), detail=str(error)) from None
    kind = content.pop("kind", None)
    columns, words, constants = content.pop("columns", {}), content.pop("words", {}), content.pop("set", {})
    tables = (columns, constants, *(words.values() if isinstance(words, dict) else ("",)))
    if content or not all(_is_table_of_texts(table) for table in tables) or (kind is not None and kind not in KINDS):
        detail = next(iter(content), "kind" if kind not in {None, *KINDS} else "columns, words, set")
        raise UsageError("mapping-unreadable", field="map", file=str(path), detail=detail)
    known = {column.name for each in KINDS.values() if kind in {None, each.name} for column in each.columns}
    for name in (*filter(None, columns.values()), *words, *constants):
        if name not in known:
            raise UsageError("mapping-unreadable", field="map", file=str(path), detail=name)
    return ColumnMapping(kind, {header_key(name): column for name, column in columns.items()}, words, constants)


def with_constants(mapping: ColumnMapping, settings: Sequence[str]) -> ColumnMapping:
    """Return a mapping with more constants, each as `column=value`; UsageError `set-unreadable`."""
    constants = dict(mapping.constants)
    known = {column.name for kind in KINDS.values() for column in kind.columns}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name.strip() not in known:
            raise UsageError("set-unreadable", field="set", detail=name.strip() if name.strip().isascii() else "?")
        constants[name.strip()] = value.strip()
    return ColumnMapping(mapping.kind, mapping.columns, mapping.words, constants)


def _is_table_of_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())


def suggestion(
    kind_name: str,
    headers: Mapping[str, str | None],
    unknown_words: Mapping[str, Sequence[str]],
    missing: Sequence[str],
    notes: Mapping[str, str],
) -> str:
    """Return a mapping as TOML, with comments about what a person must still decide.

    `headers` holds the column of each header, None where none is known; `notes` holds sentences by key.
    """
    lines = [f"# {notes['head']}", f'kind = "{kind_name}"', "", "[columns]"]
    for header, column in headers.items():
        comment = f"  # {notes['left-out']}" if not column else ""
        lines.append(f"{_quoted(header)} = {_quoted(column or '')}{comment}")
    for name, words in unknown_words.items():
        of_column = column_of(KINDS[kind_name], name)
        codes = of_column.codes if of_column else ()
        lines += ["", f"[words.{name}]  # {' '.join(codes)}"]
        lines += [f'{_quoted(word)} = ""' for word in words]
    lines += ["", "[set]"]
    lines += [f'# {name} = "{_example(kind_name, name)}"  # {notes["missing"]}' for name in missing]
    return "\n".join(lines)


def _example(kind_name: str, name: str) -> str:
    column = column_of(KINDS[kind_name], name)
    return column.example if column else ""


def _quoted(text: str) -> str:
    """Return a basic string of TOML: JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
