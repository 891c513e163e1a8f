"""The packs that are installed: every TOML file of the folder `packs`, read and checked once.

A file names `version`, `region`, `effective_from` and, if it differs from another pack in a few numbers only, that
pack as `based_on`; its other tables are there for the reader, and their numbers are the fields of `PolicyPack`. With
`keeps` the own numbers of a further file stay in force upon those of `based_on`: a city's rules under a newer national
pack. A list under `added_care` follows the base's list `care`, and likewise for every list; a package of a known code
there adds its items to that package.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

from domain.policy_pack.pack import PolicyPack, faults
from domain.policy_pack.reading import BadPack, value_from

FOLDER = Path(__file__).parent / "packs"
NATION = "CN"

ANCESTRY = frozenset({"based_on", "keeps"})
ADDED = "added_"

Numbers = dict[str, object]
Lists = dict[str, list[object]]


def load(folder: Path = FOLDER) -> tuple[PolicyPack, ...]:
    """Return the packs of a folder by version; BadPack says which file and field is wrong."""
    written = {}
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            try:
                numbers = flat(tomllib.load(file), path.name)
            except tomllib.TOMLDecodeError as error:
                raise BadPack(f"{path.name}: {error}") from error
        if numbers.get("version") != path.stem:
            raise BadPack(f"{path.name}: its version is {numbers.get('version')}; the file must be called so")
        written[path.stem] = numbers
    packs = tuple(checked(whole(written, version), version) for version in written)
    since = [(pack.region, pack.effective_from) for pack in packs]
    for pack in packs:
        if since.count((pack.region, pack.effective_from)) > 1:
            raise BadPack(f"{pack.version}.toml: another pack of {pack.region} begins on {pack.effective_from}")
    return packs


def chapters(folder: Path = FOLDER) -> dict[str, str]:
    """Return the heading of each number in the files, the nation's first."""
    headings: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for chapter, part in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for name in part if isinstance(part, dict) else ():
                headings.setdefault(name.removeprefix(ADDED), chapter)
    return headings


def written_in(folder: Path = FOLDER) -> dict[str, Numbers]:
    """Return the numbers that stand in each file itself, by version; `based_on` and `keeps` among them."""
    files = sorted(folder.glob("*.toml"))
    return {path.stem: flat(tomllib.loads(path.read_text(encoding="utf-8")), path.name) for path in files}


def flat(tables: Mapping[str, object], where: str) -> Numbers:
    """Return the numbers of a file; its tables are chapters for the reader. BadPack if one stands there twice."""
    numbers: Numbers = {}
    for name, entry in tables.items():
        part = entry if isinstance(entry, dict) else {name: entry}
        if twice := sorted(numbers.keys() & part.keys()):
            raise BadPack(f"{where}: {', '.join(twice)} stands there twice")
        numbers |= part
    return numbers


def whole(written: Mapping[str, Numbers], version: str, later: tuple[str, ...] = ()) -> Numbers:
    """Return all numbers of a version: those of the pack on which it is based, and its own in their place."""
    own = {name: entry for name, entry in written[version].items() if name not in ANCESTRY}
    base = written[version].get("based_on")
    if base is None:
        return own
    if base not in written or base in {version, *later}:
        raise BadPack(f"{version}.toml: it cannot be based on {base}")
    numbers = whole(written, str(base), (*later, version))
    kept = written[version].get("keeps")
    if kept is not None:
        if kept not in written or kept == version:
            raise BadPack(f"{version}.toml: it cannot keep the numbers of {kept}")
        numbers = put(numbers, {name: each for name, each in written[str(kept)].items() if name not in ANCESTRY})
    return put(numbers, own)


def put(numbers: Numbers, own: Numbers) -> Numbers:
    """Return numbers with a file's own ones in their place, lists under `added_...` behind what was there."""
    added = {name: entry for name, entry in own.items() if name.startswith(ADDED)}
    numbers = {**numbers, **{name: entry for name, entry in own.items() if name not in added}}
    for name, entry in added.items():
        before = numbers.get(name.removeprefix(ADDED), [])
        if not (isinstance(before, list) and isinstance(entry, list)):
            raise BadPack(f"{own.get('version')}.toml: {name} is no list")
        numbers[name.removeprefix(ADDED)] = extended(before, entry)
    return numbers


def extended(before: list[object], added: list[object]) -> list[object]:
    """Return a list with what is added: a table of a known code adds the lists that it has to that table's own."""
    tables = list(before)
    for each in added:
        code = code_of(each)
        place = next((number for number, old in enumerate(tables) if code and code_of(old) == code), None)
        if place is None:
            tables.append(each)
            continue
        old, more = cast(Lists, tables[place]), cast(Lists, each)
        tables[place] = {**old, **{name: [*old.get(name, []), *more[name]] for name in more if name != "code"}}
    return tables


def code_of(entry: object) -> object:
    """Return the code of a table, None for anything without one."""
    return entry.get("code") if isinstance(entry, dict) else None


def checked(numbers: Numbers, version: str) -> PolicyPack:
    """Return the pack of these numbers; BadPack if one is missing, unknown, or does not fit the others."""
    pack = value_from(PolicyPack, numbers, f"{version}.toml")
    if wrong := list(faults(pack)):
        raise BadPack(f"{version}.toml: {'; '.join(wrong)}")
    return pack


PACKS = load()


def pack_of(version: str) -> PolicyPack:
    """Return the pack of a version; KeyError if there is none."""
    return {pack.version: pack for pack in PACKS}[version]


def in_force(region: str, day: date) -> PolicyPack:
    """Return the newest pack of the region that is in force on `day`; where it has none, the national one.

    Before the first national pack the oldest one is used, so that old papers can be taken in. A version in the place
    of the region is that pack on every day: a simulation asks what it would have done.
    """
    for pack in PACKS:
        if pack.version == region:
            return pack
    for wanted in (region, NATION):
        packs = [pack for pack in PACKS if pack.region == wanted and pack.effective_from <= day]
        if packs:
            return max(packs, key=lambda pack: pack.effective_from)
    return min((pack for pack in PACKS if pack.region == NATION), key=lambda pack: pack.effective_from)
