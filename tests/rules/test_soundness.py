"""A well-formed rule that makes no sense is refused, with the word that is wrong and the next step."""

from __future__ import annotations

import pytest

from compliance.rules.loader import load_rules
from tests.rules.conftest import Changed, Faults

CASES = {
    "unknown field in a where": ("contact: { present: true }", "contakt: { present: true }", "RUL-FIELD", "contact"),
    "unknown field of the linked event": (
        "{ notice_id: notice_id }\n    within",
        "{ notice: notice_id }\n    within",
        "RUL-FIELD",
        "notice_id",
    ),
    "unknown field of the trigger in a match": (
        "{ notice_id: notice_id }\n    within",
        "{ notice_id: notice }\n    within",
        "RUL-FIELD",
        "notice_id",
    ),
    "fields of two kinds in a match": (
        "{ notice_id: notice_id }\n    within",
        "{ notice_id: item_count }\n    within",
        "RUL-KIND",
        "one kind",
    ),
    "a renamed event type": (
        "event: notice.receipt_confirmed",
        "event: misuse.warning",
        "RUL-EVENT",
        "misuse.warning_issued",
    ),
    "a clock that is no instant": (
        "expect:\n  response",
        "clock_from: notice_id\nexpect:\n  response",
        "RUL-KIND",
        "date-time",
    ),
    "a code that is not in the list": (
        "{ contact: { present: true } }",
        "{ notifier_type: { eq: trusted_flager } }",
        "RUL-CODE",
        "trusted_flagger",
    ),
    "text for a boolean": (
        "{ contact: { present: true } }",
        '{ has_contact: { eq: "yes" } }',
        "RUL-KIND",
        "true or false",
    ),
    "a number for text": ("{ contact: { present: true } }", "{ notice_id: { eq: 7 } }", "RUL-KIND", "string"),
    "an order on text": ("{ contact: { present: true } }", "{ notice_id: { lt: b } }", "RUL-OP", "present, eq"),
    "contains on text": ("{ contact: { present: true } }", "{ notice_id: { contains: b } }", "RUL-OP", "present, eq"),
    "an unknown test": (
        "{ contact: { present: true } }",
        "{ notice_id: { matches: b } }",
        "RUL-CONDITION",
        "write-a-rule",
    ),
    "a field compared with one of another kind": (
        "{ contact: { present: true } }",
        "{ notice_id: { eq: { field: item_count } } }",
        "RUL-KIND",
        "one kind",
    ),
    "a day for an instant": (
        "{ contact: { present: true } }",
        '{ delivered_at: { lt: "2025-02-18" } }',
        "RUL-KIND",
        "with its offset",
    ),
    "an instant compared with a parameter": (
        "{ contact: { present: true } }",
        "{ delivered_at: { lt: $limit } }",
        "RUL-KIND",
        "the instant itself",
    ),
    "a parameter in a condition that is not defined": (
        "{ contact: { present: true } }",
        "{ item_count: { lt: $most } }",
        "RUL-PARAMETER",
        "define it",
    ),
    "a duration where a list is wanted": (
        "{ contact: { present: true } }",
        "{ category: { in: $limit } }",
        "RUL-KIND",
        "another",
    ),
    "a statutory limit without its provision": ("origin: policy", "origin: statutory", "RUL-SOURCE", "provision"),
    "a policy that nobody approved": ("    approved_by: compliance-officer\n", "", "RUL-APPROVAL", "role"),
    "an obligation that the register does not have": ("[DSA-16.4]", "[DSA-16.44]", "RUL-REGISTER", "DSA-16.4"),
    "an end before the start": (
        "in_force: { from: 2024-02-17 }",
        "in_force: { from: 2024-02-17, until: 2024-01-01 }",
        "RUL-DATES",
        "order",
    ),
    "a first value after the rule's first day": (
        "- { from: 2024-02-17, value",
        "- { from: 2024-03-17, value",
        "RUL-DATES",
        "first day",
    ),
    "a test without an offset": ("as_of: 2025-08-10T00:00:00Z", "as_of: 2025-08-10T00:00:00", "RUL-DATES", "00:00:00Z"),
    "a period that ends before it starts": (
        "    as_of: 2025-08-10T00:00:00Z\n",
        "    as_of: 2025-08-10T00:00:00Z\n    period: [2025-08-02, 2025-08-01]\n",
        "RUL-DATES",
        "first day after",
    ),
    "an unknown placeholder": ("{subject}", "{subjekt}", "RUL-PLACEHOLDER", "subject"),
    "a placeholder that would disclose": ("{subject}", "{contact}", "RUL-PLACEHOLDER", "has_contact"),
    "a brace that is not closed": ("{subject}", "{subject", "RUL-PLACEHOLDER", "{subject}"),
    "a pseudonym for a field nobody has": (
        "remedy: Confirm it.",
        "remedy: Confirm it.\nevidence: { pseudonymise: [kontact] }",
        "RUL-FIELD",
        "contact",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_makes_no_sense_is_refused(case: str, faults: Faults) -> None:
    """Each mistake gives its own code, at a line and column, with a hint that helps."""
    old, new, code, hint = CASES[case]
    found = {fault.code: fault for fault in faults(old, new)}
    assert code in found
    assert hint in found[code].hint
    place = found[code].place
    assert place is not None
    assert place.line
    assert place.column


def test_an_unused_parameter_is_a_fault(faults: Faults) -> None:
    """A number that nothing uses misleads a reader, so it is refused."""
    assert [fault.code for fault in faults("    within: $limit\n", "", "{limit}", "time")] == ["RUL-UNUSED"]


def test_several_values_must_stand_in_order(faults: Faults) -> None:
    """Dated values out of order are refused before anybody judges by the wrong one."""
    (fault,) = faults(
        "- { from: 2024-02-17, value: PT24H }",
        "- { from: 2024-02-17, value: PT24H }\n      - { from: 2023-02-17, value: PT48H }",
    )
    assert fault.code == "RUL-DATES"


def test_open_fields_of_the_trigger_may_stand_in_a_message(changed: Changed) -> None:
    """A message may name fields that are not personal, confidential or restricted."""
    (loaded,) = load_rules([changed("{subject}", "{category}")])
    assert "{category}" in loaded.rule.message


def test_a_list_parameter_is_checked_against_the_codes(faults: Faults) -> None:
    """The codes inside a list parameter are checked like literals."""
    (fault,) = faults(
        "parameters:\n",
        "parameters:\n  kinds:\n    type: list\n    origin: policy\n    because: x\n    approved_by: officer\n    values:\n"
        "      - { from: 2024-02-17, value: [entity, enity] }\n",
        "{ contact: { present: true } }",
        "{ notifier_type: { in: $kinds } }",
    )
    assert (fault.code, "entity" in fault.hint) == ("RUL-CODE", True)
