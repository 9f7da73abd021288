"""How fast a day of statements is judged, and whether every judgement is true.

    python -m benchmarks.sor [--rows 1000000] [--dump ARCHIVE] [--rounds 3] [--processes N]

Without `--dump` a day is generated in the exact file format (2 % invalid rows, 0.1 % malformed); its rows repeat shapes, as real days
do. The truth is looked for beside the archive, as `truth-*.jsonl`. Memory is that of all processes together, looked at twenty times
a second (Linux). The rate per processor second tells more than the rate where the machine does other work.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from compliance.sor.dump import FULL
from compliance.sor.schema import CURRENT, load_schema

DAY: Final = date(2025, 11, 5)
ROWS_PER_FILE, FILES_PER_ZIP = 100_001, 10
_QUOTED: Final = frozenset(',"\\ \t\r\n')
_PHRASES: Final = (
    "the provider", "listing", "account", "terms and rules", "was removed after review", "because it breaks", "offers",
    "für Inhalte nicht erlaubt", "contenu supprimé", "règles", "zgodność treści", '"quoted"', "§ 3.1", "in the Union",
)  # fmt: skip
_VARYING: Final = {
    "uuid": "{uuid}",
    "content_date": "{content_date} 00:00:00",
    "application_date": "{application_date} 00:00:00",
    "platform_uid": "{platform_uid}",
    "created_at": f"{DAY} {{created_at}}:00",
}
"""Cells that differ from row to row, and what in them does."""
Cells = dict[str, str]

INVALID: Final[dict[str, tuple[dict[str, str], list[str]]]] = {
    "retired category": ({"category": "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"}, ["category"]),
    "retired keyword": ({"category_specification": '["KEYWORD_DANGEROUS_TOYS"]'}, ["category_specification"]),
    "language in lower case": ({"content_language": "en"}, ["content_language"]),
    "content too old": ({"content_date": "1999-12-31 00:00:00"}, ["content_date"]),
    "applied too late": ({"application_date": "2038-01-02 00:00:00"}, ["application_date"]),
    "identifier with a dot": ({"platform_uid": "id 12.3"}, ["puid"]),
    "other without text": (
        {"content_type": '["CONTENT_TYPE_OTHER"]', "content_type_other": ""},
        ["content_type_other"],
    ),
    "ground without text": ({"incompatible_content_ground": ""}, ["incompatible_content_ground"]),
    "country unknown": ({"territorial_scope": '["DE","UK"]'}, ["territorial_scope"]),
    "no facts": ({"decision_facts": ""}, ["decision_facts"]),
    "facts too long": ({"decision_facts": "x" * 5001}, ["decision_facts"]),
    "truth value": ({"automated_detection": "true"}, ["automated_detection"]),
    "no content type": ({"content_type": "[]", "content_type_other": ""}, ["content_type"]),
    "no address": ({"decision_ground_reference_url": "see terms"}, ["decision_ground_reference_url"]),
    "no restriction": (
        {"decision_visibility": "", "decision_account": ""},
        ["decision_account", "decision_monetary", "decision_provision", "decision_visibility"],
    ),
}
"""Kinds of rows that the gate refuses: the cells that are changed, and the fields that fail."""
MALFORMED: Final[dict[str, Callable[[str], str]]] = {
    "short row": lambda line: line.rsplit(",", 3)[0],
    "quote in the middle": lambda line: line.replace(",DECISION_GROUND", ',"a "b" c",DECISION_GROUND', 1),
    "not UTF-8": lambda line: line.replace("DECISION_GROUND", "DECISION_\udcff", 1),
}
"""Kinds of lines that are no statement."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How many rows, and which shares of them are invalid or malformed."""

    rows: int
    invalid: float = 0.02
    malformed: float = 0.001
    seed: int = 1


def php(cell: str) -> str:
    """A cell as PHP's fputcsv writes it; the cells here hold no backslash."""
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.intersection(cell) else cell


