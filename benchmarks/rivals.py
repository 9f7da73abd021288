"""Peers on equal rules: each judges the same log by the same rules in a process of its own, and must count what we count."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.bench import HERE, Bench
from benchmarks.figure import Figure, compared, number, table
from benchmarks.measure import Measured, Ratio, Runs, interleaved, ratio, summary
from benchmarks.peers.equal import FIELDS

FOLDER = HERE / "peers"
COLUMNS = {"id": "VARCHAR", "service": "VARCHAR", "source": "VARCHAR"} | dict.fromkeys(FIELDS, "VARCHAR")
COLUMNS |= {"time": "TIMESTAMPTZ", "automated_processing": "BOOLEAN"}
"""What the rules read of an event, and the envelope, with the SQL type each is parsed to."""
MISSED = ("over_target", "non_compliant")


class UnequalError(RuntimeError):
    """A peer counted something else than we did: comparing its time would be worthless."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: its script in `peers/`, the module without which it cannot run, how many times ours it should take."""

    name: str
    script: str
    module: str
    aim: float
    cannot: str = ""
    """Which of the rules it cannot express, and why."""


PEERS = (
    Peer("orjson loop", "orjson_loop.py", "orjson", 5.0),
    Peer("pydantic loop", "pydantic_loop.py", "pydantic", 8.0),
    Peer("pandera on polars", "pandera_polars.py", "pandera", 4.0),
    Peer(
        "pm4py",
        "pm4py_ltl.py",
        "pm4py",
        20.0,
        "a required field and a share: it asks about the order of a case's events",
    ),
    Peer(
        "pySigma to SQLite",
        "pysigma_sqlite.py",
        "sigma.backends.sqlite",
        20.0,
        "a share per calendar day: its windows slide",
    ),
    Peer("Great Expectations on pandas", "great_expectations_pandas.py", "great_expectations", 40.0),
)


def measured(bench: Bench, events: int, rounds: int) -> dict[str, Any]:
    """Times and counts of every peer that is there; why the others were skipped; a bare read of what the rules read."""
    contest = _Contest(bench, bench.log(events))
    skipped = {peer.name: why for peer in PEERS if (why := _missing(bench, peer))}
    there = [peer for peer in PEERS if peer.name not in skipped]
    for peer in there:
        contest.run_peer(peer)
    sets = sorted({contest.rules_of(peer) for peer in there})
    for rules in sets:
        contest.run_ours(rules)
    contestants: dict[str, Callable[[], Measured]] = {"bare read": contest.run_floor} if there else {}
    contestants |= {_ours(rules): partial(contest.run_ours, rules) for rules in sets}
    contestants |= {peer.name: partial(contest.run_peer, peer) for peer in there}
    runs = interleaved(contestants, rounds, name=f"peers on {events:,} events")
    for peer in there:
        demand_equal(peer.name, contest.told[peer.name]["counts"], contest.counts[contest.rules_of(peer)])
    return {
        "events": events,
        "counts": max(contest.counts.values(), key=len, default={}),
        "columns": len(COLUMNS),
        "floor": summary(runs["bare read"]) if there else None,
        "ours": {_ours(rules): summary(runs[_ours(rules)]) for rules in sets},
        "peers": {peer.name: _found(peer, runs, contest) for peer in there},
        "skipped": skipped,
    }


class _Contest:
    """Runs each contestant on one log, and holds what it counted."""

    def __init__(self, bench: Bench, log: Path) -> None:
        self._bench, self._log = bench, log
        self.told: dict[str, dict[str, Any]] = {}
        """By peer, what it printed: versions and counts."""
        self.counts: dict[tuple[str, ...], dict[str, int]] = {}
        """By set of rules, what we counted."""

    def rules_of(self, peer: Peer) -> tuple[str, ...]:
        """Rules that a peer judged."""
        return tuple(sorted(self.told[peer.name]["counts"]))

    def run_floor(self) -> Measured:
        """One bare typed read of the columns that the rules read."""
        columns = self._bench.work / "peer-columns.json"
        columns.write_text(json.dumps(COLUMNS), "utf-8")
        return self._bench.run(self._bench.script("floor", self._log, columns))

    def run_peer(self, peer: Peer) -> Measured:
        """One run of a peer."""
        run, self.told[peer.name] = self._bench.told([self._bench.peers, FOLDER / peer.script, self._log])
        return run

    def run_ours(self, rules: tuple[str, ...]) -> Measured:
        """One check by some of the rules."""
        out = self._bench.work / "assessment.json"
        only = [word for rule in rules for word in ("--only", rule)]
        words = ("--config", HERE / "peers.toml", "--rules", FOLDER / "rules", *only, "--format", "json")
        run = self._bench.run(self._bench.cli("check", self._log, *words), out=out)
        self.counts[rules] = missed(json.loads(out.read_text("utf-8")))
        return run


