"""Every fault that a pack of rules can have: named at its line and column, all at once, and nothing is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.rules.loader import read_rules
from tests.conftest import Run
from tests.rules.conftest import SOUND

ID = "DSA-16.4-SAMPLE"
SECOND = "DSA-16.4-SECOND"
LOG = '{"id":"N1","type":"notice.received","time":"2025-08-01T10:00:00Z","service":"s","notice_id":"N1"}\n'


def _changed(*replacements: str) -> str:
    text = SOUND
    for old, new in zip(replacements[::2], replacements[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


WITHIN = "    expect: { N1: within_target }"
FAULTS: dict[str, tuple[str, str, str]] = {
    "an unknown event": (
        _changed("event: notice.received", "event: notice.recieved"),
        "RUL-EVENT",
        "  event: notice.recieved",
    ),
    "an unknown field": (_changed("{ contact:", "{ kontact:"), "RUL-FIELD", "kontact"),
    "a field of another event": (_changed("match: { notice_id:", "match: { contact_id:"), "RUL-FIELD", "contact_id"),
    "a typo in a key": (_changed("severity:", "severty:"), "RUL-KEY", "severty:"),
    "a limit without origin": (_changed("    origin: policy\n", ""), "RUL-REQUIRED", "  limit:"),
    "a limit nobody approved": (_changed("    approved_by: compliance-officer\n", ""), "RUL-APPROVAL", "  limit:"),
    "a law without provision": (_changed("origin: policy", "origin: statutory"), "RUL-SOURCE", "  limit:"),
    "an unknown parameter": (_changed("within: $limit", "within: $limits"), "RUL-PARAMETER", "within: $limits"),
    "values out of order": (
        _changed("value: PT24H }", "value: PT24H }\n      - { from: 2023-02-17, value: PT12H }"),
        "RUL-DATES",
        "from: 2023-02-17",
    ),
    "two values from one day": (
        _changed("value: PT24H }", "value: PT24H }\n      - { from: 2024-02-17, value: PT12H }"),
        "RUL-DATES",
        "value: PT12H",
    ),
    "an end before the start": (
        _changed("{ from: 2024-02-17 }\napplies", "{ from: 2024-02-17, until: 2024-01-01 }\napplies"),
        "RUL-DATES",
        "until:",
    ),
    "a year of another age": (
        _changed("from: 2024-02-17 }\napplies", "from: 0204-02-17 }\napplies"),
        "RUL-DATES",
        "0204",
    ),
    "a limit of a million days": (_changed("PT24H", "P1000000D"), "RUL-LIMIT", "P1000000D"),
    "a successor that is not there": (
        _changed("status: stable", "status: deprecated\nsuperseded_by: DSA-16.4-NONE"),
        "RUL-SUCCESSOR",
        "superseded_by",
    ),
    "an id of no form": (_changed(f"id: {ID}", "id: receipt"), "RUL-FORM", "id: receipt"),
    "an unknown obligation": (_changed("[DSA-16.4]", "[DSA-16.44]"), "RUL-REGISTER", "DSA-16.44"),
    "personal data shown": (
        _changed("match: { notice_id: notice_id }", "match: { notice_id: notice_id, recipient_id: actor_id }"),
        "RUL-FIELD",
        "recipient_id",
    ),
    "a gap of no event": (
        _changed(WITHIN, f"{WITHIN}\n    coverage: {{ gaps: {{ notise.*: [a/b] }} }}"),
        "RUL-TEST-GAP",
        "notise",
    ),
    "a gap that is no window": (
        _changed(
            WITHIN, f"{WITHIN}\n    coverage: {{ gaps: {{ notice.*: [2025-08-02T00:00:00Z/2025-08-01T00:00:00Z] }} }}"
        ),
        "RUL-TEST-GAP",
        "notice.*",
    ),
    "a captured field of no event": (
        _changed(WITHIN, f"{WITHIN}\n    coverage: {{ captures: {{ notice.received: [kontakt] }} }}"),
        "RUL-TEST-GAP",
        "kontakt",
    ),
    "an answer that no profile has": (
        _changed(WITHIN, f"{WITHIN}\n    profile: {{ hosting: maybe }}"),
        "RUL-TEST-PROFILE",
        "maybe",
    ),
    "a zone of no place": (
        _changed(WITHIN, f"{WITHIN}\n    service: {{ zone: Nowhere/City }}"),
        "RUL-TEST-SERVICE",
        "Nowhere",
    ),
    "a calendar of no country": (
        _changed(WITHIN, f"{WITHIN}\n    service: {{ calendar: XX }}"),
        "RUL-TEST-SERVICE",
        "XX",
    ),
    "a test of another age": (_changed("as_of: 2025-08-10", "as_of: 0025-08-10"), "RUL-DATES", "as_of: 0025"),
    "a verdict that there is not": (_changed(WITHIN, f"{WITHIN}\n    rule: fine"), "RUL-FORM", "rule: fine"),
    "an exception on a pattern that has none": (
        _changed("message:", "outer_field: notice_id\nmessage:"),
        "RUL-KIND",
        "outer_field",
    ),
}


@pytest.mark.parametrize("name", FAULTS, ids=str)
def test_a_fault_is_named_at_its_line(name: str, tmp_path: Path) -> None:
    """The code says what it is, the place is the line that is wrong, and the hint says what to do."""
    text, code, words = FAULTS[name]
    path = tmp_path / f"{ID}.yaml"
    path.write_text(text, "utf-8")
    faults = [fault for fault in read_rules([path])[1] if fault.code == code]
    assert faults
    places = [fault.place for fault in faults if fault.place is not None]
    assert all(place.file == str(path) and place.column for place in places)
    assert any(words in text.splitlines()[(place.line or 0) - 1] for place in places)
    assert all(fault.hint for fault in faults)


def test_a_personal_field_must_be_pseudonymised(tmp_path: Path) -> None:
    """A rule that reads who a person is says so under `evidence`, or does not load."""
    text = _changed("event: notice.received\n  where: { contact: { present: true } }", "event: restriction.applied")
    text = text.replace(
        "match: { notice_id: notice_id }", "match: { decision_id: decision_id, recipient_id: recipient_id }"
    )
    text = text.replace("event: notice.receipt_confirmed", "event: recipient.informed").replace(
        "notice.received notice_id=N1 contact=a@example.org", "restriction.applied decision_id=D1"
    )
    path = tmp_path / f"{ID}.yaml"
    path.write_text(text, "utf-8")
    assert "RUL-PERSONAL" in {fault.code for fault in read_rules([path])[1]}
    path.write_text(text.replace("message:", "evidence: { pseudonymise: [recipient_id] }\nmessage:"), "utf-8")
    assert "RUL-PERSONAL" not in {fault.code for fault in read_rules([path])[1]}


def test_a_typo_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    """A mistyped key is read as the one that was meant, so that the other faults of the file come with it."""
    path = tmp_path / f"{ID}.yaml"
    path.write_text(_changed("severity:", "severty:", "event: notice.received", "event: notice.recieved"), "utf-8")
    assert {"RUL-KEY", "RUL-REQUIRED", "RUL-EVENT"} <= {fault.code for fault in read_rules([path])[1]}


def test_a_rule_and_its_successor_do_not_overlap(tmp_path: Path) -> None:
    """A superseded rule ends before its successor starts."""
    old = _changed("status: stable", f"status: deprecated\nsuperseded_by: {SECOND}")
    (tmp_path / f"{ID}.yaml").write_text(old, "utf-8")
    (tmp_path / f"{SECOND}.yaml").write_text(
        _changed(ID, SECOND, "{ from: 2024-02-17 }\napplies", "{ from: 2025-01-01 }\napplies"), "utf-8"
    )
    (fault,) = read_rules([tmp_path])[1]
    assert (fault.code, "until: 2024-12-31" in fault.hint) == ("RUL-OVERLAP", True)
    ended = old.replace("{ from: 2024-02-17 }\napplies", "{ from: 2024-02-17, until: 2024-12-31 }\napplies")
    (tmp_path / f"{ID}.yaml").write_text(ended, "utf-8")
    assert read_rules([tmp_path])[1] == ()


def test_a_broken_pack_stops_everything(tmp_path: Path, run: Run) -> None:
    """With all faults in one folder each is printed with its place, the exit code is 3, and no rule is judged or tested."""
    pack = tmp_path / "pack"
    pack.mkdir()
    for number, (text, _, _) in enumerate(FAULTS.values()):
        (pack / f"{number:02}.yaml").write_text(text.replace(ID, f"DSA-{number}-SAMPLE", 1), "utf-8")
    (pack / "twice-a.yaml").write_text(SOUND, "utf-8")
    (pack / "twice-b.yaml").write_text(SOUND, "utf-8")
    log = tmp_path / "log.ndjson"
    log.write_text(LOG, "utf-8")
    linted = run("rules", "lint", pack)
    assert linted.code == 3
    for words in (("check", log, "--rules", pack), ("rules", "test", pack), ("rules", "mutate", pack)):
        ran = run(*words)
        assert (ran.code, ran.out) == (3, "")
        for path in pack.iterdir():
            assert f"{path}:" in linted.out
            assert f"{path}:" in ran.err or path.name == "twice-a.yaml"
        assert "RUL-DUPLICATE" in ran.err
        assert "nothing was evaluated" in ran.err
