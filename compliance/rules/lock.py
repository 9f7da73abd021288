"""What exactly was judged by: the digest of one rule, and one digest over all that ran."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError, Place

if TYPE_CHECKING:
    from compliance.rules.loader import LoadedRule

FORMAT = "rules-lock/1"

PROOFS = frozenset({"binds", "history", "tests"})
"""Parts of a rule file that prove what it says and say nothing themselves."""


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a rule's content without its proofs; layout and comments of the file do not count."""
    judged = {key: value for key, value in content.items() if key not in PROOFS}
    return hashlib.sha256(_canonical(judged)).hexdigest()


def rules_lock(loaded: Iterable[LoadedRule]) -> str:
    """SHA-256 (hex) over id, revision and digest of every rule, whatever their order."""
    entries = sorted([one.rule.id, one.rule.revision, one.digest] for one in loaded)
    return hashlib.sha256(_canonical(entries)).hexdigest()


@dataclass(frozen=True, slots=True)
class Lock:
    """Rules as they once were: per id the revision and the digest, or only the one digest over all of them."""

    file: str
    rules: Mapping[str, tuple[int, str]]
    whole: str


def lock_text(loaded: Sequence[LoadedRule], *, words: bool = False) -> str:
    """A lock file: JSON with each rule's revision and digest, with `words` also what it says, and the digest over all."""
    rules: dict[str, dict[str, Any]] = {
        one.rule.id: {"revision": one.rule.revision, "digest": one.digest} for one in loaded
    }
    if words:
        for one in loaded:
            content = one.rule.model_dump(mode="json", by_alias=True, exclude_unset=True)
            rules[one.rule.id]["words"] = {key: value for key, value in content.items() if key not in PROOFS}
    document = {"format": FORMAT, "lock": rules_lock(loaded), "rules": rules}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def read_lock(path: Path) -> Lock:
    """Lock of a lock file, of an assessment in JSON, or of a bundle's `rules.lock`. InputError `LCK-FILE` for anything else."""
    try:
        text = path.read_text("utf-8")
        if re.fullmatch(r"[0-9a-f]{64}", text.strip()):
            return Lock(str(path), {}, text.strip())
        data = json.loads(text)
        if data["format"] == FORMAT:
            entries = data["rules"].items()
            return Lock(str(path), {name: (int(e["revision"]), str(e["digest"])) for name, e in entries}, data["lock"])
        if data["format"] != "assessment/1":
            raise ValueError(f"format {data['format']!r}")
        digests = data["rules_digests"]
        revisions = {entry["id"]: int(entry["revision"]) for entry in data["rules"]}
        return Lock(str(path), {name: (revisions[name], digests[name]) for name in digests}, data["rules_lock"])
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            "LCK-FILE",
            f"this is no lock of rules: {getattr(error, 'strerror', None) or error}",
            place=Place(str(path)),
            hint="give what `compliance rules lock` or `compliance check --format json` wrote",
        ) from error


def locked(loaded: Sequence[LoadedRule], lock: Lock) -> tuple[LoadedRule, ...]:
    """The rules that the lock names, as it has them. InputError `LCK-DIFFERS` with every rule that is not what it was."""
    current = {one.rule.id: one for one in loaded}
    if not lock.rules:
        if rules_lock(loaded) == lock.whole:
            return tuple(loaded)
        raise _differs(lock, ["the digest over all rules; the lock does not name them"])
    found = [
        _difference(name, *entry, current.get(name))
        for name, entry in sorted(lock.rules.items())
        if name not in current or current[name].digest != entry[1]
    ]
    if found:
        raise _differs(lock, found)
    return tuple(one for one in loaded if one.rule.id in lock.rules)


def _difference(name: str, revision: int, digest: str, now: LoadedRule | None) -> str:
    if now is None:
        return f"{name} (revision {revision}) is not in the packs"
    if now.rule.revision != revision:
        return f"{name} was revision {revision} and is {now.rule.revision}"
    return f"{name} (revision {revision}) has other words: {digest[:12]} then, {now.digest[:12]} now"


def _differs(lock: Lock, found: Sequence[str]) -> InputError:
    return InputError(
        "LCK-DIFFERS",
        f"the rules are not those of the lock: {'; '.join(found)}",
        place=Place(lock.file),
        hint="take the packs of that time with --rules; `compliance rules diff` says in words what has changed",
    )


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
