from __future__ import annotations

from pathlib import Path

from tests.cli.test_exit_codes import CONFIG
from tests.conftest import Run

EVENT = '{"id":"1","type":"notice.received","time":"2026-07-01T09:00:00Z","service":"s","notice_id":"N","contact":"a@example.org"}\n'


def test_doctor_without_a_log_checks_the_installation(run: Run, tmp_path: Path) -> None:
    """Configuration, versions, fonts, tools and rules are looked at, without any log."""
    config = tmp_path / "compliance.toml"
    config.write_text(CONFIG, "utf-8")
    ran = run("doctor", "--config", config)
    assert ran.code == 0
    assert {line.split("  ")[0] for line in ran.out.splitlines()} >= {
        "configuration",
        "version",
        "fonts and time zones",
        "rules",
    }
    assert "name a log or --store" in ran.err


def test_doctor_ranks_what_is_missing(run: Run, tmp_path: Path) -> None:
    """With a log the missing sources are listed, the one that unlocks most rules first (given those before), with the events to log."""
    config, log = tmp_path / "compliance.toml", tmp_path / "log.ndjson"
    config.write_text(CONFIG, "utf-8")
    log.write_text(EVENT, "utf-8")
    ran = run("doctor", log, "--config", config)
    assert ran.code == 0
    counts = [int(line.split("unlocks ")[1].split()[0]) for line in ran.out.splitlines() if ": unlocks " in line]
    assert counts[0] == max(counts)
    assert counts[-1] < counts[0]
    assert any(". notice: unlocks" in line for line in ran.out.splitlines())
    assert "notice.received" in ran.out


def test_doctor_names_unanswered_questions(run: Run, tmp_path: Path) -> None:
    """A profile without answers is the first thing to mend, and the rules that wait are counted."""
    config, log = tmp_path / "compliance.toml", tmp_path / "log.ndjson"
    config.write_text('[service]\nid = "s"\n', "utf-8")
    log.write_text(EVENT, "utf-8")
    ran = run("doctor", log, "--config", config)
    assert "Answers missing in [profile]:" in ran.out