def _ours(rules: tuple[str, ...]) -> str:
    return f"ours, {len(rules)} rules"


def _found(peer: Peer, runs: Runs, contest: _Contest) -> dict[str, Any]:
    rules = contest.rules_of(peer)
    return {
        **summary(runs[peer.name]),
        "aim": peer.aim,
        "rules": rules,
        "cannot": peer.cannot,
        "versions": contest.told[peer.name]["versions"],
        "own": _ours(rules),
        "ratio": asdict(ratio(runs[peer.name], runs[_ours(rules)])),
        "÷ floor": asdict(ratio(runs[peer.name], runs["bare read"])),
    }


def _missing(bench: Bench, peer: Peer) -> str:
    """Why a peer cannot run; empty where it can."""
    if not bench.peers.exists():
        return "not installed: `make bench-peers` makes .venv-peers"
    tried = subprocess.run([bench.peers, "-c", f"import {peer.module}"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"{peer.module} cannot be imported in .venv-peers"


def missed(assessment: Mapping[str, Any]) -> dict[str, int]:
    """How often each rule was not met, by our own assessment. UnequalError where something could not be known or is open."""
    counts = {}
    for rule in assessment["rules"]:
        rest = {
            name: n for name, n in rule["counts"].items() if n and name not in {*MISSED, "within_target", "compliant"}
        }
        if rest:
            raise UnequalError(f"{rule['id']}: {rest}: peers know no such verdicts; measure another size")
        counts[rule["id"]] = sum(rule["counts"].get(name, 0) for name in MISSED)
    return counts


def demand_equal(peer: str, theirs: Mapping[str, int], ours: Mapping[str, int]) -> None:
    """UnequalError where a peer counted something else, or nothing anywhere."""
    if dict(theirs) != dict(ours):
        raise UnequalError(f"{peer} counted {dict(theirs)}, we counted {dict(ours)}")
    if not any(ours.values()):
        raise UnequalError("every rule is met everywhere: the log has nothing to count")


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """How many times ours each peer takes, against the aims."""
    for name, one in found["peers"].items():
        runs = [Measured(**run) for run in (*one["runs"], *found["ours"][one["own"]]["runs"])]
        said = f"{name} ÷ ours, {len(one['rules'])} equal rules, {found['events']:,} events"
        yield compared(said, Ratio(**one["ratio"]), one["aim"], runs, at_least=True)


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """Times by tool, versions, and which rules a tool cannot express."""
    yield from ("", "## Peers on equal rules", "")
    yield (
        f"The same log of {found['events']:,} events, whole processes, reading included. Every tool counts the same: "
        + ", ".join(f"{rule} {count:,}" for rule, count in sorted(found["counts"].items()))
        + ". Ours also checks every field it reads, finds duplicates, proves coverage and names each line. "
        "benchmarks/peers/ holds the rules in every tool's own words, and which of them it cannot express."
    )
    yield ""
    rows = []
    if found["floor"]:
        rows.append([f"bare typed read of {found['columns']} columns", "none", *_times(found["floor"]), "", "", ""])
    rows += [["ours", name.split(", ")[1], *_times(one), "", "", ""] for name, one in found["ours"].items()]
    for name, one in found["peers"].items():
        versions = ", ".join(f"{package} {version}" for package, version in one["versions"].items())
        times = [(one["ratio"], "wall"), (one["ratio"], "cpu"), (one["÷ floor"], "cpu")]
        ratios = [f"{number(ratio[unit])} ×" for ratio, unit in times]
        rows.append([f"{name} ({versions})", f"{len(one['rules'])} rules", *_times(one), *ratios])
    head = ("tool", "judges", "clock", "processor", "peak", "÷ ours", "by processor", "÷ bare read, by processor")
    yield from table(head, rows)
    yield from (
        "",
        "The last column is the most that any tool could gain on a peer which reads as the engine does and judges for nothing.",
    )
    for name, one in found["peers"].items():
        if one["cannot"]:
            yield from (
                "",
                f"{name} cannot express {one['cannot']}; we judge the same {len(one['rules'])} rules beside it.",
            )
    for name, why in found["skipped"].items():
        yield from ("", f"Skipped: {name}: {why}.")


def _times(one: Mapping[str, Any]) -> list[str]:
    return [f"{one['wall']:.2f} s", f"{one['cpu']:.2f} s", f"{one['peak_mb']:,.0f} MB"]
