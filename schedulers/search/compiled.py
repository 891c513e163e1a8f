"""Compiled code is cached beside a digest of its sources, so a change in any of these files is never missed.

numba reads `NUMBA_CACHE_DIR` when it is first imported and looks only at the file a function stands in; both are why
every module with compiled code takes `compiled` from here and never imports numba itself. The digest covers the
compiler's versions too; the processor's kind stands in numba's own index.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Ints(Protocol):
    """An array of integers as compiled code sees it: indexed by one number or by one for each dimension."""

    @property
    def shape(self) -> tuple[int, ...]: ...  # noqa: D102
    def __getitem__(self, at: int | tuple[int, ...]) -> int: ...
    def __setitem__(self, at: int | tuple[int, ...], value: int) -> None: ...


COMPILERS = ("numba", "llvmlite")

UNUSED_SECONDS = 30 * 86_400.0
"""A cache that nobody used for so long is thrown away when another is warmed."""


def sources_digest() -> str:
    """Digest of the sources that hold compiled code and of what compiles them, 16 hex digits."""
    digest = hashlib.sha256(" ".join(version(name) for name in COMPILERS).encode())
    here = Path(__file__)
    room = here.parents[1]
    for source in [here, room / "tiers.py", *sorted(room.rglob("*_kernel.py"))]:
        digest.update(source.relative_to(room).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where this digest's compiled code is kept: below `NUMBA_CACHE_DIR` if somebody set it, else the user's cache."""
    told, name = os.environ.get("NUMBA_CACHE_DIR"), f"numba-{sources_digest()}"
    if told and Path(told).name == name:  # a parent process has set it
        return Path(told)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(told) if told else home / "jiayi") / name


def _use_own_cache() -> None:
    # The one look at the environment outside the settings: numba itself is only told through it, before its import.
    folder = cache_folder()
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    with suppress(OSError):  # not there yet, or not ours to touch
        os.utime(folder)


def prune() -> list[Path]:
    """Throw away the caches of other digests that nobody used for long, and return them."""
    ours, before = cache_folder(), time.time() - UNUSED_SECONDS
    gone = []
    for each in sorted(ours.parent.glob("numba-*")):
        named = re.fullmatch(r"numba-[0-9a-f]{16}", each.name)
        if named and each != ours and not each.is_symlink() and each.is_dir() and each.stat().st_mtime < before:
            shutil.rmtree(each, ignore_errors=True)
            gone.append(each)
    return gone


_use_own_cache()

import numba  # noqa: E402 -- after the cache's place is set
import numpy as np  # noqa: E402
from numba.extending import register_jitable  # noqa: E402

OPTIONS: dict[str, Any] = {"_nrt": False, "no_cfunc_wrapper": True}
"""No reference counts: nothing is allocated inside, and counting every array in every call costs a factor of ten. And
no entry for callers in C: there are none, and it takes as long to compile as a small function."""


def compiled(function: F) -> F:
    """Compile on first call, kept in the cache; exact arithmetic, no fast-math, so every process gives the same."""
    return cast("F", numba.njit(cache=True, **OPTIONS)(function))


def inner(function: F) -> F:
    """Compile for compiled callers alone, as a part of them; called from Python, it runs there.

    That saves more than half of all compile time: no entry from Python is made, which unpacks every table, and a
    function is compiled once, not once more for each constant that it is called with. It becomes a part of its callers
    wherever it is called: a call would pass every dimension of every table on the stack, which took half of the time.
    """
    return register_jitable(**OPTIONS, forceinline=True)(function)


def ints(values: Any) -> Ints:
    """Values as a contiguous array of 64-bit integers."""
    return cast("Ints", np.ascontiguousarray(values, dtype=np.int64))


def zeros(*shape: int) -> Ints:
    """An array of zeros of that shape."""
    return cast("Ints", np.zeros(shape, dtype=np.int64))


@inner
def draw(random: Ints, below: int) -> int:
    """Next whole number in [0, below) of a xorshift generator whose state is `random[0]` (never zero)."""
    x = random[0]
    x ^= x << 13
    x ^= (x >> 7) & 0x1FFFFFFFFFFFFFF
    x ^= x << 17
    random[0] = x
    return ((x >> 24) & 0xFFFFFFFF) * below >> 32


@compiled
def draw_unit(random: Ints) -> float:
    """Next number in (0, 1)."""
    return (draw(random, 1 << 30) + 0.5) / (1 << 30)


def seeded(seed: int, restart: int) -> int:
    """A well mixed non-zero start of the generator for this restart (splitmix64), as a signed 64-bit integer."""
    mask = (1 << 64) - 1
    z = (seed * 0x9E3779B97F4A7C15 + (restart + 1) * 0xD1B54A32D192ED03) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    z = (z ^ (z >> 31)) or 1
    return z - (1 << 64) if z >> 63 else z
