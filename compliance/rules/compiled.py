"""Rule files read once: what was parsed and found sound is kept by the digest of the file, as JSON, for the next run.

Parsing YAML is nine tenths of loading. The kept form is data, never code; a rule's own digest is made anew from it, so
that a kept form that was tampered with shows in the lock. Where nothing can be kept, loading is only slower.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compliance import __version__
from compliance.errors import RuleErrors
from compliance.events import catalogue as shapes
from compliance.resources import data_dir
from compliance.rules.loader import LoadedRule, between, files_of, load_rules
from compliance.rules.lock import digest_of
from compliance.rules.model import Rule

FORMAT = "rules-cache/1"


_OTHERS = 500
"""Files of other calls that are kept beside those of this one."""


def load_compiled(folders: Sequence[Path]) -> tuple[LoadedRule, ...]:
    """The same rules as `load_rules` gives, without line marks; fails as it does."""
    place, stamp = cache_file(), _stamp()
    kept = _kept(place, stamp)
    used: dict[str, Any] = {}
    found: list[LoadedRule] = []
    for path in files_of(folders):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        data: Any = kept.get(digest)
        rule = None if data is None else _rule(data)
        if rule is None:
            try:
                data, rule = _read(path)
            except RuleErrors:
                return load_rules(folders)
        used[digest] = data
        found.append(LoadedRule(rule, path, digest_of(data), {}))
    if next(between(found), None) is not None:
        return load_rules(folders)
    if any(kept.get(digest) is not data for digest, data in used.items()):
        others = [entry for entry in kept.items() if entry[0] not in used]
        _keep(place, stamp, used | dict(others[:_OTHERS]))
    return tuple(sorted(found, key=lambda one: one.rule.id))


def _read(path: Path) -> tuple[Any, Rule]:
    """What a file says, and its rule. RuleErrors where it is not sound by itself."""
    from compliance.yaml_source import load_yaml

    (loaded,) = load_rules([path])
    return load_yaml(path)[0], loaded.rule


def _keep(place: Path, stamp: str, files: dict[str, Any]) -> None:
    """Writes what was read for the next run; where that cannot be done, loading is only slower."""
    with suppress(OSError, TypeError, ValueError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"format": FORMAT, "stamp": stamp, "files": files}, file)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink()
            raise


def _rule(data: Any) -> Rule | None:
    try:
        return Rule.model_validate_json(json.dumps(data), strict=True)
    except ValidationError:
        return None


def _kept(place: Path, stamp: str) -> dict[str, Any]:
    """Parsed files by their digest; empty where nothing was kept, or by another version of the tool or the catalogue."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        document = json.loads(place.read_text("utf-8"))
        if (document["format"], document["stamp"]) == (FORMAT, stamp):
            return dict(document["files"])
    return {}


def cache_file() -> Path:
    """Where parsed rules are kept: the user's own folder for caches."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(named) if named else Path.home() / ".cache"
    return folder / "compliance" / "rules.json"


def _stamp() -> str:
    """What soundness was judged by: the version, the code and the catalogue, by their files' sizes and times."""
    digest = hashlib.sha256(__version__.encode())
    folders = [Path(__file__).parent, Path(shapes.__file__).parent, data_dir("schemas") / "events", data_dir("rules")]
    for folder in folders:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".json", ".csv")):
                status = entry.stat()
                digest.update(f"{entry.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
