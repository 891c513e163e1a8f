"""Makes ids where a file has none: the same row gets the same id in every import of the same system.

A resident's id is a keyed digest of institution, paper and number: it tells nobody the number. Without a number it is
one of the whole row.
"""

from base64 import b32encode
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from infra.importing.cells import Cells
from infra.importing.file_kind import FileKind
from infra.settings import Settings

if TYPE_CHECKING:
    from infra.access.key_file import Keys

PURPOSE = "ids of imported rows"
SIGNS = 16
"""Signs of a made id: 80 bits, so that a million rows do not share one."""

PREFIXES = {"residents": "r", "contracts": "c"}


class MadeIds:
    """The ids of one system. Reads the key file when the first id is made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _keys(self) -> "Keys":
        from infra.access.key_file import open_keys  # noqa: PLC0415 -- loads cryptography: only where an id is made

        return open_keys(self._settings)

    @cached_property
    def _digest(self) -> Callable[[str], str]:
        import hmac  # noqa: PLC0415 -- as above

        key = self._keys.derived(PURPOSE)
        return lambda text: b32encode(hmac.digest(key, text.encode(), "sha256")).decode().lower()

    def __call__(self, kind: FileKind, cells: Cells) -> str:
        """Return the id of a row."""
        about = [str(cells.get(name, "")) for name in kind.made_from]
        if not all(cells.get(name) for name in kind.made_from if name != "paper"):
            about = [f"{name}={cells[name]}" for name in sorted(cells)]
        return PREFIXES.get(kind.name, "x") + self._digest("\0".join((kind.name, *about)))[:SIGNS]
