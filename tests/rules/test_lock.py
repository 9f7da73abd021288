"""A lock of the rules: a check by it is the same again, or says what differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.resources import data_dir
from compliance.rules.loader import load_rules, named
from compliance.rules.lock import lock_text, locked, read_lock, rules_lock

Run = Callable[..., Any]
RULES = named(load_rules(), ["DSA-16.4-RECEIPT", "DSA-16.6-DECIDE", "DSA-24.2-AMAR"])
EXAMPLE = data_dir("examples") / "first-look"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock file of three rules."""
    path = tmp_path / "rules.lock"
    path.write_text(lock_text(RULES), "utf-8")
    return path


def test_the_rules_of_the_lock_are_taken_and_no_others(lock: Path) -> None:
    """What has come to the packs since is left out."""
    assert locked(load_rules(), read_lock(lock)) == RULES
    assert rules_lock(locked(load_rules(), read_lock(lock))) == read_lock(lock).whole


def test_everything_that_differs_is_said_at_once(lock: Path) -> None:
    """A rule that is gone, one with another revision, one with other words under the same revision."""
    first, second, _ = RULES
    raised = replace(first, rule=first.rule.model_copy(update={"revision": 9}), digest="0" * 64)
    with pytest.raises(InputError) as refused:
        locked([raised, replace(second, digest="1" * 64)], read_lock(lock))
    assert refused.value.code == "LCK-DIFFERS"
    assert f"DSA-16.4-RECEIPT was revision {first.rule.revision} and is 9" in refused.value.message
    assert f"DSA-16.6-DECIDE (revision {second.rule.revision}) has other words" in refused.value.message
    assert "DSA-24.2-AMAR (revision 1) is not in the packs" in refused.value.message


def test_a_bundles_lock_holds_or_does_not(tmp_path: Path) -> None:
    """The one digest of a bundle's `rules.lock` is enough to reproduce, and too little to say what differs."""
    path = tmp_path / "rules.lock"
    path.write_text(rules_lock(RULES) + "\n", "utf-8")
    assert locked(RULES, read_lock(path)) == RULES
    with pytest.raises(InputError, match="does not name them"):
        locked(RULES[:2], read_lock(path))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "x"}', '{"format": "rules-lock/1"}', "not json"])
def test_what_is_no_lock_is_refused(text: str, tmp_path: Path) -> None:
    """With the file and the next step."""
    path = tmp_path / "lock"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        read_lock(path)
    assert refused.value.code == "LCK-FILE"
    assert "rules lock" in refused.value.hint


def test_a_check_is_reproduced_or_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own assessment or by a lock file the same bytes come out; by another's rules exit code 3."""
    monkeypatch.chdir(EXAMPLE)
    words = ("check", "log.ndjson", "--format", "json")
    first = run(*words)
    (tmp_path / "assessment.json").write_text(first.out, "utf-8")
    (tmp_path / "rules.lock").write_text(run("rules", "lock").out, "utf-8")
    for name in ("assessment.json", "rules.lock"):
        assert run(*words, "--rules-lock", tmp_path / name).out == first.out
    document = json.loads(first.out)
    document["rules_digests"]["DSA-16.4-RECEIPT"] = "0" * 64
    (tmp_path / "other.json").write_text(json.dumps(document), "utf-8")
    refused = run(*words, "--rules-lock", tmp_path / "other.json")
    assert (refused.code, refused.out) == (3, "")
    assert "LCK-DIFFERS" in refused.err
    assert "DSA-16.4-RECEIPT" in refused.err
