"""Loading rules: what is sound loads, and everything that is not is named at once with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import RuleErrors, UsageError
from compliance.rules.loader import load_rules, named, read_rules
from compliance.rules.lock import digest_of, rules_lock
from tests.rules.conftest import SOUND, Changed, Faults


def test_a_sound_rule_loads(changed: Changed) -> None:
    """A sound file gives one rule with its path, its digest and its line marks."""
    path = changed()
    (loaded,) = load_rules([path])
    assert loaded.rule.id == "DSA-16.4-SAMPLE"
    assert loaded.path == path
    assert len(loaded.digest) == 64
    assert loaded.marks["for_each",][0] == SOUND.splitlines().index("for_each:") + 1


def test_all_faults_of_all_files_come_at_once(changed: Changed) -> None:
    """One call names the faults of every file, sorted by file and line."""
    changed("notice.received\n", "notice.recieved\n", "$limit", "$limt", name="a.yaml")
    changed("class: soft", "class: softish", name="b.yaml")
    with pytest.raises(RuleErrors) as caught:
        load_rules([changed(name="c.yaml").parent])
    assert [(Path(f.place.file).name, f.code) for f in caught.value.faults if f.place] == [
        ("a.yaml", "RUL-UNUSED"),
        ("a.yaml", "RUL-EVENT"),
        ("a.yaml", "RUL-PARAMETER"),
        ("b.yaml", "RUL-FORM"),
    ]


def test_a_fault_has_line_and_column_and_a_next_step(faults: Faults) -> None:
    """The place points at the word that is wrong, and the hint names the nearest right one."""
    (fault,) = faults("event: notice.receipt_confirmed\n", "event: notice.receipt_confimed\n")
    assert fault.place is not None
    assert fault.code == "RUL-EVENT"
    lines = SOUND.splitlines()
    assert fault.place.line == next(i for i, line in enumerate(lines, 1) if "event: notice.receipt_confirmed" in line)
    assert fault.place.column == 5
    assert "notice.receipt_confirmed" in fault.hint


def test_two_files_with_one_id(changed: Changed) -> None:
    """An id that stands in two files is a fault that names the other file."""
    folder = changed(name="a.yaml").parent
    changed(name="b.yaml")
    (fault,) = read_rules([folder])[1]
    assert fault.code == "RUL-DUPLICATE"
    assert "a.yaml" in fault.message


def test_a_circle_of_successors(changed: Changed) -> None:
    """Rules that supersede each other in a circle are refused, each at its own place."""
    changed("status: stable", "status: deprecated\nsuperseded_by: DSA-16.4-OTHER", name="a.yaml")
    folder = changed(
        "id: DSA-16.4-SAMPLE",
        "id: DSA-16.4-OTHER",
        "status: stable",
        "status: deprecated\nsuperseded_by: DSA-16.4-SAMPLE",
        name="b.yaml",
    ).parent
    assert [fault.code for fault in read_rules([folder])[1]] == ["RUL-CYCLE", "RUL-CYCLE"]


def test_a_successor_that_does_not_exist(faults: Faults) -> None:
    """A successor must be loaded too."""
    (fault,) = faults("status: stable", "status: deprecated\nsuperseded_by: DSA-16.4-NONE")
    assert fault.code == "RUL-SUCCESSOR"


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    """A folder that is missing is named, not silently empty."""
    with pytest.raises(Exception, match="no such file or folder"):
        load_rules([tmp_path / "none"])


def test_rules_by_name(changed: Changed) -> None:
    """Rules are found by id and by key; an unknown name gives the nearest."""
    loaded = load_rules([changed()])
    assert named(loaded, ["NTC-RECEIPT"]) == named(loaded, ["DSA-16.4-SAMPLE"]) == named(loaded, []) == loaded
    with pytest.raises(UsageError) as caught:
        named(loaded, ["DSA-16.4-SIMPLE"])
    assert "DSA-16.4-SAMPLE" in caught.value.hint


def test_the_digest_ignores_tests_comments_and_layout(changed: Changed) -> None:
    """What a rule says decides its digest, not how it is laid out or tested."""
    plain = load_rules([changed()])[0].digest
    assert plain == load_rules([changed("name: confirmed\n", "name: renamed\n")])[0].digest
    assert plain == load_rules([changed("class: soft", "class:    soft   # comment")])[0].digest
    assert plain != load_rules([changed("PT24H", "PT25H")])[0].digest


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    """Two files with the same keys in another order say the same."""
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1, "tests": []})


def test_the_lock_covers_every_rule_whatever_their_order(changed: Changed) -> None:
    """The lock changes with any rule and with none of their order."""
    first = load_rules([changed()])[0]
    second = load_rules([changed("id: DSA-16.4-SAMPLE", "id: DSA-16.4-OTHER", name="o.yaml")])[0]
    assert rules_lock([first, second]) == rules_lock([second, first]) != rules_lock([first])
