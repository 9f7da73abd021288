"""Comparing is worth something only where all count the same."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks import generate, rivals
from benchmarks.bench import Bench
from benchmarks.peers import equal
from benchmarks.peers.loop import Loop
from compliance.assess.ruletest import run_rule_tests
from compliance.assess.session import judge
from compliance.rules.loader import load_rules

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / "benchmarks" / "peers"


def _looped(log: Path) -> dict[str, int]:
    """What the loop that two peers share counts of a log."""
    loop = Loop()
    for line in log.read_text("utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        at = datetime.fromisoformat(event["time"])
        match event["type"]:
            case "notice.received":
                loop.received(event["notice_id"], at)
            case "notice.receipt_confirmed":
                loop.confirmed(event["notice_id"], at)
            case "notice.decided":
                loop.decided(event["member_state"], at, automated=event["automated_processing"])
            case "notice.decision_notified":
                loop.notified(event["notice_id"], at)
            case "restriction.applied":
                loop.restricted(event["clause_id"])
            case "sor.tdb_submitted":
                loop.submitted(event["puid"])
    return loop.counts()


def test_a_loop_counts_what_we_count(tmp_path: Path) -> None:
    """The five rules mean the same in our format and in plain Python, on a mixed log in which each of them is missed."""
    log = tmp_path / "mixed.ndjson"
    generate.generate(log, events=40_000, seed=1)
    run = judge([log], config=PEERS.parent / "peers.toml", rules=[PEERS / "rules"], only=equal.RULES)
    ours = rivals.missed({"rules": [{"id": rule.id, "counts": rule.counts} for rule in run.assessment.rules]})
    assert _looped(log) == ours
    assert all(ours[rule] for rule in equal.RULES)


def test_the_rules_of_the_comparison_hold_their_own_tests() -> None:
    """Each rule that peers are held to passes the tests inside its file."""
    found = load_rules([PEERS / "rules"])
    assert {one.rule.id for one in found} == set(equal.RULES)
    assert [result for result in run_rule_tests(found, 1) if result.problems] == []


def test_unequal_counts_are_no_comparison() -> None:
    """A peer that counts something else stops the benchmark, and so does a log in which nothing is missed."""
    rivals.demand_equal("peer", {"R": 2}, {"R": 2})
    with pytest.raises(rivals.UnequalError, match="we counted"):
        rivals.demand_equal("peer", {"R": 2}, {"R": 3})
    with pytest.raises(rivals.UnequalError, match="nothing to count"):
        rivals.demand_equal("peer", {"R": 0}, {"R": 0})


def test_what_cannot_be_known_is_not_compared() -> None:
    """An undetermined or pending instance has no counterpart in a peer."""
    with pytest.raises(rivals.UnequalError, match="undetermined"):
        rivals.missed({"rules": [{"id": "R", "counts": {"over_target": 1, "undetermined": 1}}]})


def test_a_missing_peer_is_skipped_and_named(tmp_path: Path) -> None:
    """Without the peers' packages their section says how to get them."""
    bench = Bench(tmp_path, peers=tmp_path / "nowhere" / "python")
    (tmp_path / "mixed-10.ndjson").write_text("", "utf-8")
    found = rivals.measured(bench, 10, 1)
    text = "\n".join(rivals.tables(found))
    assert set(found["skipped"]) == {peer.name for peer in rivals.PEERS}
    assert "Skipped: pm4py: not installed: `make bench-peers`" in text
    assert list(rivals.figures(found)) == []


def test_the_lock_of_the_peers_names_no_host() -> None:
    """Any index can serve the peers: the lock holds names, versions and hashes, and every peer that is asked for."""
    lines = (PEERS.parent / "requirements-peers.lock").read_text("utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith(("-", "--index"))] == []
    pinned = {line.split("==")[0] for line in lines if "==" in line}
    wanted = (PEERS.parent / "requirements-peers.in").read_text("utf-8").splitlines()
    assert {line.split("[")[0] for line in wanted if line and not line.startswith("#")} <= pinned
