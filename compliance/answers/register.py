"""The house's register: letters received, answers, public statements and how they hang together, in one append-only log.

A letter that names an earlier reference is linked to the letter or answer of that reference, or said to name an unknown one.
Nothing enters by itself: a role records each item, and the file's digest binds what was recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from compliance.answers.chain import Entry, append_to, read_chain
from compliance.answers.consistency import read_source
from compliance.answers.matter import LOG as MATTER_LOG
from compliance.answers.matter import open_matter
from compliance.clock import Clock
from compliance.errors import AnswerError, ComplianceError, InputError, Place
from compliance.letters.request import load_request
from compliance.yaml_source import load_yaml

REGISTER = "register.jsonl"
LETTER, ANSWER, STATEMENTS = "letter", "answer", "statements"
_SENT = {"sent", "acknowledged"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the register. `answers`: folders of matters that answer it; `earlier`: references it names, known or not."""

    reference: str
    authority: str
    kind: str
    dated: str
    due: str
    """Earliest instant by which an answer is due; '' where the letter sets none that could be computed."""
    sha256: str
    answers: tuple[str, ...]
    earlier: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """An answer of the register as it stands now: its folder, the letter's reference, its state, or why it cannot be read."""

    folder: str
    reference: str
    state: str
    bundle_id: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Said:
    """Public statements of the register; `compared`: matters whose present answer was compared with these very bytes.

    `trouble`: why the file no longer says what was recorded; empty where it does.
    """

    file: str
    sha256: str
    figures: int
    compared: tuple[str, ...]
    trouble: str


@dataclass(frozen=True, slots=True)
class View:
    """All that the register knows."""

    letters: tuple[Letter, ...]
    answers: tuple[Filed, ...]
    statements: tuple[Said, ...]

    @property
    def sources(self) -> tuple[Path, ...]:
        """What an answer may be compared with: statements and answers that are as they were recorded."""
        said = [Path(each.file) for each in self.statements if not each.trouble]
        return (*said, *(Path(each.folder) for each in self.answers if not each.trouble and each.bundle_id))

    @property
    def unusable(self) -> dict[Path, str]:
        """What no answer can be compared with, and why."""
        said = {Path(each.file): each.trouble for each in self.statements if each.trouble}
        return said | {Path(each.folder): each.trouble for each in self.answers if each.trouble}

    @property
    def unsent(self) -> tuple[Letter, ...]:
        """Letters to which no answer was sent; one that was only drafted is none."""
        return tuple(letter for letter in self.letters if not _SENT & set(self.states(letter).values()))

    def states(self, letter: Letter) -> dict[str, str]:
        """Folders of a letter's answers, each with its state."""
        return {each.folder: each.state for each in self.answers if each.folder in letter.answers}


def record(folder: Path, item: Path, role: str, clock: Clock) -> Entry:
    """Enter a letter (its request.yaml), an answer (its matter's folder) or public statements (YAML) into the register.

    AnswerError `REG-ROLE` without a role, `REG-TWICE` for the same bytes again; InputError `REG-ITEM` for anything else.
    """
    ready(folder, role)
    action, detail = _described(item)
    if entry := _entered(folder, action, detail):
        raise AnswerError(
            "REG-TWICE",
            f"this {action} stands in the register since {entry.at}",
            place=Place(str(item)),
            hint="`compliance matter register` lists what is there",
        )
    return append_to(folder / REGISTER, clock, action, role, detail)


def ready(folder: Path, role: str) -> None:
    """Refuse, before anything else is done, what could not be entered: AnswerError `REG-ROLE`; IntegrityError `MAT-CHAIN`."""
    if not role.strip():
        raise AnswerError("REG-ROLE", "an entry needs the role that makes it", hint="give --role, e.g. 'legal counsel'")
    _entries(folder)


def enter(folder: Path, item: Path, role: str, clock: Clock) -> Entry:
    """The same as `record` on the way of another act: what stands there already is left as it is, and its entry given."""
    ready(folder, role)
    action, detail = _described(item)
    return _entered(folder, action, detail) or append_to(folder / REGISTER, clock, action, role, detail)


def _entered(folder: Path, action: str, detail: Mapping[str, Any]) -> Entry | None:
    same = (
        entry
        for entry in _entries(folder)
        if entry.action == action and all(entry.detail[name] == detail[name] for name in ("sha256", "path"))
    )
    return next(same, None)