def write_day(folder: Path, mixture: Mixture) -> tuple[Path, Path]:
    """The full dump of a day and its truth, `{"csv", "row", "kind", "fields"}` a line; rows count from 1 below the header."""
    name = f"sor-global-{DAY}-full"
    truth = folder / f"truth-{DAY}.jsonl"
    path = folder / f"{name}.zip"
    with truth.open("w", encoding="utf-8") as told, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as outer:
        inner, held = io.BytesIO(), []
        archive = zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        part = sub = 0
        for number, (line, kind, fields) in enumerate(_lines(mixture), 1):
            csv = f"{name}-{part:05}-{sub:05}.csv"
            held.append(line)
            if kind:
                told.write(json.dumps({"csv": csv, "row": len(held), "kind": kind, "fields": fields}) + "\n")
            if len(held) == ROWS_PER_FILE or number == mixture.rows:
                text = "\n".join((",".join(FULL), *held))
                archive.writestr(csv, text.encode("utf-8", "surrogateescape"))
                held, sub = [], sub + 1
            if sub == FILES_PER_ZIP or number == mixture.rows:
                archive.close()
                outer.writestr(f"{name}-{part:05}.csv.zip", inner.getvalue())
                inner, part, sub = io.BytesIO(), part + 1, 0
                archive = zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
    digest = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    path.with_name(f"{path.name}.sha1").write_text(f"{digest}  {path.name}", "ascii")
    return path, truth


def _lines(mixture: Mixture) -> Iterator[tuple[str, str, list[str]]]:
    """Lines, and of each bad one its kind and the fields that fail."""
    draw = random.Random(mixture.seed)
    shapes = [_shape(draw) for _ in range(1500)]
    for _ in range(mixture.rows):
        shape = shapes[int(len(shapes) * draw.random() ** 3)]
        chance = draw.random()
        if chance < mixture.invalid:
            kind = draw.choice(sorted(INVALID))
            cells, fields = INVALID[kind]
            yield _line({**shape.cells, **_filled(_varied(draw)), **cells}), kind, fields
        elif chance < mixture.invalid + mixture.malformed:
            kind = draw.choice(sorted(MALFORMED))
            yield MALFORMED[kind](_line({**shape.cells, **_filled(_varied(draw))})), f"malformed: {kind}", []
        else:
            yield shape.text.format(**_varied(draw)), "", []


@dataclass(frozen=True, slots=True)
class _Shape:
    cells: Cells
    text: str
    """The line with places for what differs from row to row."""


def _shape(draw: random.Random) -> _Shape:
    codes = load_schema(CURRENT).codes
    cells: Cells = {
        "decision_visibility": '["DECISION_VISIBILITY_CONTENT_REMOVED"]',
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": draw.choice(("", "", "https://halcyon.example/terms/section-3")),
        "incompatible_content_ground": _prose(draw, 60),
        "incompatible_content_explanation": _prose(draw, draw.randint(150, 700)),
        "incompatible_content_illegal": draw.choice(("", "Yes", "No")),
        "category": draw.choice(codes["category"]),
        "category_specification": draw.choice(("[]", f'["{draw.choice(codes["keyword"])}"]')),
        "content_type": f'["{draw.choice(codes["content_type"][:-1])}"]',
        "content_language": draw.choice(("", "EN", "DE", "FR")),
        "territorial_scope": json.dumps(draw.choice((codes["country"], codes["country"][:9])), separators=(",", ":")),
        "decision_facts": _prose(draw, draw.randint(150, 700)),
        "source_type": draw.choice(codes["source_type"]),
        "automated_detection": draw.choice(codes["yes_no"]),
        "automated_decision": draw.choice(codes["automated_decision"]),
        "platform_name": f"Platform {draw.randint(1, 40)} (synthetic)",
    }
    return _Shape(cells, _line(cells | _VARYING))


def _prose(draw: random.Random, length: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) < length:
        words.append(draw.choice(_PHRASES))
    return " ".join(words)


def _varied(draw: random.Random) -> Cells:
    applied = DAY - timedelta(days=draw.randint(0, 9))
    return {
        "uuid": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "content_date": str(applied - timedelta(days=draw.randint(0, 900))),
        "application_date": str(applied),
        "platform_uid": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "created_at": f"10:{draw.randint(10, 59)}",
    }


