"""The verbs answer, verify and matter as a user meets them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from compliance.answers.answer import write_answer
from tests.answers.small_store import SmallStore, asked, inputs
from tests.conftest import Run


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    """A matter with a drafted answer."""
    letter = asked(tmp_path, questions=[])
    write_answer(inputs(tmp_path), letter, SmallStore([]), clock=lambda: dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC))
    return tmp_path / "out"


def test_verify_says_what_holds_and_what_was_not_checked(drafted: Path, run: Run) -> None:
    """An intact bundle gives exit code 0, one line per layer, the id, and the list of what was not checked."""
    ran = run("verify", str(drafted / "bundle"))
    assert ran.code == 0
    assert ran.out.rstrip().endswith("intact, signed with a TEST key")
    assert "not checked: when the bundle was sealed: it carries no time stamp" in ran.out
    assert ran.err.startswith("checked 19 layers of bundle:")


def test_verify_fails_with_file_and_layer(drafted: Path, run: Run) -> None:
    """A changed byte gives exit code 5, and both the listing and the error name file and layer."""
    page = drafted / "bundle/data/answer/answer.json"
    page.write_bytes(page.read_bytes().replace(b'"answer/1"', b'"answer/2"'))
    ran = run("verify", str(drafted / "bundle"), "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["intact"]) == (5, False)
    assert ("manifest", "data/answer/answer.json") in {(each["layer"], each["file"]) for each in found["failures"]}
    assert "VRF-FAILED data/answer/answer.json" in ran.err


@pytest.mark.parametrize(("arguments", "code", "name"), [
    (["verify", "nowhere"], 3, "VRF-NOT-A-FOLDER"), (["verify", ".", "--format", "xml"], 2, "USE-FORMAT"),
    (["verify", ".", "--signer", "abc"], 3, "VRF-FINGERPRINT"), (["matter", "show", "."], 3, "MAT-MISSING"),
])  # fmt: skip
def test_wrong_use_is_said(
    arguments: list[str], code: int, name: str, drafted: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no bundle, format, fingerprint or matter is refused with its code and the next step."""
    monkeypatch.chdir(drafted / "bundle")
    ran = run(*arguments)
    assert (ran.code, ran.err.split()[0].rstrip(":"), "next: " in ran.err) == (code, name, True)


def test_matter_moves_step_by_step(drafted: Path, run: Run) -> None:
    """Review and approval by two roles show in the matter with the bundle's id; an edit voids them with exit code 5."""
    assert run("matter", "approve", str(drafted), "--step", "reviewed", "--role", "head of legal").code == 0
    assert run("matter", "approve", str(drafted), "--role", "compliance officer").code == 3
    assert run("matter", "approve", str(drafted), "--role", "head of compliance").code == 0
    assert "state\tapproved" in run("matter", "show", str(drafted)).out
    (drafted / "bundle/VERIFY.md").write_text("trust us")
    ran = run("matter", "show", str(drafted))
    assert (ran.code, "VOID" in ran.out) == (5, True)


def test_hold_is_recorded(drafted: Path, tmp_path: Path, run: Run) -> None:
    """A hold by hand shows in the matter."""
    ran = run(
        "matter", "hold", str(drafted), "--role", "counsel", "--note", "court case", "--store", str(tmp_path / "store")
    )
    assert (ran.code, "court case" in ran.out) == (0, True)
    assert "\thold\tcounsel\t" in run("matter", "show", str(drafted)).out