def _described(item: Path) -> tuple[str, dict[str, Any]]:
    if (item / MATTER_LOG).is_file():
        first = (item / MATTER_LOG).read_bytes().split(b"\n", 1)[0]  # what comes later is no other matter
        return ANSWER, _detail(item, first, reference=_answered(item))
    if item.suffix not in {".yaml", ".yml"} or not item.is_file():
        raise _no_item(item, "it is neither a matter's folder nor a YAML file")
    raw = item.read_bytes()
    data, _ = load_yaml(item)
    if isinstance(data, Mapping) and "statements" in data:
        return STATEMENTS, _detail(item, raw, figures=len(read_source(item)))
    try:
        request = load_request(item)
    except ComplianceError as error:
        raise _no_item(item, error.message) from error
    limits = [each for each in (request.deadline, *request.additional_deadlines) if each and each.instant]
    due = min((each.instant for each in limits if each.instant and each.scope == "answer"), default=None)
    return LETTER, _detail(
        item,
        raw,
        letter=request.letter.sha256,
        reference=request.reference or "",
        authority=request.sender.authority,
        kind=request.kind,
        dated=request.date.isoformat() if request.date else "",
        due=due.isoformat() if due else "",
        earlier=list(request.other_references),
    )


def _detail(item: Path, raw: bytes, **more: Any) -> dict[str, Any]:
    return {"path": str(item.resolve()), "sha256": hashlib.sha256(raw).hexdigest(), **more}


def _answered(matter: Path) -> str:
    """Reference of the letter that a matter answers: of its bundle, else of its hold."""
    index = matter / "bundle" / "data" / "answer" / "answer.json"
    try:
        return str(json.loads(index.read_text("utf-8"))["reference"])
    except (OSError, ValueError, KeyError, TypeError):
        holds = [
            entry.detail.get("reference", "") for entry in read_chain(matter / MATTER_LOG) if entry.action == "hold"
        ]
        return str(holds[0]) if holds else ""


def view(folder: Path) -> View:
    """The register as it stands, with the present state of each answer. AnswerError `REG-MISSING` where there is none."""
    if not (folder / REGISTER).is_file():
        raise AnswerError(
            "REG-MISSING",
            "there is no register here",
            place=Place(str(folder)),
            hint="`compliance matter register FOLDER ITEM --role ...` begins one",
        )
    entries = _entries(folder)
    answers = tuple(_filed(entry) for entry in _latest(entries, ANSWER))
    letters = list(
        {entry.detail["letter"]: entry for entry in entries if entry.action == LETTER}.values()
    )  # the last word on each
    known = {_plain(entry.detail["reference"]) for entry in letters} | {_plain(each.reference) for each in answers}
    return View(
        tuple(_letter(entry, answers, known) for entry in letters),
        answers,
        tuple(_said(entry, answers) for entry in _latest(entries, STATEMENTS)),
    )


def _latest(entries: Sequence[Entry], action: str) -> tuple[Entry, ...]:
    """Entries of a kind, without those of a file that was edited or moved and entered again since."""
    kept = [entry for entry in entries if entry.action == action]
    for name in ("path", "sha256"):
        kept = list({entry.detail[name]: entry for entry in kept}.values())
    return tuple(kept)


def _plain(reference: str) -> str:
    """A reference without what two letters write differently: spaces and capitals."""
    return "".join(reference.split()).casefold()


def with_register(sources: Sequence[Path], matter: Path) -> tuple[tuple[Path, ...], dict[Path, str]]:
    """Sources to compare a matter with, where a register stands for all that it holds but the matter; and what is left out, why.

    AnswerError `REG-NOTHING` where nothing is left: an answer compared with nothing must not count as compared.
    """
    found: list[Path] = []
    left_out: dict[Path, str] = {}
    for source in sources:
        if (source / REGISTER).is_file():
            held = view(source)
            found += [each for each in held.sources if each.resolve() != matter.resolve()]
            left_out |= {each: why for each, why in held.unusable.items() if each.resolve() != matter.resolve()}
        else:
            found.append(source)
    if not found:
        raise AnswerError(
            "REG-NOTHING",
            "the register holds nothing that this answer could be compared with",
            place=Place(str(sources[0]) if sources else ""),
            hint="enter public statements and earlier answers: `compliance matter register FOLDER ITEM --role ...`",
        )
    return tuple(dict.fromkeys(found)), left_out


