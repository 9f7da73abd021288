"""The non-confidential version: made from redacted content under the same head, and nothing small can be worked out of it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compliance.answers.answer import AnswerResult
from compliance.answers.replay import replayed
from compliance.errors import AnswerError, EvidenceError
from compliance.evidence.verify import verify_bundle
from tests.answers.small_store import REQUEST, SmallStore, night
from tests.answers.test_answer import answered, everything
from tests.answers.test_replay import rewrite, table_of
from tests.conftest import Run
from tests.faults.test_bundle_tampering import SIGNER, edit_json, remanifest, reseal

SHARE = {
    "number": "9",
    "text": "State the number of notices received, per Member State and per month.",
    "type": "figures",
    "leaf": True,
    "articles": ["32022R2065:16"],
}


def uneven() -> list[dict[str, Any]]:
    """The night with three notices from Germany, 7 from France and 20 from Ireland."""
    events = night()
    for number, each in enumerate(each for each in events if each["type"] == "notice.received"):
        each["member_state"] = "DE" if number < 3 else "FR" if number < 10 else "IE"
    return events


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> AnswerResult:
    """An answer in both versions."""
    folder = tmp_path_factory.mktemp("both")
    folder.joinpath("words").mkdir()
    folder.joinpath("words/4.md").write_text("Measures with a secret supplier.")
    folder.joinpath("words/4.public.md").write_text("Measures were taken.")
    return answered(
        folder,
        SmallStore(uneven()),
        request={"questions": [*REQUEST["questions"], SHARE]},
        texts=folder / "words",
        non_confidential=True,
    )


def public(both: AnswerResult) -> Path:
    """Folder of the non-confidential version."""
    assert both.public is not None
    return both.public


def tables(root: Path, figure: str) -> list[list[dict[str, str]]]:
    """Rows of all tables of a figure."""
    recipe = json.loads((root / "data/method/replay.json").read_text())
    names = [each["exhibit"] for each in recipe["tables"] if each["figure"] == figure]
    return [
        list(csv.DictReader(io.StringIO((root / f"data/exhibits/{name}.csv").read_text("utf-8")))) for name in names
    ]


def test_both_versions_verify_under_one_head(both: AnswerResult) -> None:
    """Both are intact and replay, carry the same head of the log, and have ids of their own."""
    for root in (both.bundle, public(both)):
        assert replayed(verify_bundle(root), root).failures == ()
    heads = {(root / "data/log/checkpoint.txt").read_bytes() for root in (both.bundle, public(both))}
    assert len(heads) == 1
    assert both.bundle_id != both.public_id == verify_bundle(public(both)).bundle_id
    layers = {each.name: each.outcome for each in verify_bundle(public(both)).layers}
    assert (layers["suppression"], layers["proofs"]) == ("ok", "absent")
    assert {each.name: each.outcome for each in verify_bundle(both.bundle).layers}["suppression"] == "absent"


def test_no_event_no_person_no_word_that_was_not_written_for_it(both: AnswerResult) -> None:
    """Neither events nor pseudonyms nor restricted values nor the confidential words stand in any file, papers included."""
    content = everything(public(both))
    for withheld in (
        b"psn:",
        b"@example.org",
        b"u-1",
        b"host-77",
        b"secret supplier",
        b"ev-0",
        b"D-1",
        b"night.ndjson",
    ):
        assert withheld not in content, withheld
    assert b"Measures were taken." in content
    assert not (public(both) / "data/events").exists()


def test_exhibits_keep_their_numbers(both: AnswerResult) -> None:
    """An exhibit that is withheld leaves a page under its number, so that both versions can be read side by side."""
    listed = [
        json.loads((root / "data/exhibits/index.json").read_text())["exhibits"] for root in (both.bundle, public(both))
    ]
    assert [each["id"] for each in listed[0]] == [each["id"] for each in listed[1]]
    for full, open_ in zip(*listed, strict=True):
        assert open_["kind"] == ("table" if full["kind"] == "table" else "withheld")


def test_small_cells_and_what_gives_them_away_are_gone(both: AnswerResult) -> None:
    """Of 30 notices with 3 and 7 from two states, 3 and 7 are not shown, though their sum of 10 is; the authority sees all."""
    rows = {row["member_state"]: row["value"] for row in tables(both.bundle, "notices.received")[0]}
    assert {name: rows[name] for name in ("DE", "FR", "IE")} == {"DE": "3", "FR": "7", "IE": "20"}
    shown = {row["member_state"]: row["value"] for row in tables(public(both), "notices.received")[0]}
    assert {name: shown[name] for name in ("DE", "FR", "IE")} == {"DE": "c", "FR": "c", "IE": "20"}


def test_times_of_few_cases_go_with_their_number(both: AnswerResult) -> None:
    """Where the number of cases is not shown, neither are median and percentile of these cases."""
    for row in tables(public(both), "notices.decision_time")[0]:
        if row["n"] == "c":
            assert row["median_hours"] == row["p90_hours"] == "c"
        else:
            assert not 0 < int(row["n"]) < 10


def test_question_with_hidden_numbers_is_partly_answered(both: AnswerResult) -> None:
    """A question of which a number is not shown is answered partly, one whose every exhibit is withheld not at all."""
    listed = json.loads((public(both) / "data/answer/answer.json").read_text())["questions"]
    told = {each["number"]: (each["status"], each["reason"]) for each in listed}
    reason = "parts are withheld in the non-confidential version"
    assert told["2"] == ("partly", reason)
    assert told["3"] == ("withheld", reason)
    assert told["8"] == ("answered", "")


def test_redactions_are_logged_with_ground_role_and_time(both: AnswerResult) -> None:
    """Every cell, exhibit and text left out is listed with its ground, who decided and when; the bound has its origin."""
    log = json.loads((public(both) / "data/redactions.json").read_text())
    assert (log["version"], log["least"]) == ("non_confidential", 10)
    assert "policy" in log["least_origin"]
    actions = {each["action"] for each in log["redactions"]}
    assert actions == {"suppressed", "withheld", "replaced"}
    assert all(each["ground"] and each["role"] and each["time"] for each in log["redactions"])
    marked = sum(row[name] == "c" for path in (public(both) / "data/exhibits").glob("*.csv") for row in
                 csv.DictReader(io.StringIO(path.read_text("utf-8"))) for name in row)  # fmt: skip
    assert marked == sum(each["what"].startswith("table") for each in log["redactions"]) > 0


def test_bound_can_be_chosen(tmp_path: Path) -> None:
    """With a bound of 4 the 7 are shown where nothing small hangs on them."""
    made = answered(tmp_path, SmallStore(uneven()), non_confidential=True, least=2)
    shown = {row["member_state"]: row["value"] for row in tables(public(made), "notices.received")[0]}
    assert {name: shown[name] for name in ("DE", "FR", "IE")} == {"DE": "3", "FR": "7", "IE": "20"}


def test_bound_of_nothing_is_refused(tmp_path: Path) -> None:
    """A bound below 1 is a mistake, named with the option."""
    with pytest.raises(AnswerError, match="no smallest number") as caught:
        answered(tmp_path, non_confidential=True, least=0)
    assert caught.value.code == "ANS-LEAST"


def test_existing_version_is_never_overwritten(tmp_path: Path) -> None:
    """Where the non-confidential folder is taken, nothing at all is written."""
    (tmp_path / "out/bundle-non-confidential").mkdir(parents=True)
    with pytest.raises(EvidenceError) as caught:
        answered(tmp_path, non_confidential=True)
    assert caught.value.code == "EVD-EXISTS"
    assert not (tmp_path / "out/bundle").exists()


def shown_small_cell(root: Path) -> None:
    """A suppressed cell is filled in."""
    rewrite(root, table_of(root, "table"), lambda rows: rows[1].__setitem__(1, "3"))


def shown_small_figure(root: Path) -> None:
    """A small number in an entry."""

    def change(question: dict[str, Any]) -> None:
        question["figures"][0].update(value="4", amount=4)

    edit_json(root / "data/answer/questions/Q-002.json", change)


def shown_pseudonym(root: Path) -> None:
    """A pseudonym in an exhibit."""
    rewrite(root, table_of(root, "table"), lambda rows: rows[1].__setitem__(0, "psn:abc"))


def added_event(root: Path) -> None:
    """An event beside the figures."""
    (root / "data/events").mkdir()
    (root / "data/events/more.jsonl").write_text("{}\n")
    remanifest(root)


def dropped_ground(root: Path) -> None:
    """An entry of the list of redactions without its ground."""
    edit_json(root / "data/redactions.json", lambda log: log["redactions"][0].update(ground=""))


def no_version(root: Path) -> None:
    """The list of redactions no longer says of which version it is, so that nothing would be looked for."""
    edit_json(root / "data/redactions.json", lambda log: log.pop("version"))


def no_bound(root: Path) -> None:
    """A bound that suppresses nothing."""
    edit_json(root / "data/redactions.json", lambda log: log.update(least=0))


def worded_small_figure(root: Path) -> None:
    """A small number in words of the entry, its amount left out."""

    def change(question: dict[str, Any]) -> None:
        question["figures"][0].update(value="4", amount=None)

    edit_json(root / "data/answer/questions/Q-002.json", change)


def added_proofs(root: Path) -> None:
    """Proofs name the events by their ids."""
    (root / "data/log/proofs.json").write_text("{}")


def event_exhibit(root: Path) -> None:
    """A table of figures is turned into one of events."""
    edit_json(root / "data/exhibits/index.json", lambda index: index["exhibits"][2].update(kind="timeline"))


def pseudonym_in_words(root: Path) -> None:
    """A pseudonym in the words of an answer."""
    edit_json(root / "data/answer/questions/Q-002.json", lambda question: question.update(reason="see psn:abc"))


def _workbook(root: Path, sheet: str, cell: str, value: object) -> None:
    path = root / "data/answer/workbook.xlsx"
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def small_in_workbook(root: Path) -> None:
    """A suppressed cell is filled in, in the workbook alone."""
    _workbook(root, "E-003", "B3", 3)


def small_figure_in_workbook(root: Path) -> None:
    """A small number among the workbook's figures, as text."""
    _workbook(root, "Figures", "C2", "4")


