"""A store remembers what its last check said: the next one says the same as if it had judged everything."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.assess import again
from compliance.assess.recall import FOLDER
from compliance.events.stored import StoreLocator
from tests.conftest import Run

CONFIG = """
[service]
id = "s"
name = "Halcyon Live (synthetic)"
zone = "Europe/Dublin"
calendar = "IE"
started = 2026-01-01

[profile]
intermediary = true
offered_in_union = true
hosting = true
online_platform = true
marketplace = false
search_engine = false
enterprise_size = "large"
designated = "no"
disseminates_to_public = true
"""
START = datetime(2026, 3, 1, tzinfo=UTC)


def _at(hours: float) -> str:
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(name: str, kind: str, hours: float, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "time": _at(hours), "service": "s", "source": "desk", **fields}


def _days(first: int, last: int) -> list[dict[str, Any]]:
    """Notices of these days, most of them confirmed and decided, some late and some never."""
    events = []
    for number in range(first * 10, last * 10):
        case, hours = f"N{number}", number * 2.4
        events.append(_event(f"n{number}", "notice.received", hours, notice_id=case, contact="a@example.org", has_contact=True,
                             notifier_type="individual", category="SCAMS_AND_FRAUD"))  # fmt: skip
        if number % 7:
            events.append(_event(f"r{number}", "notice.receipt_confirmed", hours + 1 + number % 40, notice_id=case))
        if number % 5:
            events.append(_event(f"d{number}", "notice.decided", hours + 20 + (number % 11) * 24, notice_id=case,
                                 notice_outcome="removed", decision_id=f"D{number % 170}", automated_processing=False))  # fmt: skip
    until = _at(last * 24)
    events.append(_event(f"h{last}", "log.heartbeat", last * 24, complete_from=_at(first * 24), complete_until=until, event_types=["*"]))  # fmt: skip
    return [event for event in events if event["time"] <= until]


class Desk:
    """A store of thirty days that was checked once, and what is done with it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder, self.store = run, folder, folder / "store"
        (folder / "compliance.toml").write_text(CONFIG, "utf-8")
        self.files = 0
        self.add(_days(0, 30))
        self.first = self.check()

    def add(self, lines: list[Any]) -> None:
        """Ingests lines as one more file."""
        self.files += 1
        path = self.folder / f"{self.files}.ndjson"
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        path.write_text(text, "utf-8")
        ran = self.run("ingest", path, "--store", self.store, "--config", self.folder / "compliance.toml")
        assert ran.code in (0, 1, 4), ran.err

    def check(self, *options: Any) -> tuple[dict[str, Any], bool]:
        """The assessment without its SQL, and whether part of it was remembered."""
        config = ("--config", self.folder / "compliance.toml")
        ran = self.run("check", "--store", self.store, *config, "--format", "json", *options)
        found = json.loads(ran.out)
        for rule in found["rules"]:
            rule.pop("sql")
        return found, "judged again only" in ran.err

    def agrees(self, *options: Any, remembered: bool = True) -> dict[str, Any]:
        """What a check says now, which is what judging everything says."""
        went_on, did = self.check(*options)
        whole, never = self.check("--anew", *options)
        assert (did, never) == (remembered, False)
        assert went_on == whole
        return went_on


