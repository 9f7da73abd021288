"""Does an answer say something else than the house said before? Figures against reports, earlier answers and public statements.

Two figures can contradict each other where they are the same figure, of the same population: over the same days they must be
equal; over some of the days of the other, a count cannot be larger. Everything else is not compared, and not said to agree.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from compliance.answers.matter import BUNDLE, append, open_matter
from compliance.clock import Clock
from compliance.errors import AnswerError, InputError, Place, UsageError
from compliance.resources import data_dir
from compliance.transparency.figures import Figures
from compliance.transparency.finding import address
from compliance.transparency.recount.session import one_report
from compliance.yaml_source import load_yaml

QUESTIONS = Path("data") / "answer" / "questions"
_DAYS = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as somebody stated it. `first` and `last` are days, both included; `population` is empty where it is the whole."""

    source: str
    where: str
    id: str
    first: date
    last: date
    value: str
    amount: float | None
    population: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements that cannot both be right. `id` is the same in every comparison of the same two values."""

    id: str
    figure: str
    here: str
    there: str
    why: str


def stated_in(bundle: Path) -> Iterator[Figure]:
    """Figures that an answer's bundle states. InputError `CON-SOURCE` where it holds no answer."""
    places = sorted((bundle / QUESTIONS).glob("*.json"))
    if not places:
        raise _no_source(bundle, "it holds no answer")
    for place in places:
        question = _read(place)
        for entry in question.get("figures", ()):
            days = _DAYS.findall(str(entry.get("period", "")))
            if len(days) == 2:
                first, last = map(date.fromisoformat, days)
                narrowed = "" if "parameters" not in entry else _narrowing(entry["parameters"])
                yield Figure(bundle.parent.name, f"question {question['number']}", entry["id"], first, last,
                             str(entry["value"]), entry.get("amount"), narrowed)  # fmt: skip


def _narrowing(parameters: Sequence[Any]) -> str:
    """What a figure was narrowed to: its bound values beyond event type, cut-off and period."""
    return "; ".join(str(value) for value in parameters[4:])


def read_source(path: Path) -> tuple[Figure, ...]:
    """Figures of an earlier answer (its matter or bundle), a quarterly report, a transparency report, or public statements in YAML.

    InputError `CON-SOURCE` where it is none of these.
    """
    if (path / BUNDLE / QUESTIONS).is_dir():
        return tuple(stated_in(path / BUNDLE))
    if (path / QUESTIONS).is_dir():
        return tuple(stated_in(path))
    if path.is_dir() and (path / "report.json").is_file():
        return tuple(_quarterly(path / "report.json"))
    if path.suffix == ".json" and path.is_file():
        return tuple(_quarterly(path))
    if path.suffix in {".yaml", ".yml"}:
        return tuple(_statements(path))
    try:
        return tuple(_harmonised(path))
    except (InputError, UsageError) as error:
        raise _no_source(path, error.message) from error


def _quarterly(path: Path) -> Iterator[Figure]:
    data = _read(path)
    try:
        period = data["period"]
        first, last = date.fromisoformat(period["first"]), date.fromisoformat(period["last"])
        for entry in data["figures"]["figures"]:
            if entry["kind"] != "times" and entry["value"] is not None:
                yield Figure(f"report {period['label']}", entry["title"], entry["id"], first, last, str(entry["value"]),
                             float(entry["value"]), _narrowing(entry["parameters"]))  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise _no_source(path, f"it is no quarterly report: {error}") from error


def _harmonised(path: Path) -> Iterator[Figure]:
    report = one_report([path])
    cells = {cell: figure for figure, cell in same_cells().items()}
    for sheet in report.parts.values():
        figures = Figures(sheet)
        if figures.period is None:
            continue
        first, last = figures.period
        for _, rows in figures.each():
            for key, (at, *_) in rows.items():
                for column, _ in figures.columns:
                    name = address(sheet.part, key, column)
                    value = figures.numbers(column)[at].value if name in cells else None
                    if value is not None:
                        source = f"transparency report {report.name}"
                        yield Figure(source, name, cells[name], first, last, f"{value:g}", float(value))


@cache
def same_cells() -> dict[str, str]:
    """Figure of answers to the cell of the transparency report that counts the same."""
    data, _ = load_yaml(data_dir("schemas") / "answers" / "same_as.yaml")
    return {str(figure): str(cell) for figure, cell in data.items()}


