"""A change between two versions of the rules is said as a compliance officer would say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.rules.difference import Change
from compliance.rules.loader import load_rules
from compliance.rules.lock import lock_text
from compliance.rules.version import compare, version_at
from tests.conftest import Run
from tests.rules.conftest import SOUND

LATER = "value: PT24H }\n      - { from: 2026-01-01, value: PT12H }"
WITHDRAWN = (
    "exceptions:\n  - id: gone\n    because: Nothing was left.\n"
    "    when: { event: notice.withdrawn, match: { notice_id: notice_id } }\nmessage:"
)


def _write(folder: Path, *replacements: str) -> Path:
    folder.mkdir(exist_ok=True)
    text = SOUND
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "DSA-16.4-SAMPLE.yaml"
    path.write_text(text, "utf-8")
    return path


def _said(tmp_path: Path, *replacements: str) -> list[tuple[str, str]]:
    before = version_at(_write(tmp_path / "before"))
    after = version_at(_write(tmp_path / "after", *replacements))
    return [(change.kind, change.words) for change in compare(before, after)]


@pytest.mark.parametrize(
    ("replacements", "kind", "words"),
    [
        (
            ("PT24H", "PT48H"),
            "limit",
            "limit: from 24 hours to 48 hours for what happens from 2024-02-17 on - also for the past",
        ),
        (("value: PT24H }", LATER), "limit", "limit: from 24 hours to 12 hours for what happens from 2026-01-01 on"),
        (
            ("origin: policy", "origin: statutory\n    source: Article 16(4)"),
            "limit",
            "limit: is now called law (Article 16(4)), and was the service's own (approved by: compliance-officer)",
        ),
        (
            ("{ services: [hosting] }", "{ services: [hosting], unless: [micro_enterprise] }"),
            "scope",
            "binds hosting, except micro enterprise that is not designated; from 2024-02-17 (before: hosting; from 2024-02-17)",
        ),
        (
            ("from: 2024-02-17 }\napplies", "from: 2024-02-18 }\napplies"),
            "scope",
            "binds hosting; from 2024-02-18 (before: hosting; from 2024-02-17)",
        ),
        (("class: soft", "class: hard"), "class", "is now a hard rule, and was a soft rule"),
        (
            ("{ contact: { present: true } }", "{ has_contact: { eq: true } }"),
            "trigger",
            "of `notice.received` it takes those where has contact is true (before: contact is recorded)",
        ),
        (
            ("    within: $limit", "    where: { delivered: { eq: true } }\n    within: $limit"),
            "expectation",
            "expects: `notice.receipt_confirmed` where delivered is true with the same `notice_id` follows, within 24 hours. "
            "(before: `notice.receipt_confirmed` with the same `notice_id` follows, within 24 hours.)",
        ),
        (
            ("message:", WITHDRAWN),
            "exception",
            "new exception gone: `notice.withdrawn` with the same `notice_id`. Nothing was left.",
        ),
        (("level: low", "level: high"), "severity", "a miss is now high, and was low"),
        (
            ("message:", "closed_when: { event: notice.closed, match: { notice_id: notice_id } }\nmessage:"),
            "closing",
            "the case is closed by `notice.closed` (before: nothing)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_change_is_said_in_words(replacements: tuple[str, ...], kind: str, words: str, tmp_path: Path) -> None:
    """Each kind of change has its own sentence, and a revision that was not raised is named beside it."""
    said = _said(tmp_path, *replacements)
    assert (kind, words) in said
    assert ("revision", "the revision is still 1, although the rule would judge otherwise") in said


def test_a_raised_revision_is_not_reproached(tmp_path: Path) -> None:
    """With the revision raised only the change itself is said."""
    said = _said(tmp_path, "PT24H", "PT48H", "revision: 1", "revision: 2")
    assert [kind for kind, _ in said] == ["limit"]


def test_other_words_are_called_wording_only(tmp_path: Path) -> None:
    """A reworded title and remedy judge nothing otherwise, and need no revision."""
    assert _said(tmp_path, "title: A sample", "title: Another", "remedy: Confirm it.", "remedy: Do.") == [
        ("wording", "nothing is judged otherwise; other words: title, remedy")
    ]


def test_tests_and_layout_are_no_change(tmp_path: Path) -> None:
    """What proves a rule and how its file is laid out says nothing."""
    assert _said(tmp_path, "name: confirmed\n", "name: renamed\n", "class: soft", "class:   soft  # comment") == []


def test_rules_that_come_and_go(tmp_path: Path) -> None:
    """A new rule is said with what it asks, a gone one with its title and its successor."""
    before = version_at(
        _write(tmp_path / "before", "status: stable", "status: deprecated\nsuperseded_by: DSA-16.4-OTHER")
    )
    after = version_at(_write(tmp_path / "after", "DSA-16.4-SAMPLE", "DSA-16.4-OTHER"))
    assert compare(before, after) == [
        Change(
            "DSA-16.4-OTHER",
            "new",
            "A sample (soft): for each `notice.received` where contact is recorded: `notice.receipt_confirmed` with the same "
            "`notice_id` follows, within 24 hours.",
        ),
        Change("DSA-16.4-SAMPLE", "gone", "A sample: no longer judged; DSA-16.4-OTHER stands instead"),
    ]


def test_a_lock_with_words_is_a_version(tmp_path: Path) -> None:
    """A lock that holds the words says the same as the folder it was written from."""
    folder = _write(tmp_path / "before").parent
    lock = tmp_path / "lock.json"
    lock.write_text(lock_text(load_rules([folder]), words=True), "utf-8")
    assert compare(version_at(lock), version_at(folder)) == []
    after = version_at(_write(tmp_path / "after", "PT24H", "PT48H", "revision: 1", "revision: 2"))
    assert [change.kind for change in compare(version_at(lock), after)] == ["limit"]


def test_a_lock_without_words_still_says_which_rules_changed(tmp_path: Path) -> None:
    """Digests tell that a rule is another one, not how."""
    lock = tmp_path / "lock.json"
    lock.write_text(lock_text(load_rules([_write(tmp_path / "before")])), "utf-8")
    after = version_at(_write(tmp_path / "after", "PT24H", "PT48H", "revision: 1", "revision: 2"))
    assert [change.words for change in compare(version_at(lock), after)] == [
        "revision 1 is now 2; the lock does not hold what it said"
    ]


def test_a_file_that_is_neither_is_refused(tmp_path: Path) -> None:
    """A file without rules, and a lock whose words are no rule, are named."""
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    with pytest.raises(InputError, match="no lock of rules"):
        version_at(other)
    lock = tmp_path / "lock.json"
    text = lock_text(load_rules([_write(tmp_path / "before")]), words=True)
    lock.write_text(text.replace('"class": "soft"', '"class": "harsh"'), "utf-8")
    with pytest.raises(InputError, match="are no rule"):
        version_at(lock)


def test_the_verb_prints_each_format(tmp_path: Path, run: Run) -> None:
    """Table, Markdown and JSON say the same change."""
    before, after = (
        _write(tmp_path / "before"),
        _write(tmp_path / "after", "PT24H", "PT48H", "revision: 1", "revision: 2"),
    )
    for form in ("table", "md", "json", "csv"):
        ran = run("rules", "diff", str(before), str(after), "--format", form)
        assert ran.code == 0
        assert "from 24 hours to 48 hours" in ran.out
        assert "1 rules changed, 1 of them judge otherwise" in ran.err
