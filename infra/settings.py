"""The only reader of the environment. A setting on the command line wins over one in the environment."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from domain.event import value

Language = Literal["en", "zh"]


@value
class Settings:
    """What a running Jiayi is told from outside.

    `data` is the folder of the embedded system; `region` names the policy packs; `now` stands the clock still (None:
    the machine's clock).
    """

    data: Path = Path(".jiayi")
    region: str = "SZ"
    language: Language = "en"
    now: datetime | None = None


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read JIAYI_DATA, JIAYI_REGION and JIAYI_LANGUAGE (else LANG: zh* is Chinese, all others English)."""
    told = environment.get("JIAYI_LANGUAGE") or environment.get("LANG", "")
    return Settings(
        data=Path(environment.get("JIAYI_DATA", ".jiayi")),
        region=environment.get("JIAYI_REGION", "SZ"),
        language="zh" if told.lower().startswith("zh") else "en",
    )


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where downloads are kept between uses: XDG_CACHE_HOME, else ~/.cache."""
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiayi"
