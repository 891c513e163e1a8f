"""Several processes serve one port on PostgreSQL."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from infra.dev.local import Services

ROOT = Path(__file__).parents[2]


def test_two_processes_serve_one_port_and_end_in_good_order(
    services: Services, database_url: str, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP_SERVERS": services.bootstrap_servers,
        "JIAYI_KEY_FILE": str(tmp_path / "key"),
        "JIAYI_LANGUAGE": "en",
    }
    words = [sys.executable, "-m", "infra.cli.main", "serve", "--workers", "2", "--port", "0"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            address = re.findall(r"http://\S+", process.stdout.readline())[0]
            give_up = time.monotonic() + 60
            while "ready" not in _health(address):
                assert time.monotonic() < give_up, (tmp_path / "log").read_text()
                time.sleep(0.1)
            assert httpx.get(f"{address}/api/questions/Teams").status_code == 401
            started = set(re.findall(r"process (\d+)$", (tmp_path / "log").read_text(), re.MULTILINE))
            assert len(started) == 2
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0
        finally:
            process.kill()


def _health(address: str) -> str:
    try:
        return httpx.get(f"{address}/health/ready").text
    except httpx.TransportError:
        return ""
