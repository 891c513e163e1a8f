"""Details of problems in other languages: what was expected in place of what stands in a field.

Details are raised as English sentences, our own and those of msgspec and orjson; the table finds the words for them.
A detail that it does not know stays as it is.
"""

import re

from infra.words.catalogue import Language, label

DETAILS: dict[str, str] = {
    "a-position": "a position of the log is expected",
    "a-version": "a version from 1 on is expected",
    "a-version-in-marks": "a version in quotation marks is expected",
    "a-number": "a number is expected",
    "no-whole-number": "no whole number",
    "a-number-up-to": r"a number from 1 to (\S+) is expected",
    "moves-up-to": r"1 to (\S+) moves are expected",
    "visible-signs": "1 to 200 visible ASCII signs are expected",
    "an-object": "an object is expected",
    "a-reference": r"(\S+)/id is expected",
    "a-compared-day": r"a day such as (\S+) is expected",
    "one-of": "one of (.+) is expected",
    "none-of": "none of (.+)",
    "neither-yes-nor-no": "neither yes nor no",
    "another-language": "(.+) is neither en nor zh",
    "another-format": "(.+) is not json, csv or xlsx",
    "not-like": "(?:(.+) is )?not like (.+)",
    "stands-twice": "it stands there twice",
    "ends-after-the-day": "(.+) ends after the day",
    "fields-of-a-line": "a line has (.+)",
    "name-and-data": "a line needs a name and an object of data",
    "an-id-no-name": "an id is expected, as nurse-li, and no name",
    "signs-of-an-id": "an id has at least one sign, no blank and no colon",
    "blank-in-an-id": "a blank, a colon or a character that cannot be printed",
    "unprintable": "characters that cannot be printed",
    "no-text": "a character that is no text",
    "an-offset": "a moment needs its offset from UTC",
    "years-between": r"the year is not between (\d+) and (\d+)",
    "no-such-field": r"(\S+) has no such field",
    "missing-field": "Object missing required field `(.+)`",
    "expected-and-got": "Expected `(.+)`, got `(.+)`",
    "expected": "Expected `(.+)`",
    "expected-length": r"Expected `(.+)` of length (.+)",
    "no-value-of-a-list": "Invalid enum value.*",
    "no-such-day": "Invalid (?:RFC3339 encoded )?(?:date|datetime|RFC3339 encoded datetime)",
    "broken-at": r".+: line (\d+) column (\d+) \(char \d+\)",
    "value-of-another-row": "another value in the row before",
    "a-whole-licence": "a licence is of a kind, of a city, and since a day",
    "a-whole-document": "a document was shown on a day",
    "hexadecimal-digits": r"(\d+) hexadecimal digits",
    "step-out-of-order": "a step stands behind those before it",
    "begins-with-signature": "a history begins with its signature",
    "step-needs-it": "this step needs it",
}
"""English details as regular expressions, by the code of their words."""

_PATTERNS = [(code, re.compile(pattern, re.DOTALL)) for code, pattern in DETAILS.items()]


def detail_in(language: Language, detail: str) -> str:
    """Return a detail in the words of a language, as it is if it has no words there."""
    if language == "en":
        return detail
    for code, pattern in _PATTERNS:
        if match := pattern.fullmatch(detail):
            return label("detail", code, language).format(*(each or "" for each in match.groups()))
    return detail
