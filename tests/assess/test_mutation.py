"""The mutation check names exactly the changes that a rule's tests let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.assess.mutation import mutate, mutate_rule
from compliance.rules.loader import load_rules
from tests.rules.conftest import SOUND

PROVED = """\
  - name: exactly on the limit
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
      2025-08-02T10:00:00Z notice.receipt_confirmed notice_id=N1
    expect: { N1: within_target }
  - name: one second past the limit, and another notice confirmed in time
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
      2025-08-01T10:00:00Z notice.received notice_id=N2 contact=a@example.org
      2025-08-01T10:00:00Z notice.receipt_confirmed notice_id=N2
      2025-08-02T10:00:01Z notice.receipt_confirmed notice_id=N1
    expect: { N1: over_target, N2: within_target }
  - name: confirmed before it came
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.receipt_confirmed notice_id=N1
      2025-08-01T10:00:01Z notice.received notice_id=N1 contact=a@example.org
    expect: { N1: over_target }
  - name: no contact
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1
    expect: {}
binds:
  - { day: 2024-02-16, expect: not_applicable }
  - { day: 2024-02-17, expect: applies }
  - { day: 2025-08-01, profile: { hosting: false, online_platform: false, marketplace: false, designated: "no" }, expect: not_applicable }
"""


def _write(folder: Path, *replacements: str, more: str = PROVED) -> Path:
    text = SOUND + more
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "DSA-16.4-SAMPLE.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_rule_whose_tests_prove_it_has_no_survivors(tmp_path: Path) -> None:
    """Where each part is proved by a test on both sides, no mutant survives."""
    (one,) = load_rules([_write(tmp_path)])
    found = mutate_rule(one)
    assert (found.broken, found.survivors) == ("", ())
    assert found.made == 10


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("T10:00:01Z notice.receipt_confirmed", "T10:00:02Z notice.receipt_confirmed", "24 hours 1 second"),
        (
            "notice_id=N1\n    expect: {}",
            "notice_id=N1 contact=b@example.org\n    expect: { N1: over_target }",
            "dropped",
        ),
        (
            "notice_id=N2 contact=a@example.org\n      2025-08-01T10:00:00Z notice.receipt_confirmed notice_id=N2\n",
            "notice_id=N2\n",
            "the key",
        ),
        ("{ day: 2024-02-16, expect", "{ day: 2024-02-15, expect", "turned into 2024-02-16"),
        ("{ day: 2024-02-17, expect", "{ day: 2024-02-18, expect", "turned into 2024-02-18"),
    ],
)
def test_a_part_that_no_test_proves_survives(old: str, new: str, change: str, tmp_path: Path) -> None:
    """Weakening the one test that proves a part lets the mutants of that part live, named with file and line."""
    path = _write(
        tmp_path, old, new, *(("N1: over_target, N2: within_target", "N1: over_target") if "N2" in old else ())
    )
    (one,) = load_rules([path])
    survivors = mutate_rule(one).survivors
    assert [survivor for survivor in survivors if change in survivor.change]
    assert all(survivor.place.file == str(path) and survivor.place.line for survivor in survivors)


def test_a_rule_whose_own_tests_fail_is_not_mutated(tmp_path: Path) -> None:
    """Tests that already fail prove nothing, and are named."""
    (one,) = load_rules([_write(tmp_path, "{ N1: within_target }", "{ N1: over_target }")])
    found = mutate_rule(one)
    assert found.made == 0
    assert found.broken == "its own tests fail: confirmed"


def test_workers_find_the_same(tmp_path: Path) -> None:
    """Two processes and one give the same answer, in the same order."""
    _write(tmp_path, more="")
    second = SOUND.replace("DSA-16.4-SAMPLE", "DSA-16.4-SECOND")
    (tmp_path / "DSA-16.4-SECOND.yaml").write_text(second, "utf-8")
    loaded = load_rules([tmp_path])
    assert list(mutate(loaded, workers=2)) == list(mutate(loaded, workers=1))