@pytest.fixture
def desk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The store after its first check, where a check goes on however small the store is."""
    monkeypatch.setattr(again, "FEW", 0)
    return Desk(run, tmp_path)


def _counts(assessment: dict[str, Any], rule: str) -> dict[str, int]:
    (found,) = [one["counts"] for one in assessment["rules"] if one["id"] == rule]
    return {verdict: number for verdict, number in found.items() if number}


def test_another_day_changes_open_cases_and_adds_its_own(desk: Desk) -> None:
    """Receipts that came since close what was open; limits that passed make misses; the rest stands."""
    before = _counts(desk.first[0], "DSA-16.4-RECEIPT")
    desk.add(_days(30, 31))
    after = _counts(desk.agrees(), "DSA-16.4-RECEIPT")
    assert sum(after.values()) == sum(before.values()) + 10
    assert after != before


def test_late_corrected_repeated_and_disputed_events_reach_back(desk: Desk) -> None:
    """A receipt of long ago, a correction of a trigger, and a line that contradicts an event change old verdicts."""
    desk.add([
        _event("late", "notice.receipt_confirmed", 1.5, notice_id="N0"),
        _event("corrected", "notice.received", 30, notice_id="N12", contact="a@example.org", has_contact=False, corrects="n12"),
        _event("n14", "notice.received", 33.6, notice_id="N14", contact="b@example.org"),
        _event("bad", "notice.receipt_confirmed", 90, notice_id=5),
    ])  # fmt: skip
    desk.agrees()


def test_coverage_that_is_taken_back_reaches_back(desk: Desk) -> None:
    """A gap that a source owns up to leaves open what was held to be missed."""
    before = _counts(desk.first[0], "DSA-16.4-RECEIPT")
    desk.add([_event("gap", "log.gap_declared", 720, gap_from=_at(100), gap_until=_at(130), event_types=["*"])])
    after = _counts(desk.agrees(remembered=True), "DSA-16.4-RECEIPT")
    assert after["undetermined"] > before.get("undetermined", 0)


def test_passing_time_alone_closes_what_was_open(desk: Desk) -> None:
    """Without a new line, a later date makes of open cases what they have become; an earlier one is judged anew."""
    desk.check("--as-of", _at(600))
    desk.agrees("--as-of", _at(612))
    desk.agrees("--as-of", _at(500), remembered=False)


def _damaged(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text[:-9] + text[-8:], "utf-8")


def _of_another_version(path: Path) -> None:
    body = path.read_text("utf-8").partition("\n")[2].removesuffix("\n").replace('"code":"', '"code":"0', 1)
    path.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n", "utf-8")


def _of_other_segments(path: Path) -> None:
    body = path.read_text("utf-8").partition("\n")[2].removesuffix("\n").replace('"segments":["', '"segments":["0', 1)
    path.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n", "utf-8")


def _unreadable(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_damaged, "it is damaged"),
        (_of_another_version, "another version"),
        (_of_other_segments, "does not hold the segments"),
        (_unreadable, "cannot be read"),
        (Path.unlink, ""),
    ],
)
def test_a_memory_that_does_not_fit_is_not_used(desk: Desk, spoil: Callable[[Path], None], said: str) -> None:
    """Everything is judged anew, and why is said; where there is no memory, nothing is."""
    (path,) = (desk.store / FOLDER).iterdir()
    spoil(path)
    config = ("--config", desk.folder / "compliance.toml")
    ran = desk.run("check", "--store", desk.store, *config, "--format", "json")
    assert "judged again only" not in ran.err
    assert ("was not used, as" in ran.err) == bool(said)
    assert said in ran.err
    assert desk.run("check", "--store", desk.store, *config, "--format", "json", "--anew").out == ran.out


def test_another_question_is_not_answered_from_memory(desk: Desk) -> None:
    """Another listing, another period, another configuration: judged anew."""
    desk.agrees("--listing", 3, remembered=False)
    desk.agrees("--period", "2026-03", remembered=False)
    config = desk.folder / "compliance.toml"
    config.write_text(CONFIG.replace('designated = "no"', 'designated = "vlop"'), "utf-8")
    desk.agrees(remembered=False)


def test_fewer_rules_do_not_forget_the_others(desk: Desk) -> None:
    """A check of one rule goes on from the memory, and leaves the memory of all as it was."""
    desk.add(_days(30, 31))
    desk.agrees("--only", "DSA-16.4-RECEIPT")
    desk.agrees()


def test_a_store_that_cannot_be_written_is_checked_all_the_same(desk: Desk) -> None:
    """Where nothing can be kept, nothing is said about it and the answer is the same."""
    for path in (desk.store / FOLDER).iterdir():
        path.unlink()
    (desk.store / FOLDER).rmdir()
    (desk.store / FOLDER).write_text("in the way", "utf-8")
    assert desk.check()[0] == desk.first[0]


def test_a_full_disk_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot be remembered for want of room says so; its answer, and what was remembered before, stand."""
    (path,) = (desk.store / FOLDER).iterdir()
    before = path.read_bytes()
    desk.add(_days(30, 31))

    def full(handle: int, *_: Any, **__: Any) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("compliance.assess.recall.os.fdopen", full)
        ran = desk.run("check", "--store", desk.store, "--config", desk.folder / "compliance.toml", "--format", "json")
    assert "does not remember this check (No space left on device)" in ran.err
    assert [each.read_bytes() for each in (desk.store / FOLDER).iterdir()] == [before]
    desk.agrees()


def test_a_memory_is_no_part_of_what_is_sealed(desk: Desk) -> None:
    """The store verifies with and without it."""
    assert desk.run("store", "verify", "--store", desk.store).code == 0


@pytest.mark.parametrize("few", [0, 10**6], ids=["going on", "a small store, judged anew"])
def test_lines_of_findings_that_stand_are_not_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Only lines of findings that came or changed are read; what they say is what a check of everything says."""
    monkeypatch.setattr(again, "FEW", few)
    read: list[int] = []
    events = StoreLocator.events

    def counting(self: StoreLocator, rows: Iterable[int]) -> dict[int, Any]:
        wanted = list(rows)
        read.append(len(wanted))
        return events(self, wanted)

    monkeypatch.setattr(StoreLocator, "events", counting)
    desk.add(_days(30, 31))
    desk.agrees(remembered=not few)
    going_on, whole = read
    assert 0 < going_on < whole / 4
