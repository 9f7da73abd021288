"""A publication: the folder of one report of one period, with its versions and a ledger of what was done with them by which role.

publication.jsonl      the ledger, each line chained to the one before
versions/1/report/     the files as they were frozen
versions/1/questions.yaml, declared.yaml, update.json, changes.csv, archive/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from compliance.errors import InputError, IntegrityError, Place, UsageError
from compliance.events.durable import locked
from compliance.events.ledger import Ledger
from compliance.evidence.staging import unwritable
from compliance.transparency.publishing.question import Question, answers
from compliance.yaml_source import load_yaml

LEDGER, LOCK, VERSIONS = "publication.jsonl", "lock", "versions"
REPORT, FORM, ASKED, UPDATE, CHANGES, ARCHIVE = (
    "report",
    "questions.yaml",
    "asked.yaml",
    "update.json",
    "changes.csv",
    "archive",
)
BESIDE = (UPDATE, CHANGES)
"""Files of an update that are published beside its report (Reg. (EU) 2024/2835 Art. 3(2))."""
INTERNAL = frozenset({"figures.json"})
"""Files of a generated report that are not published."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the report. The ledger's entries are None where the step was not taken, or no longer counts."""

    number: int
    folder: Path
    frozen: Mapping[str, Any]
    approved: Mapping[str, Any] | None
    published: tuple[Mapping[str, Any], ...]
    questions: tuple[Question, ...]
    void: str
    """Why what was approved no longer counts; empty where it does, or nothing was."""

    @property
    def report(self) -> Path:
        """Folder of its files."""
        return self.folder / REPORT

    @property
    def open(self) -> tuple[Question, ...]:
        """Questions that nobody has answered."""
        return tuple(question for question in self.questions if not question.answered)

    @property
    def state(self) -> str:
        """`draft`, `approved` or `published`."""
        if any(entry["equal"] for entry in self.published) and self.approved is not None:
            return "published"
        return "approved" if self.approved is not None else "draft"

    @property
    def published_on(self) -> date | None:
        """Day on which bytes equal to those approved were found published, for the first time."""
        return next((date.fromisoformat(entry["on"]) for entry in self.published if entry["equal"]), None)


@dataclass(frozen=True, slots=True)
class Publication:
    """The publication as it stands."""

    folder: Path
    versions: tuple[Version, ...]

    @property
    def void(self) -> bool:
        """Whether any version, however old, is not what its record says."""
        return any(version.void for version in self.versions)

    @property
    def last(self) -> Version:
        """The newest version. UsageError `PUB-EMPTY` where there is none."""
        if not self.versions:
            raise UsageError(
                "PUB-EMPTY",
                f"nothing was frozen in {self.folder}",
                hint="`compliance transparency freeze REPORT --publication DIR --by ROLE` first",
            )
        return self.versions[-1]


def open_publication(folder: Path) -> Publication:
    """The publication in a folder; an empty one where nothing lies there yet. IntegrityError where its record was changed."""
    ledger = Ledger(folder / LEDGER)
    return Publication(folder, tuple(_version(folder, ledger, entry) for entry in ledger.of("frozen")))


def _version(folder: Path, ledger: Ledger, frozen: Mapping[str, Any]) -> Version:
    number = int(frozen["version"])
    place = folder / VERSIONS / str(number)
    changed = sorted(_differences(frozen["files"], digests(place / REPORT)))
    if _sha256(place / ASKED) != frozen["asked"]:
        changed.append(ASKED)
    changed += [name for name, digest in frozen.get("beside", {}).items() if _sha256(place / name) != digest]
    asked = asked_of(place)
    questions, void = asked, ""
    approvals = [entry for entry in ledger.of("approved") if entry["version"] == number]
    approved: Mapping[str, Any] | None = approvals[-1] if approvals else None
    try:
        questions = answers(asked, place / FORM)
    except InputError as error:
        void = error.message
    if changed:
        void = f"changed since it was frozen: {', '.join(changed[:5])}"
    elif approved is not None and not void and approved["form"] != _sha256(place / FORM):
        void = f"{FORM} was changed since it was approved"
    published = tuple(entry for entry in ledger.of("published") if entry["version"] == number)
    for entry in published:
        kept = digests(place / ARCHIVE / str(entry["archive"]))
        if lost := sorted(_differences(entry["files"], kept)):
            void = void or f"what was archived of its publication was changed: {', '.join(lost[:5])}"
    return Version(number, place, frozen, None if void else approved, published, questions, void)


def asked_of(place: Path) -> tuple[Question, ...]:
    """The questions as they were asked when the version was frozen."""
    try:
        data, _ = load_yaml(place / ASKED)
        return tuple(
            Question(
                entry.pop("kind"),
                entry.pop("subject"),
                {name: str(value) for name, value in entry.items() if name not in {"reason", "by", "owner"}},
                by=str(entry.get("owner") or ""),
            )
            for entry in map(dict, data["questions"] or ())
        )
    except (InputError, KeyError, TypeError, AttributeError, OSError) as error:
        raise IntegrityError(
            "PUB-RECORD",
            "the questions of this version are missing or damaged",
            layer="publication",
            place=Place(str(place / ASKED)),
            hint="restore the folder from a copy",
        ) from error


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by its path inside."""
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def form_digest(version: Version) -> str:
    """SHA-256 of the form as it is filled in."""
    return _sha256(version.folder / FORM)


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in {*before, *after}:
        if before.get(name) != after.get(name):
            yield name


@contextmanager
def writing(folder: Path) -> Iterator[Ledger]:
    """The ledger, for one process at a time. EvidenceError `EVD-WRITE` where the disk refuses, StoreError `STO-LOCKED`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / LOCK):
            yield Ledger(folder / LEDGER)
    except OSError as error:
        raise unwritable(folder, error) from error


def require_role(by: str) -> None:
    """UsageError `PUB-BY` where a step names no role."""
    if not by.strip():
        raise UsageError("PUB-BY", "a step needs the role that takes it", hint='--by "head of transparency"')
