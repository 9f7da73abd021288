"""The method inside a bundle, run again on the events inside: what an insider with every key changes is found."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import AnswerResult
from compliance.answers.replay import replayed
from compliance.evidence.parquet import tables_parquet
from compliance.evidence.verify import Verification, verify_bundle
from tests.answers.small_store import REQUEST
from tests.answers.test_answer import answered, entry
from tests.conftest import Run
from tests.faults.test_bundle_tampering import SIGNER, edit_json, reseal

INSIDE = {
    "number": "9",
    "text": "Provide the log of notices received on the livestream.",
    "type": "log_extract",
    "leaf": True,
    "articles": ["32022R2065:16"],
}
"""A question whose extract holds every notice, so that the number of notices can be counted again."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> AnswerResult:
    """An answer whose notices are all inside."""
    return answered(tmp_path_factory.mktemp("full"), request={"questions": [*REQUEST["questions"], INSIDE]})


def check(root: Path) -> Verification:
    """Verify a bundle and run its method again."""
    return replayed(verify_bundle(root), root)


def stated_file(root: Path, number: str) -> Path:
    """File of one question's entry."""
    index = json.loads((root / "data/answer/answer.json").read_text())
    return root / "data" / next(each["file"] for each in index["questions"] if each["number"] == number)


def table_of(root: Path, kind: str, title: str = "") -> dict[str, Any]:
    """Index entry of the first exhibit of a kind."""
    index = json.loads((root / "data/exhibits/index.json").read_text())
    return next(each for each in index["exhibits"] if each["kind"] == kind and title in each["title"])


def rewrite(root: Path, exhibit: dict[str, Any], change: Callable[[list[list[str]]], object]) -> None:
    """Change the rows of a table exhibit, and its digest and size in the index."""
    path = root / "data" / exhibit["file"]
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    change(rows)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode())
    typed = path.with_suffix(".parquet")
    typed.write_bytes(tables_parquet([(rows[0], rows[1:])])[0])

    def adapt(index: dict[str, Any]) -> None:
        for each in index["exhibits"]:
            if each["id"] == exhibit["id"]:
                for described, place in ((each, path), (each["parquet"], typed)):
                    described.update(sha256=sha256(place.read_bytes()).hexdigest(), bytes=place.stat().st_size)

    edit_json(root / "data/exhibits/index.json", adapt)


def test_clean_bundle_replays(full: AnswerResult) -> None:
    """Chronology, extract, sample and the figures whose events are inside come out the same; the others are named."""
    found = check(full.bundle)
    assert found.failures == ()
    assert found.layers[-1].outcome == "ok"
    recipe = json.loads((full.bundle / "data/method/replay.json").read_text())
    inside = {each["figure"]: each["inside"] for each in recipe["figures"]}
    assert inside["notices.received"]
    assert not inside["complaints.received"]
    named = [text for text in found.not_checked if text.startswith("not replayable")]
    assert any("complaints.received of question 8" in text for text in named)
    assert not any("notices.received" in text for text in named)


def test_cited_cases_travel_whole_with_their_coverage(full: AnswerResult) -> None:
    """The notice behind a sampled decision is inside although nothing cites it; telemetry stays behind and is counted."""
    cases = json.loads((full.bundle / "data/log/cases.json").read_text())["cases"]
    events = {
        event["id"]: event
        for event in map(json.loads, (full.bundle / "data/events/events.jsonl").read_text().splitlines())
    }
    told = {case["value"]: {events[name]["type"] for name in case["events"]} for case in cases}
    sampled = [event["notice_id"] for event in events.values() if event["type"] == "notice.decided"]
    assert sampled
    assert all(told[notice] == {"notice.received", "notice.decided"} for notice in sampled)
    stream = next(case for case in cases if case["field"] == "stream_id")
    assert {"type": "livestream.join_attempted", "records": 240} in stream["left_out"]
    coverage = json.loads((full.bundle / "data/log/coverage.json").read_text())
    assert coverage["complete"]["notice.received"] == [["2026-07-01T00:00:00Z", "2026-09-30T00:00:00Z"]]


def tampered_figure(root: Path) -> None:
    """One notice fewer."""

    def change(question: dict[str, Any]) -> None:
        question["figures"][0].update(value="29", amount=29)

    edit_json(stated_file(root, "2"), change)


def tampered_words(root: Path) -> None:
    """The printed value says less than the number beside it."""

    def change(question: dict[str, Any]) -> None:
        question["figures"][0].update(value="7")

    edit_json(stated_file(root, "8"), change)


def tampered_row(root: Path) -> None:
    """A time in the chronology."""
    rewrite(root, table_of(root, "timeline"), lambda rows: rows[1].__setitem__(0, rows[1][0].replace("T15", "T14")))


