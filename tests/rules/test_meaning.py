"""A rule may not say what would be passed over in silence."""

from __future__ import annotations

import pytest

from compliance.rules.loader import read_rules
from tests.rules.conftest import Faults

THRESHOLD = "threshold: { metric: count, window: $limit, bound: { lt: $most } }"
BOUND = "parameters:\n  most: { type: integer, origin: policy, because: x, approved_by: o, values: [{ from: 2024-02-17, value: 5 }] }\n"
EXPECT = "response:\n    event: notice.receipt_confirmed\n    match: { notice_id: notice_id }\n    within: $limit"
LINK = "event: notice.receipt_confirmed, match: { notice_id: notice_id }, within: $limit"
EXCEPTION = "exceptions:\n  - id: x\n    because: x\n    when: { trigger: { contact: { present: true } } }\nmessage:"

CASES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "a window of months": (
        (EXPECT, THRESHOLD, "parameters:\n", BOUND, "value: PT24H", "value: P1M"),
        "RUL-LIMIT",
        "P30D",
    ),
    "a window of working days": (
        (EXPECT, THRESHOLD, "parameters:\n", BOUND, "value: PT24H", "value: 3WD"),
        "RUL-LIMIT",
        "P30D",
    ),
    "exceptions of a threshold": (
        (EXPECT, THRESHOLD, "parameters:\n", BOUND, "message:", EXCEPTION),
        "RUL-IGNORED",
        "for_each.where",
    ),
    "a statutory limit in two units": (
        ("origin: policy", "origin: statutory\n    source: Article 1", "value: PT24H", "value: P1DT12H"),
        "RUL-LIMIT",
        "as the law does",
    ),
    "a response before": (("within: $limit", "within: $limit\n    order: before"), "RUL-IGNORED", "precedence"),
    "two limits": (("within: $limit", "within: $limit\n    due_field: delivered_at"), "RUL-IGNORED", "outer_field"),
    "an order of precedence": ((EXPECT, f"precedence: {{ {LINK}, order: any }}"), "RUL-IGNORED", "remove it"),
    "a limit of closing": (
        ("message:", f"closed_when: {{ {LINK} }}\nmessage:"),
        "RUL-IGNORED",
        "remove it",
    ),
    "an order of an exception on the trigger": (
        ("message:", EXCEPTION.replace("} } }", "} }, order: any }")),
        "RUL-IGNORED",
        "remove it",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_would_be_ignored_is_refused(case: str, faults: Faults) -> None:
    """Each has its code, a line and a next step, and is the only fault of the rule."""
    replacements, code, hint = CASES[case]
    found = [fault for fault in faults(*replacements) if fault.code != "RUL-PLACEHOLDER"]
    assert [fault.code for fault in found] == [code]
    assert hint in found[0].hint
    assert found[0].place is not None
    assert found[0].place.line


def test_the_shipped_rules_say_nothing_in_vain() -> None:
    """No shipped rule has such a fault."""
    _, faults = read_rules()
    assert not [fault for fault in faults if fault.code in {"RUL-LIMIT", "RUL-IGNORED"}]
