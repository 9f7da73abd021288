"""What stands on paper is short enough to be read there."""

from __future__ import annotations

import dataclasses

import pytest

from compliance.assess.model import Limit
from compliance.reports.content import Table
from compliance.reports.parts.outcome import log_folder
from compliance.reports.parts.quality import rules_applied
from tests.reports.quarter import assessment, finding, made, rule


def test_log_lines_are_short_on_paper() -> None:
    """The folder that all logs share is named once, not in each line; one file keeps its whole name."""
    files = {"files": [{"file": f"/srv/logs/{name}"} for name in ("a/n.ndjson", "b/m.ndjson")]}
    both = made(assessment([rule(non_compliant=1)], [finding(1)], ingest={**usual_ingest(), **files}))
    assert log_folder(both) == "/srv/logs/"
    assert log_folder(made(assessment([rule()], ingest={**usual_ingest(), "files": files["files"][:1]}))) == ""
    assert (
        log_folder(made(assessment([rule()], ingest={**usual_ingest(), "files": [{"file": "x"}, {"file": "y"}]}))) == ""
    )


def usual_ingest() -> dict[str, int]:
    """Counts of an ingest."""
    return {"lines": 10, "accepted": 8, "duplicates": 1, "rejected": 1, "blank": 0}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("['form', 'app']", "form, app"),
        (str(list("abcdef")), "a list of 6 values"),
        ("45000000", "45,000,000"),
        ("P0D", "the same day"),
    ],
)
def test_limits_are_read_by_people(value: str, words: str) -> None:
    """A limit is printed in words: lists without brackets, long ones by their length, numbers in thousands."""
    limited = dataclasses.replace(rule(), limits=(Limit(value, "policy"),))
    (table,) = rules_applied(made(assessment([limited])))
    assert isinstance(table, Table)
    assert table.rows[0][4].value == f"{words} (policy)"