def pseudonym_in_workbook(root: Path) -> None:
    """A pseudonym in a cell of the workbook."""
    _workbook(root, "Questions", "E2", "by psn:abc")


def broken_workbook(root: Path) -> None:
    """A workbook that cannot be looked into."""
    (root / "data/answer/workbook.xlsx").write_bytes(b"PK")


@pytest.mark.parametrize(
    ("tamper", "file"),
    [
        (no_version, "data/redactions.json"),
        (no_bound, "data/redactions.json"),
        (worded_small_figure, "data/answer/questions/Q-002.json"),
        (added_proofs, "data/log/proofs.json"),
        (event_exhibit, "data/exhibits/E-003.csv"),
        (pseudonym_in_words, "data/answer/questions/Q-002.json"),
        (small_in_workbook, "data/answer/workbook.xlsx"),
        (small_figure_in_workbook, "data/answer/workbook.xlsx"),
        (pseudonym_in_workbook, "data/answer/workbook.xlsx"),
        (broken_workbook, "data/answer/workbook.xlsx"),
        (shown_small_cell, "data/exhibits/E-003.csv"),
        (shown_small_figure, "data/answer/questions/Q-002.json"),
        (shown_pseudonym, "data/exhibits/E-003.csv"),
        (added_event, "data/events/more.jsonl"),
        (dropped_ground, "data/redactions.json"),
    ],
)
def test_careless_version_is_found(
    tamper: Callable[[Path], None], file: str, both: AnswerResult, tmp_path: Path
) -> None:
    """A non-confidential version that shows what it should not fails its layer, even sealed anew."""
    root = tmp_path / "bundle"
    shutil.copytree(public(both), root)
    tamper(root)
    reseal(root, SIGNER)
    found = {(each.layer, each.file) for each in verify_bundle(root).failures}
    assert ("suppression", file) in found


def test_verb_writes_both(both: AnswerResult, run: Run) -> None:
    """`compliance verify` accepts the version, and says which layers it has."""
    ran = run("verify", str(public(both)), "--replay")
    assert ran.code == 0
    assert "ok      suppression" in ran.out
