"""`jiayi serve`: the API, and in the embedded system the planner, reactions and timers beside it, in one process."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path

from domain.local_time import local_day
from infra.access.accounts import Access
from infra.cli.session import Session
from infra.clock import machine_time
from infra.edges.problems import OptionsError, UsageError
from infra.edges.results import Exit
from infra.http.app import app_of
from infra.http.served import Authenticate, ServedSystem
from infra.http.server.draining import DrainingServer, server_config
from infra.http.server.results import DemoAccounts, ServedAt
from infra.http.sign_in.cookies import authenticate_with
from infra.logs import log_to_standard_error
from infra.planning.prove_rosters import RosterProver
from infra.planning.solver_pool import keep_pool
from infra.processes.embedded import run as run_embedded
from infra.processes.supervisor import end_with_input, stop_on_signal, supervise
from infra.simulate.demo import make_demo
from infra.system import System

END_SECONDS = 30.0
"""The planner may finish a day for so long when the process stops."""

AGAIN_SECONDS = 1.0
"""The planner begins again after so long, e.g. where a day ended while it was solved."""

log = logging.getLogger(__name__)


def serve(
    session: Session,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    workers: int,
    *,
    demo: bool,
    shares_port: bool,
    ends_with_input: bool,
) -> Exit:
    """Serve until the process is told to stop; then end live lines, answer requests under way, and end.

    Refused `address-in-use`, `workers-need-postgresql` and `demo-for-this-machine`; `demo` makes the demo in an empty
    store before, Refused `store-not-empty`.
    """
    if demo and not is_loopback(host):
        raise UsageError("demo-for-this-machine", host=host)
    if (certificate is None) != (key is None):
        raise OptionsError("--certificate and --key go together")
    if workers > 1 and not session.settings.distributed:
        raise UsageError("workers-need-postgresql", workers=workers)
    stop = stop_on_signal()
    if ends_with_input:
        end_with_input()
    log_to_standard_error()
    with ExitStack() as open_now:
        listening = open_now.enter_context(bound(host, port, shares_port=shares_port or workers > 1))
        address = address_of(listening, host, encrypted=certificate is not None)
        if workers > 1:
            session.emit(ServedAt(address, workers))
            words = _words_of_worker(listening, host, certificate, key)
            return Exit(supervise([words] * workers, stop, lambda: False))
        if certificate is None and not is_loopback(host):
            session.notify(session.words.say("serve-without-https"))
        system = open_now.enter_context(session.open())
        access = open_now.enter_context(Access.open(system))
        if demo:
            with session.steps() as on_progress:
                made = make_demo(system, access, local_day(machine_time()), on_progress)
            session.emit(DemoAccounts(tuple(made)))
        elif not system.store.last_position():
            session.notify(session.words.say("serve-empty-store"))
        served = ServedSystem(system, authenticate_of(access), access)
        served.keeps_jobs = not shares_port
        open_now.enter_context(keep_pool())
        if not session.settings.distributed:
            open_now.enter_context(embedded_planner(system, stop))
        config = server_config(
            app_of(served),
            certificate=None if certificate is None else str(certificate),
            key=None if key is None else str(key),
        )
        server = DrainingServer(config, served.feed.close)
        listening.listen(config.backlog)
        if not shares_port:  # the process that started this one has said it
            session.emit(ServedAt(address, workers))
        server.run([listening])
        stop.set()
    return Exit()


def authenticate_of(access: Access) -> Authenticate:
    """Return how requests of a served system are signed in."""
    return authenticate_with(access)


@contextmanager
def embedded_planner(system: System, stop: threading.Event) -> Iterator[None]:
    """Let reactions, timers and the planner of the embedded system work while requests are answered."""

    def work() -> None:
        while not stop.is_set():
            try:
                run_embedded(system, stop=stop, proving=RosterProver(system, lambda *_: None))
            except Exception:
                log.exception("the planner failed, and begins again")
                stop.wait(AGAIN_SECONDS)

    thread = threading.Thread(target=work, name="planner")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        system.store.wake()
        thread.join(END_SECONDS)


@contextmanager
def bound(host: str, port: int, *, shares_port: bool) -> Iterator[socket.socket]:
    """Bind a socket that does not listen yet. UsageError `address-in-use`."""
    family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shares_port:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            made.bind(place)
        except OSError as error:
            raise UsageError("address-in-use", host=host, port=port, detail=error.strerror or "") from error
        yield made


def address_of(listening: socket.socket, host: str, *, encrypted: bool) -> str:
    """Return the address at which a socket answers."""
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if encrypted else 'http'}://{name}:{listening.getsockname()[1]}"


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a host's address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words_of_worker(
    listening: socket.socket, host: str, certificate: Path | None, key: Path | None
) -> tuple[str, ...]:
    words = ["serve", "--host", host, "--port", str(listening.getsockname()[1]), "--shares-port"]
    if certificate is not None and key is not None:
        words += ["--certificate", str(certificate), "--key", str(key)]
    return tuple(words)
