"""One more day on a store of a quarter: what judging it costs against judging all of it anew, apart from the fixed cost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import Figure, compared, number, table
from benchmarks.measure import Measured, Ratio
from benchmarks.mixture import END

DAYS = 91
"""Days of a quarter: the last of so many equal parts of the log is the day."""
AIM = 0.05


def measured(bench: Bench, events: int) -> dict[str, Any]:
    """A check after one more day, a check of everything anew, one after nothing new, and one of an empty log."""
    before, day, store = bench.work / "before.ndjson", bench.work / "day.ndjson", bench.fresh("store")
    empty = bench.work / "empty.ndjson"
    empty.write_text("", "utf-8")
    count = events // DAYS
    split(bench.log(events), events - count, before, day)
    check = bench.cli("check", "--store", store, "--config", bench.config, "--as-of")
    then = known_until(before, "2026-01-01T00:00:00Z")
    now = known_until(day, then)
    try:
        bench.run(bench.cli("ingest", before, "--store", store, "--config", bench.config))
        bench.run([*check, then])
        ingest = bench.run(bench.cli("ingest", day, "--store", store, "--config", bench.config))
        runs = {
            "fixed": bench.run(bench.cli("check", empty, "--config", bench.config, "--as-of", "2026-11-30")),
            "day": bench.run([*check, now]),
            "full": bench.run([*check, now, "--anew"]),
            "nothing": bench.run([*check, now]),
        }
    finally:
        shutil.rmtree(store, ignore_errors=True)
        before.unlink(missing_ok=True)
        day.unlink(missing_ok=True)
    apart = {unit: share(*(getattr(runs[name], unit) for name in ("day", "full", "fixed"))) for unit in ("wall", "cpu")}
    return {
        "events": events,
        "day_events": count,
        "ingest": asdict(ingest),
        **{name: asdict(run) for name, run in runs.items()},
        "day ÷ full": apart,
    }


def split(log: Path, first: int, before: Path, day: Path) -> None:
    """Writes the first lines of a log to one file and the others to another, line by line."""
    with log.open("rb") as lines:
        with before.open("wb") as out:
            out.writelines(islice(lines, first))
        with day.open("wb") as out:
            out.writelines(lines)


def known_until(part: Path, otherwise: str) -> str:
    """Instant up to which the heartbeats of a part say that it is complete; the log's closing one, weeks later, is left out."""
    closing = datetime.fromtimestamp(END, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with part.open("rb") as lines:
        found = [
            json.loads(line)["complete_until"]
            for line in lines
            if b'"type":"log.heartbeat"' in line and line.endswith(b"}\n")
        ]
    return max((instant for instant in found if instant != closing), default=otherwise)


def share(day: float, full: float, fixed: float) -> float:
    """What the day costs of the whole, both without what a command costs anyway; no less than nothing."""
    return max(0.0, day - fixed) / max(full - fixed, 1e-9)


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aim."""
    said = f"one more day on a quarter of {found['events']:,} events ÷ full check, apart from the fixed cost"
    runs = [Measured(**found[name]) for name in ("fixed", "day", "full")]
    yield compared(said, Ratio(**found["day ÷ full"]), AIM, runs)


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """What was measured."""
    words = {
        "full": "check of everything (`--anew`)",
        "day": f"check after a day of {found['day_events']:,} events",
        "nothing": "check after nothing new",
        "fixed": "fixed cost: check of an empty log",
        "ingest": "ingest of the day",
    }
    yield from ("", "## One more day", "")
    rows = [
        [said, f"{found[name]['wall']:.2f} s", f"{found[name]['cpu']:.2f} s", f"{found[name]['peak_mb']:,.0f} MB"]
        for name, said in words.items()
    ]
    yield from table(("", "clock", "processor", "peak"), rows)
    apart = found["day ÷ full"]
    yield ""
    yield (
        f"Apart from the fixed cost the day takes {number(apart['wall'])} of a full check by the clock, {number(apart['cpu'])} by "
        "processor time."
    )