def dropped_row(root: Path) -> None:
    """A record of the chronology is not shown, although it is cited."""
    rewrite(root, table_of(root, "timeline"), lambda rows: rows.pop(2))


def reordered_sample(root: Path) -> None:
    """A sample that was not drawn as stated."""
    rewrite(root, table_of(root, "sample"), lambda rows: rows.reverse() or rows.insert(0, rows.pop()))


def tampered_table(root: Path) -> None:
    """A cell of a figure's table."""

    def change(rows: list[list[str]]) -> None:
        rows[1][1] = str(int(rows[1][1]) + 1)

    index = json.loads((root / "data/method/replay.json").read_text())
    name = next(each["exhibit"] for each in index["tables"] if each["figure"] == "notices.received")
    listed = json.loads((root / "data/exhibits/index.json").read_text())["exhibits"]
    rewrite(root, next(each for each in listed if each["id"] == name), change)


def tampered_query(root: Path) -> None:
    """The query printed beside a figure is another one."""

    def change(question: dict[str, Any]) -> None:
        question["figures"][0]["query"] += " LIMIT 0"

    edit_json(stated_file(root, "2"), change)


def understated_population(root: Path) -> None:
    """A figure is declared to be about a population that is not inside, and says less than the events inside."""
    tampered_figure(root)

    def change(recipe: dict[str, Any]) -> None:
        for each in recipe["figures"]:
            each["inside"] = False

    edit_json(root / "data/method/replay.json", change)


def dropped_recipe(root: Path) -> None:
    """A figure whose recipe is gone."""
    edit_json(root / "data/method/replay.json", lambda recipe: recipe["figures"].pop(0))


def broken_recipe(root: Path) -> None:
    """A recipe that is none."""
    edit_json(root / "data/method/replay.json", lambda recipe: recipe["figures"][0].update(period="soon"))


def claimed_coverage(root: Path) -> None:
    """Coverage that ends in the middle of the period of figures said to be complete."""

    def change(coverage: dict[str, Any]) -> None:
        coverage["complete"]["notice.received"] = [["2026-07-01T00:00:00Z", "2026-08-14T00:00:00Z"]]

    edit_json(root / "data/log/coverage.json", change)


def later_horizon(root: Path) -> None:
    """The answer says that the log was known for longer than it was counted."""
    edit_json(root / "data/answer/answer.json", lambda answer: answer.update(log_known_to="2026-09-20T00:00:00Z"))


def other_horizon(root: Path) -> None:
    """The coverage is said to be as of another instant than the answer's."""
    edit_json(root / "data/log/coverage.json", lambda coverage: coverage.update(known_to="2026-09-20T00:00:00Z"))


def other_zone(root: Path) -> None:
    """The method names another zone than the answer states."""
    edit_json(root / "data/answer/answer.json", lambda answer: answer.update(zone="Europe/Athens"))


def thinned_case(root: Path) -> None:
    """An event of a cited case is struck from the case, though it is inside."""
    edit_json(root / "data/log/cases.json", lambda log: log["cases"][0]["events"].pop())


def padded_case(root: Path) -> None:
    """A case that lists an event of another."""
    edit_json(root / "data/log/cases.json", lambda log: log["cases"][0]["events"].append(log["cases"][-1]["events"][0]))


def dropped_case(root: Path) -> None:
    """The case of a cited event is not listed."""
    edit_json(root / "data/log/cases.json", lambda log: log["cases"].pop())


def other_query_listed(root: Path) -> None:
    """The list of queries holds another query than the figure's own entry."""

    def change(listed: dict[str, Any]) -> None:
        for each in listed["figures"]:
            each["query"] += " LIMIT 0"

    edit_json(root / "data/method/queries.json", change)


def other_row_count(root: Path) -> None:
    """The index says that the chronology has more rows than it has."""
    edit_json(root / "data/exhibits/index.json", lambda index: index["exhibits"][0].update(rows=99))


def moved_line(root: Path) -> None:
    """The index of the log's own lines names another line than the chronology."""
    edit_json(root / "data/events/lines/index.json", lambda listed: listed["lines"][0].update(log_line=77))


def other_reference(root: Path) -> None:
    """The reference, which the sample was drawn by, is another."""
    edit_json(root / "data/answer/answer.json", lambda answer: answer.update(reference="C(2026) 1 final"))