def _entries(folder: Path) -> tuple[Entry, ...]:
    path = folder / REGISTER
    return read_chain(path) if path.is_file() else ()


def _letter(entry: Entry, answers: Sequence[Filed], known: set[str]) -> Letter:
    detail = entry.detail
    reference = str(detail["reference"])
    return Letter(
        reference,
        detail["authority"],
        detail["kind"],
        detail["dated"],
        detail["due"],
        detail["letter"],
        tuple(each.folder for each in answers if reference and _plain(each.reference) == _plain(reference)),
        tuple((name, _plain(name) in known) for name in detail["earlier"]),
    )


def _filed(entry: Entry) -> Filed:
    folder = Path(entry.detail["path"])
    reference = str(entry.detail["reference"])
    try:
        matter = open_matter(folder)
    except ComplianceError as error:
        return Filed(str(folder), reference, "", "", error.message)
    return Filed(str(folder), _answered(folder) or reference, matter.state or "open", matter.bundle_id, matter.void)


def _said(entry: Entry, answers: Sequence[Filed]) -> Said:
    path = Path(entry.detail["path"])
    mark = hashlib.sha256(bytes.fromhex(entry.detail["sha256"])).hexdigest()  # as `matter compare` records a file
    compared = [
        each.folder
        for each in answers
        if not each.trouble and mark in _compared_with(Path(each.folder), each.bundle_id)
    ]
    return Said(str(path), entry.detail["sha256"], entry.detail["figures"], tuple(compared), _changed(path, entry))


def _changed(path: Path, entry: Entry) -> str:
    try:
        same = hashlib.sha256(path.read_bytes()).hexdigest() == entry.detail["sha256"]
    except OSError as error:
        return f"it cannot be read ({error.strerror}): enter it from where it is now"
    return "" if same else "it was edited since it was entered: enter it again"


def _compared_with(matter: Path, bundle_id: str) -> set[str]:
    found = (entry for entry in read_chain(matter / MATTER_LOG) if entry.action == "compared")
    return {
        source["sha256"] for entry in found if entry.detail.get("of") == bundle_id for source in entry.detail["sources"]
    }


def in_words(found: View, now: datetime) -> Iterator[str]:
    """Lines for a terminal: letters by due time, then answers, then statements; what is open or overdue at `now` is said."""
    for letter in sorted(found.letters, key=_due_first):
        states = [f"{folder} ({state or 'TROUBLE'})" for folder, state in found.states(letter).items()]
        late = (
            "OVERDUE since"
            if letter in found.unsent and letter.due and datetime.fromisoformat(letter.due) < now
            else "due"
        )
        due = f"{late} {letter.due}" if letter.due else "due not computed"
        yield _row("letter", letter.reference or "no reference", letter.authority, due, *(states or ["NO ANSWER"]))
        for name, known in letter.earlier:
            where = "in the register" if known else "UNKNOWN: enter that letter, or say why it is not ours"
            yield "\t" + _row("refers to", name, where)
    for answer in found.answers:
        trouble = [f"TROUBLE: {answer.trouble}"] if answer.trouble else []
        yield _row("answer", answer.reference or "no reference", answer.state, answer.folder, *trouble)
    for said in found.statements:
        held = ", ".join(said.compared) or "NEVER COMPARED with an answer as it stands"
        trouble = [f"TROUBLE: {said.trouble}"] if said.trouble else []
        yield _row("statements", said.file, f"{said.figures} figure(s)", held, *trouble)


def _due_first(letter: Letter) -> tuple[bool, float, str]:
    return (not letter.due, datetime.fromisoformat(letter.due).timestamp() if letter.due else 0.0, letter.reference)


def _row(*cells: str) -> str:
    """Cells with tabs between; what a letter brought along that is no text cannot move the cursor or make a cell."""
    return "\t".join(" ".join("".join(c if c.isprintable() else " " for c in cell).split()) for cell in cells)


def _no_item(item: Path, cause: str) -> InputError:
    return InputError(
        "REG-ITEM",
        f"nothing that the register holds: {cause}",
        place=Place(str(item)),
        hint="name a request.yaml, a matter's folder, or a YAML file of public statements",
    )
