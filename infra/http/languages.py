"""The language of an answer, by Accept-Language (RFC 9110, 12.5.4)."""

from starlette.requests import HTTPConnection

from infra.settings import Language


def language_of_request(request: HTTPConnection, default: Language) -> Language:
    """Return the language that is wanted most, of those that there are; the default if none of them is named."""
    best: tuple[float, Language] | None = None
    for each in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = each.partition(";")
        known = _known(tag.strip().lower(), default)
        quality = _quality(parameters)
        if known is not None and quality > 0 and (best is None or quality > best[0]):
            best = quality, known
    return default if best is None else best[1]


def _known(tag: str, default: Language) -> Language | None:
    if tag == "*":
        return default
    primary = tag.partition("-")[0]
    return "zh" if primary == "zh" else "en" if primary == "en" else None


def _quality(parameters: str) -> float:
    name, _, number = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
