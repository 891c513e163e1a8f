"""Reads the settings from the environment, here alone. An option of the command line overrides a setting."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from domain.decider import Refused
from domain.event import value

Language = Literal["en", "zh"]

MOST_NORTH = 80.0
"""Degrees of latitude; nearer to a pole a plane of metres is too distorted."""

DATABASE_URL, BOOTSTRAP_SERVERS = "DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"
PUBLIC_URL = "http://localhost:8600"

CALENDAR_DAYS = 60
"""A visit stays in its member's calendar this long after its day, cancelled or not: every phone must learn of it."""

CALENDAR_FETCHES_AN_HOUR = 60
"""An address of a calendar is answered so often; phones ask every 15 minutes at most."""

TOPIC, PARTITIONS = "jiayi.events.v1", 8

TRAVEL = {"grid": False, "line": False, "matrix": True, "streets": None, "osrm": True, "valhalla": True, "ors": True}
"""Sources of travel times, and whether an address must follow a colon; None: it may."""

OWN_VISIT_DAYS = 30
"""A member sees a resident for so many days after the last visit that they made there [GK]."""

SERVERS = {"osrm", "valhalla", "ors"}
"""The sources that are asked over HTTP."""


@value
class Settings:
    """The settings of a running Jiayi.

    `data` is the folder of the embedded system. `region` names the policy packs; `policy` names one version that
    replaces them on every day. `now` stops the clock (None: the machine's clock). With `database_url` and
    `bootstrap_servers` the system is distributed; its events travel over `topic` with `partitions` partitions.
    `travel` names the source of travel times, as `grid` or `streets:FILE`; `origin` is the longitude and latitude
    (WGS 84) of the place 0, 0 of the town's plane, and `travel_key` the key for a routing server. `public_url` is the
    address under which others reach this Jiayi: it stands in feeds and names our code systems. `webhook_hosts` are
    hosts inside the own network to which webhooks may go, and without https.
    `key_file` holds the key that seals secrets (None: in the user's configuration folder). Bearer tokens come from
    `issuer` for `audience`; with `accepted_acr` their `acr` is one of these, else their `amr` has `mfa`. A session ends
    after `session_idle_minutes` without a request, and after `session_hours`. `token_file` holds the session of a
    service account, and `purpose` says why personal values are read. A file of more than `import_mb` million bytes is
    not imported. One account may send `requests_a_minute` to each process.
    """

    data: Path = Path(".jiayi")
    region: str = "SZ"
    policy: str | None = None
    language: Language = "en"
    now: datetime | None = None
    database_url: str | None = None
    bootstrap_servers: str | None = None
    topic: str = TOPIC
    partitions: int = PARTITIONS
    travel: str = "grid"
    origin: tuple[float, float] | None = None
    travel_key: str | None = None
    public_url: str = PUBLIC_URL
    webhook_hosts: tuple[str, ...] = ()
    key_file: Path | None = None
    token_file: Path | None = None
    purpose: str | None = None
    issuer: str | None = None
    audience: str | None = None
    accepted_acr: tuple[str, ...] = ()
    session_idle_minutes: int = 30
    session_hours: int = 12
    import_mb: int = 500
    requests_a_minute: int = 600

    @property
    def packs(self) -> str:
        """The argument of `in_force`: the version for every day, or else the region."""
        return self.policy or self.region

    @property
    def distributed(self) -> bool:
        """Whether the system is distributed. Refused `settings-half-distributed` if only one address is set."""
        addresses = {DATABASE_URL: self.database_url, BOOTSTRAP_SERVERS: self.bootstrap_servers}
        missing = [name for name, address in addresses.items() if not address]
        if len(missing) == 1:
            (present,) = addresses.keys() - set(missing)
            raise Refused("settings-half-distributed", given=present, missing=missing[0])
        return not missing

    def addresses(self) -> tuple[str, str]:
        """Return the database URL and Kafka's servers. Refused `settings-not-distributed` if they are not set."""
        if self.database_url is None or self.bootstrap_servers is None:
            raise Refused("settings-not-distributed")
        return self.database_url, self.bootstrap_servers


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """Read JIAYI_LANGUAGE, else LANG: zh* is Chinese, all others English."""
    name = environment.get("JIAYI_LANGUAGE") or environment.get("LANG", "")
    return "zh" if name.lower().startswith("zh") else "en"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the language, the addresses and the settings JIAYI_... of the class.

    Refused `setting-not-a-number`, `travel-unknown`, `origin-unreadable`, `url-unreadable`.
    """
    return Settings(
        data=Path(environment.get("JIAYI_DATA", ".jiayi")),
        region=environment.get("JIAYI_REGION", "SZ"),
        language=language_of(environment),
        database_url=environment.get(DATABASE_URL) or None,
        bootstrap_servers=environment.get(BOOTSTRAP_SERVERS) or None,
        topic=environment.get("JIAYI_TOPIC") or TOPIC,
        partitions=_number("JIAYI_PARTITIONS", environment.get("JIAYI_PARTITIONS") or str(PARTITIONS)),
        travel=_travel(environment.get("JIAYI_TRAVEL") or "grid"),
        origin=_origin(environment.get("JIAYI_ORIGIN")),
        travel_key=environment.get("JIAYI_TRAVEL_KEY") or None,
        webhook_hosts=tuple(filter(None, map(str.strip, environment.get("JIAYI_WEBHOOK_HOSTS", "").split(",")))),
        public_url=_url(environment.get("JIAYI_PUBLIC_URL") or PUBLIC_URL),
        key_file=Path(environment["JIAYI_KEY_FILE"]) if environment.get("JIAYI_KEY_FILE") else None,
        token_file=Path(environment["JIAYI_TOKEN_FILE"]) if environment.get("JIAYI_TOKEN_FILE") else None,
        purpose=environment.get("JIAYI_PURPOSE") or None,
        issuer=environment.get("JIAYI_ISSUER") or None,
        audience=environment.get("JIAYI_AUDIENCE") or None,
        accepted_acr=tuple(environment.get("JIAYI_ACR", "").split()),
        session_idle_minutes=_number(
            "JIAYI_SESSION_IDLE_MINUTES", environment.get("JIAYI_SESSION_IDLE_MINUTES") or "30"
        ),
        session_hours=_number("JIAYI_SESSION_HOURS", environment.get("JIAYI_SESSION_HOURS") or "12"),
        import_mb=_number("JIAYI_IMPORT_MB", environment.get("JIAYI_IMPORT_MB") or "500"),
        requests_a_minute=_number("JIAYI_REQUESTS_A_MINUTE", environment.get("JIAYI_REQUESTS_A_MINUTE") or "600"),
    )


def _number(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise Refused("setting-not-a-number", setting=name, value=text)
    return int(text)


def _url(text: str) -> str:
    """Return an address without the slash at its end. Refused `url-unreadable`."""
    if not text.startswith(("http://", "https://")) or any(sign.isspace() or sign in '?#"<>' for sign in text):
        raise Refused("url-unreadable", value=text)
    return text.rstrip("/")


def _travel(text: str) -> str:
    kind, colon, address = text.partition(":")
    addressed = TRAVEL.get(kind, False)
    if kind not in TRAVEL or bool(colon) != bool(address) or addressed not in {None, bool(address)}:
        raise Refused("travel-unknown", value=text)
    if kind in SERVERS and not address.startswith(("http://", "https://")):
        raise Refused("travel-unknown", value=text)
    return text


def _origin(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Refused("origin-unreadable", value=text) from None
    if not (-180 <= east <= 180 and -MOST_NORTH <= north <= MOST_NORTH):
        raise Refused("origin-unreadable", value=text)
    return east, north


def configuration_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of what belongs to the user: in XDG_CONFIG_HOME, else in ~/.config."""
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "jiayi"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that keeps downloads: in XDG_CACHE_HOME, else in ~/.cache."""
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiayi"
