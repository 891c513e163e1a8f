"""The text of duties that is signed (A1.12): one file per version, hashed so that each signature names its text.

The resident tells the truth about health and medicines and comes to the team first; the team serves what the package
says and keeps secrets. A text that somebody signed never changes: another wording is another version.
"""

from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "agreements"

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}
"""Every text by its version."""

HASHES = {version: sha256(text.encode()).hexdigest() for version, text in TEXTS.items()}
"""SHA-256 of each text as UTF-8, in hex."""
