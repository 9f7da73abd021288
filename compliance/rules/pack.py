"""Where rules come from: the packs that ship, and those that installed distributions bring.

A distribution names its packs as entry points of the group `compliance.rules`; each one points to a Python package whose
folder holds rule files. None of its code is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from compliance.errors import InputError, Place
from compliance.resources import data_dir

GROUP = "compliance.rules"


def pack_folders(more: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The shipped packs, those of installed distributions by name, then `more`; each folder once.

    InputError `PCK-MISSING` where an entry point leads to no folder.
    """
    installed = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return _each_once([data_dir("rules"), *(_folder(point) for point in installed), *more])


def _each_once(folders: Iterable[Path]) -> tuple[Path, ...]:
    found: dict[Path, Path] = {}
    for folder in folders:
        found.setdefault(folder.resolve(), folder)
    return tuple(found.values())


def _folder(point: EntryPoint) -> Path:
    try:
        spec = find_spec(point.module)
    except (ImportError, ValueError):
        spec = None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places or not Path(places[0]).is_dir():
        name = point.dist.name if point.dist else "a distribution"
        raise InputError(
            "PCK-MISSING",
            f"the pack {point.name!r} of {name} leads to no folder: {point.value}",
            place=Place(f"entry point {GROUP}"),
            hint="let it name the package whose folder holds the rule files, or uninstall the distribution",
        )
    return Path(places[0])
