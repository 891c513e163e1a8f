"""How a word of a search is compared with names and addresses. Nothing of it is stored."""

import re
import unicodedata

UNSEEN = re.compile(r"[\s·•・.'’-]+")
"""What people leave out or write otherwise: blanks, the dot of a foreign name, hyphens."""


def plain(text: str) -> str:
    """Return a text as it is compared: full-width letters as ASCII, small letters, without blanks and dots."""
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("ü", "v")


def words_of(text: str) -> list[str]:
    """Return the words of a search as they are compared; each must fit."""
    return [word for word in map(plain, unicodedata.normalize("NFKC", text).split()) if word]
