"""An answer against what was said before: same figure and days must agree, a part is never larger than the whole."""

from __future__ import annotations

import datetime as dt
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import write_answer
from compliance.answers.consistency import Figure, contradictions, read_source
from compliance.errors import InputError
from tests.answers.small_store import SmallStore, asked, inputs
from tests.conftest import Run
from tests.transparency.sound import put, sound_report, write_folder


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    """A matter with a drafted answer that states a figure."""
    letter = asked(tmp_path)
    write_answer(inputs(tmp_path), letter, SmallStore(), clock=lambda: dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC))
    return tmp_path / "out"


JULY = (date(2026, 7, 1), date(2026, 7, 31))
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


def stated(
    amount: float | None,
    days: tuple[date, date] = JULY,
    *,
    figure: str = "notices.received",
    population: str = "",
    value: str = "",
) -> Figure:
    """A figure as somebody stated it."""
    return Figure("somewhere", "somehow", figure, *days, value or str(amount), amount, population)


@pytest.mark.parametrize(
    ("here", "there", "why"),
    [
        (stated(5), stated(5), ""),
        (stated(5), stated(6), "the same figure over the same days"),
        (stated(5), stated(6, figure="notices.items"), ""),
        (stated(5), stated(4, QUARTER), "a part is larger than the whole"),
        (stated(5), stated(9, QUARTER), ""),
        (stated(9, QUARTER), stated(12), "a part is larger than the whole"),
        (stated(5, population="N-1"), stated(4), "a part is larger than the whole"),
        (stated(5, population="N-1"), stated(4, population="N-2"), ""),
        (stated(5), stated(4, (date(2026, 7, 15), date(2026, 8, 15))), ""),
        (stated(None, value="median 3 h"), stated(None, value="median 4 h"), "the same figure over the same days"),
        (stated(None, value="median 3 h"), stated(None, QUARTER, value="median 4 h"), ""),
    ],
)
def test_what_cannot_both_be_right(here: Figure, there: Figure, why: str) -> None:
    """Only the same figure of the same or an enclosing population over the same or enclosing days is compared."""
    assert [one.why for one in contradictions([here], [there])] == ([why] if why else [])


def test_reports_and_statements_are_read(tmp_path: Path) -> None:
    """A quarterly report, a transparency report and public statements give figures with their days."""
    quarterly = {"period": {"label": "2026-Q3", "first": "2026-07-01", "last": "2026-09-30"}, "figures": {"figures": [
        {"id": "notices.received", "title": "Notices", "kind": "count", "value": 7, "parameters": ["t", 1, 2, 3]},
        {"id": "notices.decision_time", "title": "Time", "kind": "times", "value": 7, "parameters": []},
        {"id": "orders.received", "title": "Orders", "kind": "count", "value": None, "parameters": []}]}}  # fmt: skip
    (tmp_path / "report.json").write_text(json.dumps(quarterly), "utf-8")
    assert [(one.id, one.amount, one.first, one.last) for one in read_source(tmp_path)] == [
        ("notices.received", 7.0, *QUARTER)
    ]
    report = sound_report()
    put(report, 4, "notices", "", "TOTAL", "", text="77")
    read = {one.id: one for one in read_source(write_folder(report, tmp_path / "tr"))}
    assert (read["notices.received"].amount, read["notices.received"].first) == (77.0, date(2026, 1, 1))
    assert {"complaints.received", "complaints.disputes"} <= read.keys()
    said = tmp_path / "said.yaml"
    said.write_text("statements:\n- {figure: notices.received, from: 2026-07-01, to: 2026-07-31, value: 9, said_by: head of press, "
                    "on: 2026-08-02, where: press release}\n", "utf-8")  # fmt: skip
    assert [(one.amount, one.source) for one in read_source(said)] == [(9.0, "press release of 2026-08-02")]


@pytest.mark.parametrize("content", ["statements: [{figure: x}]", "3", "statements:\n- {figure: a, from: x, to: y, value: 1, said_by: r, on: 1, where: w}"])  # fmt: skip
def test_statements_that_lack_something_are_refused(tmp_path: Path, content: str) -> None:
    """A clear error instead of a comparison with half a statement."""
    place = tmp_path / "said.yaml"
    place.write_text(content, "utf-8")
    with pytest.raises(InputError, match="CON-STATEMENT"):
        read_source(place)


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    """An empty folder, and JSON that is no report."""
    with pytest.raises(InputError, match="CON-SOURCE"):
        read_source(tmp_path)
    (tmp_path / "x.json").write_text('{"a": 1}', "utf-8")
    with pytest.raises(InputError, match="CON-SOURCE"):
        read_source(tmp_path / "x.json")


def test_approval_waits_until_a_contradiction_is_settled(drafted: Path, run: Run, tmp_path: Path) -> None:
    """Compared, refused, settled with a reason, approved; all of it stands in the matter's log."""
    figures: list[dict[str, Any]] = [
        figure
        for place in sorted((drafted / "bundle/data/answer/questions").glob("*.json"))
        for figure in json.loads(place.read_text("utf-8"))["figures"]
        if figure["amount"]
    ]
    first, last = figures[0]["period"].split(" ")[0], figures[0]["period"].split(" ")[2]
    said = tmp_path / "said.yaml"
    said.write_text(f"statements:\n- {{figure: {figures[0]['id']}, from: {first}, to: {last}, value: {figures[0]['amount'] - 1}, "
                    "said_by: head of press, on: 2026-09-01, where: press release}\n", "utf-8")  # fmt: skip
    ran = run("matter", "compare", drafted, "--role", "analyst", "--against", said)
    assert ran.code == 1
    name = ran.out.split("\t")[0]
    assert run("matter", "approve", drafted, "--role", "reviewer", "--step", "reviewed").code == 0
    refused = run("matter", "approve", drafted, "--role", "head of compliance")
    assert "MAT-CONTRADICTION" in refused.err
    assert f"open\t{name}" in run("matter", "show", drafted).out
    assert "CON-REASON" in run("matter", "settle", drafted, name, "--role", "head of press", "--note", " ").err
    for line in ran.out.splitlines():
        settled = run(
            "matter", "settle", drafted, line.split("\t")[0], "--role", "head of press", "--note", "a slip; corrected"
        )
        assert settled.code == 0
    assert "CON-UNKNOWN" in run("matter", "settle", drafted, name, "--role", "head of press", "--note", "again").err
    approved = run("matter", "approve", drafted, "--role", "head of compliance")
    assert (approved.code, "compared with nothing" in approved.err) == (0, False)
