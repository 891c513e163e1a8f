"""Compiled code is cached beside a digest of its sources, so a change in any of these files is never missed.

numba reads `NUMBA_CACHE_DIR` when it is first imported and looks only at the file a function stands in; both are why
every module with compiled code takes `compiled` from here and never imports numba itself.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Ints(Protocol):
    """An array of integers as compiled code sees it: indexed by one number or by one for each dimension."""

    @property
    def shape(self) -> tuple[int, ...]: ...  # noqa: D102
    def __getitem__(self, at: int | tuple[int, ...]) -> int: ...
    def __setitem__(self, at: int | tuple[int, ...], value: int) -> None: ...


def sources_digest() -> str:
    """Digest of the sources that hold compiled code, 16 hex digits."""
    digest = hashlib.sha256()
    here = Path(__file__)
    for source in [here, *sorted(here.parent.glob("*_kernel.py"))]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _use_own_cache() -> None:
    # The one look at the environment outside the settings: numba itself is only told through it, before its import.
    if "NUMBA_CACHE_DIR" not in os.environ:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        os.environ["NUMBA_CACHE_DIR"] = str(home / "jiayi" / f"numba-{sources_digest()}")


_use_own_cache()

import numba  # noqa: E402 -- after the cache's place is set
import numpy as np  # noqa: E402


def compiled(function: F) -> F:
    """Compile on first call, kept in the cache; exact arithmetic, no fast-math, so every process gives the same."""
    # No reference counts: nothing is allocated inside, and counting every array in every call costs a factor of ten.
    options: dict[str, Any] = {"cache": True, "_nrt": False}
    return cast("F", numba.njit(**options)(function))


def ints(values: Any) -> Ints:
    """Values as a contiguous array of 64-bit integers."""
    return cast("Ints", np.ascontiguousarray(values, dtype=np.int64))


def zeros(*shape: int) -> Ints:
    """An array of zeros of that shape."""
    return cast("Ints", np.zeros(shape, dtype=np.int64))


@compiled
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
