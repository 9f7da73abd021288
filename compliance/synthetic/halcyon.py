"""Halcyon Live (synthetic): nine months of a fictional platform, one night in the news, and the truth about it."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from compliance.synthetic import (
    adverts,
    attested,
    authority,
    complaints,
    dirt,
    disputes,
    enforcement,
    governance,
    heartbeats,
    incidents,
    letters,
    moderation,
    night,
    notices,
    orders,
    probes,
    research,
    scrutiny,
    setting,
    streams,
    traders,
)
from compliance.synthetic.journal import Row, World, write_csv, write_rows
from compliance.synthetic.timeline import DELIVERED, day_of

_BY_MONTH = {"notice": "notices", "mod": "moderation"}
_BY_QUARTER = {"sor": "statements", "tdb": "transparency-database", "ads": "ads", "live": "livestreams"}
_WHOLE = {
    "complaint": "complaints",
    "legal": "orders",
    "misuse": "enforcement",
    "incident": "incidents",
    "authority": "authorities",
    "governance": "governance",
    "people": "staffing",
    "quality": "quality",
    "log": "heartbeats",
    "availability": "availability",
    "dispute": "disputes",
    "statement": "attestations",
    "scrutiny": "risk-and-audit",
    "research": "research-access",
    "trader": "traders",
}
_SUFFIX = {"notices-2026-01": ".ndjson.gz", "notices-2026-02": ".ndjson.zst"}


def generate(folder: Path, *, seed: int, scale: float = 1.0) -> Path:
    """Write the platform's folder and return it: `logs/`, `letters/`, `compliance.toml`, `roster.csv` and `truth.json`.

    At scale 1 about 300,000 events; below about 0.03 the planted faults no longer find room (ValueError). The same seed
    and scale give the same bytes. The folder may exist; files of the same names are overwritten.
    """
    world = build(seed, scale)
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    lines = _write(world, logs)
    setting.write(folder)
    letters.write(folder / "letters")
    document = world.truth.document(seed=seed, scale=scale, lines=lines)
    (folder / "truth.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return folder


def build(seed: int, scale: float = 1.0) -> World:
    """The whole log in memory, with its truth."""
    world = World(seed, scale)
    notices.form(world)
    notices.notices(world)
    moderation.own_initiative(world)
    orders.orders(world)
    night.night(world)
    complaints.complaints(world)
    disputes.disputes(world)
    enforcement.enforcement(world)
    adverts.adverts(world)
    streams.streams(world)
    probes.probes(world)
    incidents.incidents(world)
    authority.authority(world)
    governance.governance(world)
    attested.attested(world)
    scrutiny.scrutiny(world)
    research.research(world)
    traders.traders(world)
    moderation.quality(world)
    heartbeats.heartbeats(world)
    dirt.dirt(world)
    return world


def log_paths(folder: Path, delivery: int | None = None) -> tuple[Path, ...]:
    """The log files of a generated folder in order of name: all, or those of the first or second delivery (1, 2)."""
    paths = sorted((folder / "logs").iterdir())
    return tuple(
        path for path in paths if delivery is None or (delivery == 2) == (path.name.split(".")[0][-2:] == "-b")
    )


def _write(world: World, logs: Path) -> dict[str, dict[str, int]]:
    files: dict[str, list[Row]] = defaultdict(list)
    for family, rows in world.journal.rows.items():
        for row in rows:
            files[_file(family, row[0]) + ("-b" if row[0] > DELIVERED else "")].append(row)
    counts = {}
    for name, rows in sorted(files.items()):
        suffix = _SUFFIX.get(name, ".csv" if name.startswith("availability") else ".ndjson")
        path = logs / (name + suffix)
        if suffix == ".csv":
            counts[path.name] = write_csv(path, rows)
        else:
            counts[path.name] = write_rows(path, rows, bom=name == "orders-2026", crlf=name == "complaints-2026")
    return dict(sorted(counts.items()))


def _file(family: str, t: int) -> str:
    day = day_of(t)
    if family in _BY_MONTH:
        return f"{_BY_MONTH[family]}-{day[:7]}" if day[:7] < "2026-10" else f"{_BY_MONTH[family]}-2026-09"
    if family in _BY_QUARTER:
        return f"{_BY_QUARTER[family]}-2026-Q{min(3, (int(day[5:7]) + 2) // 3)}"
    return f"{_WHOLE[family]}-2026"
