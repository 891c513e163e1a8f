"""A routing server on the loopback address with the protocols of OSRM, Valhalla and openrouteservice, or failing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from schedulers.travel.plane import Plane
from schedulers.travel.times import Place

ORIGIN = (114.05, 22.54)
PLANE = Plane(*ORIGIN)

Degrees = tuple[float, float]


def seconds(a: Degrees, b: Degrees) -> float:
    """Return the server's time: a second for every metre along a grid, ten more to the east."""
    (east, north), (to_east, to_north) = (PLANE.place(*each) for each in (a, b))
    return round(abs(to_east - east) + abs(to_north - north) + (10 if to_east > east else 0), 1)


def expected_table(starts: list[Place], ends: list[Place]) -> list[list[float]]:
    """Return the server's table of places of the plane."""
    return [[seconds(PLANE.degrees(a), PLANE.degrees(b)) for b in ends] for a in starts]


@dataclass
class Router:
    """The requests to a server, and its behaviour: `manners` are taken one after the other, the last one stays."""

    url: str
    manners: list[str]
    paths: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)


def answer(path: str, body: bytes) -> dict[str, Any]:
    """Return the answer to a request, in the shape of the server whose path it names."""
    url = urlsplit(path)
    if "/table/v1/" in url.path:
        places: list[Any] = [tuple(map(float, pair.split(","))) for pair in url.path.rsplit("/", 1)[1].split(";")]
        parameters = parse_qs(url.query)
        rows, columns = (
            [int(number) for number in parameters[name][0].split(";")] for name in ("sources", "destinations")
        )
        return {"code": "Ok", "durations": [[seconds(places[a], places[b]) for b in columns] for a in rows]}
    request = json.loads(body)
    if url.path.endswith("/sources_to_targets"):
        starts, ends = ([(each["lon"], each["lat"]) for each in request[name]] for name in ("sources", "targets"))
        return {
            "sources_to_targets": [
                [{"time": seconds(a, b), "distance": 1.0, "from_index": 0, "to_index": 0} for b in ends] for a in starts
            ]
        }
    places = [tuple(each) for each in request["locations"]]
    return {"durations": [[seconds(places[a], places[b]) for b in request["destinations"]] for a in request["sources"]]}


@contextmanager
def router(*manners: str) -> Iterator[Router]:
    """Run a server that does well, or is away, silent, slow, busy, and so on, as `spoiled_answer` says."""
    state = Router(url="", manners=list(manners) or ["well"])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_GET(self) -> None:
            self._reply(b"")

        def _reply(self, body: bytes) -> None:
            state.paths.append(self.path)
            state.keys.append(self.headers.get("Authorization"))
            manner = state.manners.pop(0) if len(state.manners) > 1 else state.manners[0]
            if manner == "away":
                self.connection.close()
                return
            if manner == "silent":
                state.ends.wait(20)
                return
            status, reply = {"failed": 500, "busy": 503, "refuses": 403, "moved": 302}.get(manner, 200), b""
            if status == 200:
                reply = spoiled_answer(manner, answer(self.path, body))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Location", state.url)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            if manner == "slow":
                for each in reply:
                    self.wfile.write(bytes([each]))
                    if state.ends.wait(0.05):
                        return
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            state.ends.set()
            server.shutdown()
            thread.join()


def spoiled_answer(manner: str, payload: dict[str, Any]) -> bytes:
    """Return an answer's bytes, spoiled in some manner."""
    table = payload.get("durations") or [[cell["time"] for cell in row] for row in payload["sources_to_targets"]]
    spoiled: dict[str, object] = {
        "nonsense": None,
        "list": table,
        "empty": {},
        "short": {"durations": table[:-1]},
        "narrow": {"durations": [row[:-1] for row in table]},
        "negative": {"durations": [[-1.0 for _ in row] for row in table]},
        "words": {"durations": [["far" for _ in row] for row in table]},
        "unknown": {"durations": [[None for _ in row] for row in table]},
    }
    if manner == "nonsense":
        return b"<html>It works!</html>"
    return json.dumps(spoiled.get(manner, payload)).encode()
