"""Reads docker-compose.yml and the image's build file for their tests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"
BUILD = ROOT / "infra" / "deploy" / "Dockerfile"

Scalar = str | int | float | bool
Variables = Mapping[str, str]

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<rest>[^}]*))?\}")


@dataclass
class Check:
    """A service's health check."""

    test: list[str]


@dataclass
class Limits:
    cpus: str
    memory: str
    pids: int


@dataclass
class Resources:
    limits: Limits


@dataclass
class Deploy:
    resources: Resources


@dataclass
class Build:
    context: str
    dockerfile: str


@dataclass
class Network:
    internal: bool = False


@dataclass
class Service:
    """The fields of a service that the tests check; the specification has more."""

    image: str
    deploy: Deploy
    build: Build | None = None
    user: str | None = None
    command: list[str] = field(default_factory=list)
    environment: dict[str, Scalar] = field(default_factory=dict)
    networks: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    cap_drop: list[str] = field(default_factory=list)
    security_opt: list[str] = field(default_factory=list)
    read_only: bool = False
    privileged: bool = False
    init: bool = False
    restart: str | None = None
    stop_grace_period: str = "10s"
    healthcheck: Check | None = None
    depends_on: dict[str, dict[str, str]] = field(default_factory=dict)

    def env(self, variables: Variables) -> dict[str, str]:
        """Return the environment of its processes."""
        return {name: filled(str(value), variables) for name, value in self.environment.items()}

    @property
    def grace_seconds(self) -> float:
        """The seconds for an orderly end."""
        assert self.stop_grace_period.endswith("s")
        return float(self.stop_grace_period.removesuffix("s"))


@dataclass
class System:
    """The whole file."""

    services: dict[str, Service]
    networks: dict[str, Network]
    volumes: dict[str, object]
    secrets: dict[str, dict[str, str]]

    def ours(self) -> dict[str, Service]:
        """Return the services that run our image."""
        return {name: each for name, each in self.services.items() if each.build is not None}

    def parts(self) -> dict[str, Service]:
        """Return the services that keep running."""
        return {name: each for name, each in self.ours().items() if each.command[:1] == ["run"]}


def described() -> System:
    """Read docker-compose.yml."""
    return msgspec.convert(YAML(typ="safe").load(COMPOSE), System)


def filled(text: str, variables: Variables) -> str:
    """Fill in `${NAME}`, `${NAME:-default}` and `${NAME:?message}`; LookupError if a required variable is missing."""

    def value(match: re.Match[str]) -> str:
        text = variables.get(match["name"], "")
        if not text and match["how"] == ":-":
            return match["rest"]
        if not text:
            raise LookupError(match["rest"] or match["name"])
        return text

    return VARIABLE.sub(value, text)


def steps() -> Iterator[tuple[str, str]]:
    """Yield the build file's instructions and their arguments, each on one line."""
    lines = [line for line in BUILD.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        instruction, _, rest = line.partition(" ")
        yield instruction, rest.strip()
