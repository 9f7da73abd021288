"""Matters: steps in order, four eyes, approval bound to the bundle."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from compliance.answers.answer import write_answer
from compliance.answers.hold import holds_of, record_hold
from compliance.answers.matter import LOG, advance, append, open_matter
from compliance.errors import AnswerError, IntegrityError, StoreError
from compliance.events.store import Store
from tests.answers.small_store import SmallStore, asked, inputs


def clock() -> dt.datetime:
    """A fixed present."""
    return dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    """A matter with a drafted answer."""
    letter = asked(tmp_path, questions=[])
    write_answer(inputs(tmp_path), letter, SmallStore([]), clock=clock)
    return tmp_path / "out"


def test_steps_run_in_order(drafted: Path) -> None:
    """A draft is reviewed, approved, signed, sent and acknowledged, and the bundle's id stands in each step."""
    for state in ("reviewed", "approved", "signed", "sent", "acknowledged"):
        assert advance(drafted, clock, state, "head of compliance").state == state
    matter = open_matter(drafted)
    assert {entry.detail["bundle_id"] for entry in matter.entries if entry.action == "approved"} == {matter.bundle_id}
    assert matter.void == ""


def test_step_cannot_be_skipped(drafted: Path) -> None:
    """Approval without review is refused, and the error says what the steps are."""
    with pytest.raises(AnswerError) as caught:
        advance(drafted, clock, "approved", "head of compliance")
    assert (caught.value.code, "reviewed" in caught.value.hint) == ("MAT-ORDER", True)


def test_preparer_does_not_approve(drafted: Path) -> None:
    """The role that prepared the answer can neither review nor approve it, whatever the spelling."""
    with pytest.raises(AnswerError, match="MAT-FOUR-EYES"):
        advance(drafted, clock, "reviewed", "Compliance officer")
    advance(drafted, clock, "reviewed", "head of legal")
    with pytest.raises(AnswerError) as caught:
        advance(drafted, clock, "approved", " Compliance  OFFICER ")
    assert caught.value.code == "MAT-FOUR-EYES"


def test_any_edit_voids_the_approval(drafted: Path) -> None:
    """A byte changed after approval is named, and no further step is taken."""
    advance(drafted, clock, "reviewed", "head of legal")
    advance(drafted, clock, "approved", "head of compliance")
    page = drafted / "bundle/data/answer/answer.json"
    page.write_bytes(page.read_bytes() + b" ")
    matter = open_matter(drafted)
    assert "data/answer/answer.json" in matter.void
    with pytest.raises(AnswerError) as caught:
        advance(drafted, clock, "signed", "chief executive")
    assert caught.value.code == "MAT-VOID"


def test_other_bundle_voids_the_approval(drafted: Path, tmp_path: Path) -> None:
    """An intact bundle that is not the approved one does not pass for it."""
    advance(drafted, clock, "reviewed", "head of legal")
    other = tmp_path / "other"
    other.mkdir()
    write_answer(inputs(other, signatory="somebody else"), asked(other, questions=[]), SmallStore([]), clock=clock)
    (drafted / "bundle").rename(tmp_path / "old")
    (other / "out/bundle").rename(drafted / "bundle")
    assert "another one" in open_matter(drafted).void


def test_edited_log_is_refused(drafted: Path) -> None:
    """A changed line breaks the chain, and the line is named."""
    log = drafted / LOG
    lines = log.read_text().splitlines()
    lines[0] = lines[0].replace("compliance officer", "head of compliance")
    log.write_text("\n".join(lines) + "\n")
    with pytest.raises(IntegrityError) as caught:
        open_matter(drafted)
    assert (caught.value.code, caught.value.place.line if caught.value.place else 0) == ("MAT-CHAIN", 1)


def test_dropped_line_is_refused(drafted: Path) -> None:
    """A line taken out of the middle breaks the chain."""
    append(drafted, clock, "note", "x", {})
    append(drafted, clock, "note", "y", {})
    lines = (drafted / LOG).read_text().splitlines(keepends=True)
    (drafted / LOG).write_text("".join(lines[:1] + lines[2:]))
    with pytest.raises(IntegrityError):
        open_matter(drafted)


def test_step_needs_a_role(drafted: Path) -> None:
    """An empty role takes no step."""
    with pytest.raises(AnswerError) as caught:
        advance(drafted, clock, "reviewed", "  ")
    assert caught.value.code == "MAT-ROLE"


def test_no_matter_is_said(tmp_path: Path) -> None:
    """A folder without a log is no matter."""
    with pytest.raises(AnswerError) as caught:
        open_matter(tmp_path)
    assert caught.value.code == "MAT-MISSING"


def test_hold_stands_in_store_and_matter_once(tmp_path: Path) -> None:
    """A hold is in the store's ledger, not repeated, and in the matter each time it was asked for."""
    Store.create(tmp_path / "store")
    for _ in range(2):
        record_hold(tmp_path / "m", tmp_path / "store", role="counsel", reason="letter", reference="REF-1", clock=clock)
    assert [(entry["reference"], entry["role"]) for entry in holds_of(tmp_path / "store")] == [("REF-1", "counsel")]
    assert len([json.loads(line) for line in (tmp_path / "m" / LOG).read_text().splitlines()]) == 2
    assert Store.open(tmp_path / "store").checkpoint().size == 0


def test_hold_without_store_is_refused(tmp_path: Path) -> None:
    """A hold that cannot be recorded in the store named is an error, and the matter does not claim it."""
    with pytest.raises(StoreError):
        record_hold(
            tmp_path / "m", tmp_path / "nowhere", role="counsel", reason="letter", reference="REF-1", clock=clock
        )
    assert not (tmp_path / "m").exists()