def _statements(path: Path) -> Iterator[Figure]:
    data, _ = load_yaml(path)
    try:
        for entry in data["statements"]:
            value = entry["value"]
            yield Figure(f"{entry['where']} of {entry['on']}", f"said by {entry['said_by']}", str(entry["figure"]),
                         _day(entry["from"]), _day(entry["to"]), str(value), float(value))  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "CON-STATEMENT",
            f"a public statement lacks or mistakes {error}",
            place=Place(str(path)),
            hint="each needs figure, from, to, value, said_by (a role), on, where",
        ) from error


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def contradictions(here: Iterable[Figure], there: Iterable[Figure]) -> tuple[Contradiction, ...]:
    """Pairs of statements that cannot both be right, in order."""
    by_id: dict[str, list[Figure]] = {}
    for figure in there:
        by_id.setdefault(figure.id, []).append(figure)
    found: dict[str, Contradiction] = {}
    for mine in here:
        for other in by_id.get(mine.id, ()):
            if why := _against(mine, other):
                texts = (_shown(mine), _shown(other))
                mark = hashlib.sha256("\x1f".join((mine.id, *texts)).encode()).digest()
                name = "C-" + base64.b32encode(mark)[:_SHOWN].decode("ascii")
                found[name] = Contradiction(name, mine.id, *texts, why)
    return tuple(found.values())


def _against(mine: Figure, other: Figure) -> str:
    if (mine.first, mine.last) == (other.first, other.last) and mine.population == other.population:
        same = mine.value == other.value if None in (mine.amount, other.amount) else mine.amount == other.amount
        return "" if same else "the same figure over the same days"
    if mine.amount is None or other.amount is None:
        return ""
    for small, large in ((mine, other), (other, mine)):
        inside = large.first <= small.first and small.last <= large.last
        part = small.population == large.population or not large.population
        if inside and part and small.amount is not None and large.amount is not None and small.amount > large.amount:
            return "a part is larger than the whole"
    return ""


def _shown(figure: Figure) -> str:
    narrowed = f", narrowed to {figure.population}" if figure.population else ""
    return f"{figure.source}, {figure.where}: {figure.value} from {figure.first} to {figure.last}{narrowed}"


def compare(folder: Path, sources: Sequence[Path], role: str, clock: Clock) -> tuple[Contradiction, ...]:
    """Compares a matter's answer with what was said before, and records in its log with what, and what cannot both be right."""
    matter = open_matter(folder)
    here = tuple(stated_in(matter.folder / BUNDLE))
    there = [figure for source in sources for figure in read_source(source)]
    found = contradictions(here, there)
    detail = {
        "bundle_id": "",
        "of": matter.bundle_id,
        "sources": [{"source": source.name, "sha256": _digest(source)} for source in sources],
        "figures": len(there),
        "contradictions": [asdict(entry) for entry in found],
    }
    append(folder, clock, "compared", role, detail)
    return found


def unsettled(folder: Path) -> tuple[Contradiction, ...]:
    """Contradictions of the comparisons with the present bundle that nobody has settled."""
    matter = open_matter(folder)
    settled = {entry.detail.get("contradiction") for entry in matter.entries if entry.action == "settled"}
    found: dict[str, Contradiction] = {}
    for entry in matter.entries:
        if entry.action == "compared" and entry.detail.get("of") == matter.bundle_id:
            for one in entry.detail["contradictions"]:
                if one["id"] not in settled:
                    found[one["id"]] = Contradiction(**one)
    return tuple(found.values())


def compared(folder: Path) -> bool:
    """Whether the present bundle was compared with anything."""
    matter = open_matter(folder)
    return any(entry.action == "compared" and entry.detail.get("of") == matter.bundle_id for entry in matter.entries)


def settle(folder: Path, name: str, role: str, note: str, clock: Clock) -> None:
    """Records which of two statements holds and why. AnswerError `CON-UNKNOWN` for a contradiction that is not open."""
    if not role.strip() or not note.strip():
        raise AnswerError(
            "CON-REASON",
            "a contradiction is settled by a role that says why",
            place=Place(str(folder)),
            hint='--role "head of compliance" --note "the report counted duplicates; a correction is on its way"',
        )
    if name not in {entry.id for entry in unsettled(folder)}:
        raise AnswerError(
            "CON-UNKNOWN",
            f"there is no open contradiction {name}",
            place=Place(str(folder)),
            hint="`compliance matter show` lists them",
        )
    append(folder, clock, "settled", role, {"contradiction": name, "note": note})


def require_settled(folder: Path) -> None:
    """Nothing, or AnswerError `MAT-CONTRADICTION` while a contradiction is open: it must not leave the house unseen."""
    open_ones = unsettled(folder)
    if open_ones:
        first = open_ones[0]
        raise AnswerError(
            "MAT-CONTRADICTION",
            f"{len(open_ones)} contradiction(s) with what was said before are open: {first.here} against {first.there}",
            place=Place(str(folder)),
            hint=f"correct the answer, or `compliance matter settle {folder} {first.id} --role ... --note ...`",
        )


def _digest(path: Path) -> str:
    files = sorted(entry for entry in path.rglob("*") if entry.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _no_source(path, str(error)) from error


def _no_source(path: Path, cause: str) -> InputError:
    return InputError(
        "CON-SOURCE",
        f"nothing to compare with: {cause}",
        place=Place(str(path)),
        hint="name an earlier matter or bundle, report.json, a transparency report, or a YAML file of public statements",
    )
