"""Compiles kernels and caches them under a digest of their sources, so that no change of a source is missed.

numba reads `NUMBA_CACHE_DIR` when it is first imported, and its cache looks only at the file of a function, not at what
it calls. So every module with compiled code takes `compiled` from here and never imports numba itself. The digest also
covers the compiler's versions; the kind of processor is part of numba's own index.

Sources of the random numbers: xorshift, Marsaglia (2003, doi 10.18637/jss.v008.i14), seeded by splitmix64, Steele, Lea
and Flood (2014, doi 10.1145/2660193.2660195).
"""

import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
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
"""A cache unused for longer is deleted when another one is warmed."""


def sources_digest() -> str:
    """Return the digest of all kernels, the tiers they count and the compilers' versions, as 16 hex digits."""
    digest = hashlib.sha256(" ".join(version(name) for name in COMPILERS).encode())
    here = Path(__file__)
    room = here.parents[1]
    for source in [here, room / "tiers.py", *sorted(room.rglob("*_kernel.py"))]:
        digest.update(source.relative_to(room).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of this digest's cache: below `NUMBA_CACHE_DIR` if it is set, else in the user's cache."""
    configured, name = os.environ.get("NUMBA_CACHE_DIR"), f"numba-{sources_digest()}"
    if configured and Path(configured).name == name:  # a parent process has set it
        return Path(configured)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(configured) if configured else home / "jiayi") / name


def _use_own_cache() -> None:
    # The only use of the environment outside the settings: numba is configured through it, before its import.
    folder = cache_folder()
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    with suppress(OSError):  # not there yet, or not ours to touch
        os.utime(folder)


def prune() -> list[Path]:
    """Delete caches of other digests that are unused for `UNUSED_SECONDS`, and return them."""
    ours, before = cache_folder(), time.time() - UNUSED_SECONDS
    gone = []
    for each in sorted(ours.parent.glob("numba-*")):
        named = re.fullmatch(r"numba-[0-9a-f]{16}", each.name)
        if named and each != ours and not each.is_symlink() and each.is_dir() and each.stat().st_mtime < before:
            shutil.rmtree(each, ignore_errors=True)
            gone.append(each)
    return gone


LINEAR_ALGEBRA = "scipy.linalg"


@contextmanager
def _without_linear_algebra() -> Iterator[None]:
    """Let nothing import scipy's linear algebra meanwhile: numba looks for it when it loads, which takes 0.2 s.

    No kernel uses it. Where it is loaded already, nothing changes.
    """
    loaded = LINEAR_ALGEBRA in sys.modules
    if not loaded:
        sys.modules[LINEAR_ALGEBRA] = cast("Any", None)
    try:
        yield
    finally:
        if not loaded:
            del sys.modules[LINEAR_ALGEBRA]


_use_own_cache()

import numba  # noqa: E402 -- after the cache's place is set

with _without_linear_algebra():
    import_module("numba.np.arraymath")
import numpy as np  # noqa: E402
from numba.extending import register_jitable  # noqa: E402

OPTIONS: dict[str, Any] = {"_nrt": False, "no_cfunc_wrapper": True}
"""No reference counts: kernels allocate nothing, and counting every array in every call costs a factor of ten. No entry
for callers in C: there are none, and it takes as long to compile as a small function."""


def compiled(function: F) -> F:
    """Compile a function on its first call and cache it; no fast-math, so that every process gives the same result."""
    return cast("F", numba.njit(cache=True, **OPTIONS)(function))


def inner(function: F) -> F:
    """Inline a function into its compiled callers; called from Python, it runs as Python.

    This saves more than half of the compile time: there is no entry from Python, which unpacks every table, and the
    function is compiled once, not once for each constant argument. Inlining avoids calls that pass every dimension of
    every table on the stack, which took half of the time.
    """
    return register_jitable(**OPTIONS, forceinline=True)(function)


def ints(values: Any) -> Ints:
    """Return values as a contiguous array of 64-bit integers."""
    return cast("Ints", np.ascontiguousarray(values, dtype=np.int64))


def zeros(*shape: int) -> Ints:
    """Return a 64-bit integer array of zeros."""
    return cast("Ints", np.zeros(shape, dtype=np.int64))


@inner
def draw(random: Ints, below: int) -> int:
    """Draw the next integer in [0, below) from a xorshift generator with state `random[0]` (never zero)."""
    x = random[0]
    x ^= x << 13
    x ^= (x >> 7) & 0x1FFFFFFFFFFFFFF
    x ^= x << 17
    random[0] = x
    return ((x >> 24) & 0xFFFFFFFF) * below >> 32


@compiled
def draw_unit(random: Ints) -> float:
    """Draw the next number in (0, 1)."""
    return (draw(random, 1 << 30) + 0.5) / (1 << 30)


def seeded(seed: int, restart: int) -> int:
    """Return a well mixed, non-zero generator state for a restart (splitmix64) as a signed 64-bit integer."""
    mask = (1 << 64) - 1
    z = (seed * 0x9E3779B97F4A7C15 + (restart + 1) * 0xD1B54A32D192ED03) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    z = (z ^ (z >> 31)) or 1
    return z - (1 << 64) if z >> 63 else z
