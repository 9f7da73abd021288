"""A sound little rule to change, and a way to read it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.errors import RuleError
from compliance.rules.loader import LoadedRule, load_rules, read_rules

SOUND = """\
format: rule/1
id: DSA-16.4-SAMPLE
key: NTC-RECEIPT
class: soft
obligations: [DSA-16.4]
revision: 1
status: stable
title: A sample
summary: A sample rule.
legal:
  - act: Regulation (EU) 2022/2065
    provision: Article 16(4)
    eli: http://data.europa.eu/eli/reg/2022/2065/oj
    duty: confirm
    standard: without undue delay
in_force: { from: 2024-02-17 }
applies_to: { services: [hosting] }
severity: { level: low, because: It is a sample. }
parameters:
  limit:
    type: duration
    origin: policy
    because: A day will do.
    approved_by: compliance-officer
    values:
      - { from: 2024-02-17, value: PT24H }
for_each:
  event: notice.received
  where: { contact: { present: true } }
expect:
  response:
    event: notice.receipt_confirmed
    match: { notice_id: notice_id }
    within: $limit
message: Notice {subject} was not confirmed within {limit}.
remedy: Confirm it.
tests:
  - name: confirmed
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
      2025-08-01T11:00:00Z notice.receipt_confirmed notice_id=N1
    expect: { N1: within_target }
  - name: never confirmed
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
    expect: { N1: over_target }
"""

Changed = Callable[..., Path]
Faults = Callable[..., list[RuleError]]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Writes the sample rule with replacements (old, new, old, new, ...) and returns its file."""

    def write(*replacements: str, name: str = "DSA-16.4-SAMPLE.yaml") -> Path:
        text = SOUND
        for old, new in zip(replacements[::2], replacements[1::2], strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def faults(changed: Changed) -> Faults:
    """Faults of the sample rule with replacements."""

    def read(*replacements: str) -> list[RuleError]:
        return list(read_rules([changed(*replacements)])[1])

    return read


@pytest.fixture(scope="session")
def shipped() -> tuple[LoadedRule, ...]:
    """The shipped rules."""
    return load_rules()
