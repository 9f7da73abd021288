"""Each exit code, reached as a user would reach it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

CONFIG = """
[service]
id = "s"

[profile]
online_platform = true
offered_in_union = true
enterprise_size = "large"
designated = "no"
"""


def _log(folder: Path, confirmed: str) -> Path:
    """A log of one notice and its confirmation, complete for July."""
    events = (
        {
            "id": "1",
            "type": "notice.received",
            "time": "2026-07-01T09:00:00Z",
            "notice_id": "N",
            "contact": "a@example.org",
        },
        {"id": "2", "type": "notice.receipt_confirmed", "time": confirmed, "notice_id": "N"},
        {
            "id": "3",
            "type": "log.heartbeat",
            "time": "2026-08-01T00:00:00Z",
            "source": "desk",
            "complete_from": "2026-07-01T00:00:00Z",
            "complete_until": "2026-08-01T00:00:00Z",
            "event_types": ["notice.*"],
        },
    )
    path = folder / "log.ndjson"
    path.write_text("".join(json.dumps(event | {"service": "s"}) + "\n" for event in events), "utf-8")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Configuration of a platform that has answered what decides applicability."""
    path = tmp_path / "compliance.toml"
    path.write_text(CONFIG, "utf-8")
    return path


def test_done_is_0(run: Run, tmp_path: Path, config: Path) -> None:
    """Confirmed in time: no finding for the rule, and the last line says what was checked."""
    ran = run("check", _log(tmp_path, "2026-07-01T09:01:00Z"), "--config", config, "--only", "DSA-16.4-RECEIPT")
    assert ran.code == 0
    assert ran.err.splitlines()[-1].startswith("checked 1 of 1 rules")


def test_findings_are_1(run: Run, tmp_path: Path, config: Path) -> None:
    """Confirmed after five days: a finding, named on stdout."""
    ran = run("check", _log(tmp_path, "2026-07-06T09:00:00Z"), "--config", config, "--only", "NTC-RECEIPT")
    assert ran.code == 1
    assert "DSA-16.4-RECEIPT" in ran.out


def test_findings_below_the_level_are_0(run: Run, tmp_path: Path, config: Path) -> None:
    """`--fail-level` decides which findings give exit 1; it hides none."""
    words = (
        "check",
        _log(tmp_path, "2026-07-06T09:00:00Z"),
        "--config",
        config,
        "--only",
        "NTC-RECEIPT",
        "--fail-level",
        "high",
    )
    ran = run(*words)
    assert ran.code == 0
    assert "1 of 1 did not meet it" in ran.out


def test_not_enough_evidence_is_4(run: Run, tmp_path: Path, config: Path) -> None:
    """A required rule that saw no coverage gives 4, and is named."""
    config.write_text('required = ["DSA-20.4-DECIDE"]\n' + CONFIG, "utf-8")
    ran = run(
        "check",
        _log(tmp_path, "2026-07-01T09:01:00Z"),
        "--config",
        config,
        "--only",
        "NTC-RECEIPT",
        "--only",
        "CMP-DECIDE",
    )
    assert ran.code == 4
    assert "not enough evidence: DSA-20.4-DECIDE" in ran.err


def test_a_broken_configuration_is_3(run: Run, tmp_path: Path, config: Path) -> None:
    """A misspelt key is named with file and field."""
    config.write_text(CONFIG.replace("offered_in_union", "offered_in_uinon"), "utf-8")
    ran = run("check", _log(tmp_path, "2026-07-01T09:01:00Z"), "--config", config)
    assert ran.code == 3
    assert ran.err.startswith(f"CFG-INVALID {config} [profile.offered_in_uinon]")


def test_a_tampered_store_is_5(run: Run, tmp_path: Path, config: Path) -> None:
    """A changed ledger entry breaks the chain: integrity, exit 5, whatever else is true."""
    store = tmp_path / "store"
    assert run("ingest", _log(tmp_path, "2026-07-01T09:01:00Z"), "--store", store, "--config", config).code == 0
    assert run("store", "verify", "--store", store).code == 0
    ledger = store / "ledger.jsonl"
    ledger.write_text(ledger.read_text("utf-8").replace("log.ndjson", "lag.ndjson"), "utf-8")
    ran = run("store", "verify", "--store", store)
    assert ran.code == 5
    assert "next: " in ran.err


def test_wrong_words_are_2(run: Run, tmp_path: Path, config: Path) -> None:
    """Options that do not fit together are usage, with a hint."""
    log = _log(tmp_path, "2026-07-01T09:01:00Z")
    for words in (
        ("--format", "yaml"),
        ("--only", "NTC-RECIEPT"),
        ("--fail-level", "loud"),
        ("--store", tmp_path / "store"),
    ):
        ran = run("check", log, "--config", config, *words)
        assert ran.code == 2, words
        assert "next: " in ran.err