def _filled(varied: Cells) -> Cells:
    return {name: place.format(**varied) for name, place in _VARYING.items()}


def _line(cells: Cells) -> str:
    return ",".join(php(cells.get(name, "")) for name in FULL)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall and processor seconds, seconds to the first verdict, peak megabytes (10^6 bytes), rows read."""

    wall: float
    cpu: float
    first: float
    peak_mb: float
    rows: int


def judge(dump: Path, out: Path, processes: int | None) -> Run:
    """Judge a dump with the command line, its findings in `out`."""
    command = [sys.executable, "-m", "compliance.cli.main", "sor", "validate", str(dump), "--format", "jsonl"]
    command += ["--processes", str(processes)] if processes else []
    first = peak = 0.0
    before = _spent()
    started = time.perf_counter()
    with out.open("wb") as findings:
        child = subprocess.Popen(command, stdout=findings, stderr=subprocess.PIPE)
        while child.poll() is None:
            if not first and out.stat().st_size:
                first = time.perf_counter() - started
            peak = max(peak, _resident(child.pid))
            time.sleep(0.05 if first else 0.01)
        wall = time.perf_counter() - started
    if child.returncode not in {0, 1}:
        raise SystemExit(child.stderr.read().decode() if child.stderr else f"ended with {child.returncode}")
    return Run(wall, _spent() - before, first or wall, peak / 1e6, _findings(out)[1]["read"])


def _spent() -> float:
    """Processor seconds of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _resident(pid: int) -> float:
    """Resident bytes of a process and its children; 0 where the system does not tell."""
    total = 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        total += 1024.0 * int(status.split("VmRSS:")[1].split()[0])
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(_resident(int(child)) for child in (task / "children").read_text("ascii").split())
    except (OSError, IndexError, ValueError):
        return total
    return total


def _findings(out: Path) -> tuple[dict[tuple[str, int], list[str] | None], dict[str, Any]]:
    """Failed fields by file and line, None for a line that is no statement; and the summary."""
    found: dict[tuple[str, int], list[str] | None] = {}
    summary: dict[str, Any] = {}
    with out.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if "summary" in entry:
                summary = entry["summary"]
                continue
            place = entry["place"]["file"].rpartition("!")[2], entry["place"]["line"]
            found[place] = sorted(entry["errors"]) if "errors" in entry else None
    return found, summary


def differences(out: Path, truth: Path) -> list[str]:
    """Where findings and truth disagree: a row judged otherwise, or one that nobody spoilt."""
    found, _ = _findings(out)
    wrong = []
    with truth.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            place = entry["csv"], entry["row"] + 1
            judged = found.pop(place, [])
            malformed = entry["kind"].startswith("malformed")
            if judged != sorted(entry["fields"]) and not (malformed and judged is None):
                wrong.append(f"{place[0]}:{place[1]} {entry['kind']}: {judged}")
    return wrong + [f"{file}:{line} sound: {fields}" for (file, line), fields in found.items()]


def main() -> int:
    """Print one line a round, and 1 where a judgement is not true."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dump", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sor-bench-") as name:
        folder = Path(name)
        dump = asked.dump or write_day(folder, Mixture(asked.rows))[0]
        truth = next(iter(sorted(dump.parent.glob("truth-*.jsonl"))), None)
        out = folder / "findings.jsonl"
        for number in range(1, asked.rounds + 1):
            run = judge(dump, out, asked.processes)
            print(
                f"round {number}: {run.rows:,} rows in {run.wall:.2f} s = {run.rows / run.wall:,.0f} rows/s "
                f"({run.rows / run.cpu:,.0f} a processor second); first verdict after {run.first:.2f} s; peak {run.peak_mb:,.0f} MB"
            )
        wrong = differences(out, truth) if truth else []
        print(f"truth: {'not beside the dump' if not truth else f'{len(wrong):,} differences'}")
        print("".join(f"  {text}\n" for text in wrong[:10]), end="")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
