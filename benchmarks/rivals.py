"""Peers on equal rules: each judges the same log by the same rules in a process of its own, and must count what we count."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.bench import HERE, Bench
from benchmarks.figure import Figure, compared, number, table
from benchmarks.measure import Measured, Ratio, Runs, interleaved, ratio, summary

FOLDER = HERE / "peers"
MISSED = ("over_target", "non_compliant")


class UnequalError(RuntimeError):
    """A peer counted something else than we did: comparing its time would be worthless."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: its script in `peers/`, the module without which it cannot run, and how many times ours it should take."""

    name: str
    script: str
    module: str
    aim: float


PEERS = (
    Peer("orjson loop", "orjson_loop.py", "orjson", 5.0),
    Peer("pydantic loop", "pydantic_loop.py", "pydantic", 8.0),
    Peer("pandera on polars", "pandera_polars.py", "pandera", 4.0),
    Peer("pm4py", "pm4py_ltl.py", "pm4py", 20.0),
    Peer("pySigma to SQLite", "pysigma_sqlite.py", "sigma.backends.sqlite", 20.0),
    Peer("Great Expectations on pandas", "great_expectations_pandas.py", "great_expectations", 40.0),
)


def measured(bench: Bench, events: int, rounds: int) -> dict[str, Any]:
    """Times and counts of every peer that is there; why the others were skipped."""
    log = bench.log(events)
    skipped = {peer.name: why for peer in PEERS if (why := _missing(bench, peer))}
    there = [peer for peer in PEERS if peer.name not in skipped]
    told: dict[str, dict[str, Any]] = {}

    def run_peer(peer: Peer) -> Measured:
        run, told[peer.name] = bench.told([bench.peers, FOLDER / peer.script, log])
        return run

    ours: dict[str, dict[str, int]] = {}

    def run_ours(name: str, rules: tuple[str, ...]) -> Measured:
        out = bench.work / "assessment.json"
        only = [word for rule in rules for word in ("--only", rule)]
        words = ("--config", HERE / "peers.toml", "--rules", FOLDER / "rules", *only, "--format", "json")
        run = bench.run(bench.cli("check", log, *words), out=out)
        ours[name] = missed(json.loads(out.read_text("utf-8")))
        return run

    for peer in there:
        run_peer(peer)
    sets = {tuple(sorted(told[peer.name]["counts"])) for peer in there}
    for rules in sets:
        run_ours("", rules)
    ours.clear()
    contestants = {
        f"ours, {len(rules)} rules": _later(run_ours, f"ours, {len(rules)} rules", rules) for rules in sorted(sets)
    }
    contestants |= {peer.name: _later(run_peer, peer) for peer in there}
    runs = interleaved(contestants, rounds, name=f"peers on {events:,} events")
    found = {}
    for peer in there:
        counts = told[peer.name]["counts"]
        own = f"ours, {len(counts)} rules"
        demand_equal(peer.name, counts, ours[own])
        found[peer.name] = _found(peer, runs, own, told[peer.name])
    mine = {name: summary(each) for name, each in runs.items() if name in ours}
    return {"events": events, "counts": max(ours.values(), key=len, default={}), "ours": mine,
            "peers": found, "skipped": skipped}  # fmt: skip


def _later(function: Any, *given: Any) -> Any:
    return lambda: function(*given)


def _found(peer: Peer, runs: Runs, own: str, told: Mapping[str, Any]) -> dict[str, Any]:
    times = asdict(ratio(runs[peer.name], runs[own]))
    return {**summary(runs[peer.name]), "aim": peer.aim, "rules": sorted(told["counts"]), "versions": told["versions"],
            "own": own, "ratio": times}  # fmt: skip


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
    rows = [[name, name.split(", ")[1], *_times(one), "", ""] for name, one in found["ours"].items()]
    for name, one in found["peers"].items():
        versions = ", ".join(f"{package} {version}" for package, version in one["versions"].items())
        ratios = [f"{number(one['ratio'][unit])} ×" for unit in ("wall", "cpu")]
        rows.append([f"{name} ({versions})", f"{len(one['rules'])} rules", *_times(one), *ratios])
    yield from table(("tool", "judges", "clock", "processor", "peak", "÷ ours", "by processor"), rows)
    for name, why in found["skipped"].items():
        yield from ("", f"Skipped: {name}: {why}.")


def _times(one: Mapping[str, Any]) -> list[str]:
    return [f"{one['wall']:.2f} s", f"{one['cpu']:.2f} s", f"{one['peak_mb']:,.0f} MB"]
