"""Pages of lists: the addresses of the next ones."""

from urllib.parse import parse_qsl, urlsplit

from infra.http.fhir.search import _link
from infra.http.paging import link_to_next

ODD = 'a&b=c"> \r\nX-Evil: 1/../李'


def test_what_stands_in_an_address_is_encoded() -> None:
    header = link_to_next("/api/questions/VisitsMade", [("team_id", ODD)], "c1")
    address = header.removeprefix("<").partition(">")[0]
    link = _link("next", "/fhir/Patient", [("_id", ODD)])["url"]
    for each, name, more in ((address, "team_id", [("cursor", "c1")]), (link, "_id", [])):
        assert each.isascii()
        assert each.isprintable()
        assert parse_qsl(urlsplit(each).query) == [(name, ODD), *more]