def broken_paper(root: Path) -> None:
    """An answer's PDF that is none."""
    (root / "data/answer/answer.pdf").write_bytes(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("tamper", "file", "says"),
    [
        (claimed_coverage, "data/answer/questions/Q-002.json", "notices.received of question 2 is stated as complete, but by log/coverage"),
        (later_horizon, "data/method/replay.json", "another instant than 2026-09-20T00:00:00Z"),
        (other_horizon, "data/log/coverage.json", "known to 2026-09-20T00:00:00Z"),
        (other_zone, "data/method/replay.json", "the zone is 'Europe/Dublin', data/answer/answer.json states 'Europe/Athens'"),
        (thinned_case, "data/log/cases.json", "does not list event"),
        (padded_case, "data/log/cases.json", "not inside, or not of this case"),
        (dropped_case, "data/log/cases.json", "is not listed"),
        (other_query_listed, "data/method/queries.json", "does not hold the query of figure notices.received of question 2"),
        (other_row_count, "data/exhibits/E-001.csv", "the index says 99"),
        (moved_line, "data/exhibits/E-001.csv", "the events inside give '77'"),
        (other_reference, "data/exhibits/E-005.csv", "exhibit E-005, row 1"),
        (broken_paper, "data/method/replay.json", "no readable PDF"),
        (tampered_figure, "data/answer/questions/Q-002.json", "notices.received of question 2 says '29', the events inside give '30'"),
        (tampered_words, "data/answer/questions/Q-008.json", "complaints.received of question 8 says '7', and as a number 0"),
        (tampered_row, "data/exhibits/E-001.csv", "row 1, column 1 says '2026-08-12T14:00:00Z'"),
        (dropped_row, "data/exhibits/E-001.csv", "exhibit E-001"),
        (reordered_sample, "data/exhibits/E-005.csv", "exhibit E-005, row 1"),
        (tampered_table, "data/exhibits/E-003.csv", "exhibit E-003, row 1, column 2 says '1', the events inside give '0'"),
        (tampered_query, "data/answer/questions/Q-002.json", "the query inside is not the one"),
        (understated_population, "data/answer/questions/Q-002.json", "but the events inside alone give"),
        (dropped_recipe, "data/answer/questions/Q-002.json", "has no recipe"),
        (broken_recipe, "data/method/replay.json", "cannot be run again"),
    ],
)  # fmt: skip
def test_insider_who_seals_anew_is_found_by_replay(
    tamper: Callable[[Path], None], file: str, says: str, full: AnswerResult, tmp_path: Path
) -> None:
    """Every other layer holds, since all was sealed anew; the replay names the exhibit or entry, and both values."""
    root = tmp_path / "bundle"
    shutil.copytree(full.bundle, root)
    tamper(root)
    reseal(root, SIGNER)
    assert verify_bundle(root, signer=SIGNER.fingerprint).intact
    found = check(root)
    assert not found.intact
    assert found.headline == "NOT intact: replay"
    assert any(each.file == file and says in each.cause for each in found.failures), found.failures


def test_typed_copy_must_hold_the_same_table(full: AnswerResult, tmp_path: Path) -> None:
    """Where only the Parquet file of a table was changed and all sealed anew, its row is named, without a replay."""
    root = tmp_path / "bundle"
    shutil.copytree(full.bundle, root)
    before = (root / "data/exhibits/E-003.csv").read_bytes()
    tampered_table(root)
    changed = (root / "data/exhibits/E-003.csv").read_bytes()
    assert changed != before

    def back(index: dict[str, Any]) -> None:
        index["exhibits"][2].update(sha256=sha256(before).hexdigest(), bytes=len(before))

    (root / "data/exhibits/E-003.csv").write_bytes(before)
    edit_json(root / "data/exhibits/index.json", back)
    reseal(root, SIGNER)
    found = verify_bundle(root, signer=SIGNER.fingerprint).failures
    assert [(each.layer, each.file) for each in found] == [("exhibits", "data/exhibits/E-003.parquet")]
    assert "row 1 is not that of the CSV" in found[0].cause


def test_paper_and_entry_must_agree(full: AnswerResult, tmp_path: Path) -> None:
    """A figure changed in the entry alone differs from the figures that the answer's PDF carries."""
    root = tmp_path / "bundle"
    shutil.copytree(full.bundle, root)
    tampered_figure(root)
    reseal(root, SIGNER)
    assert any(each.file == "data/answer/answer.pdf" and "'30'" in each.cause for each in check(root).failures)


def test_what_is_not_intact_is_not_run(full: AnswerResult, tmp_path: Path) -> None:
    """A bundle that fails a layer is not replayed, and that is said."""
    root = tmp_path / "bundle"
    shutil.copytree(full.bundle, root)
    tampered_figure(root)
    found = check(root)
    assert {each.layer for each in found.failures} == {"manifest"}
    assert any("nothing of it was run again" in text for text in found.not_checked)


def test_verb_replays(full: AnswerResult, run: Run) -> None:
    """`compliance verify --replay` prints the layer and what could not be replayed."""
    ran = run("verify", str(full.bundle), "--replay")
    assert ran.code == 0
    assert "ok      replay" in ran.out
    assert "not replayable, figure complaints.received of question 8" in ran.out


def test_figures_carry_their_number(full: AnswerResult) -> None:
    """The entry's number is the one that replay compares."""
    figures = entry(full, "2")["figures"]
    assert figures[0]["amount"] == 30
