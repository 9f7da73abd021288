"""From a report to its publication: frozen, questions answered, approved by another role, proved to be what is public, updated."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.transparency.sound import put, sound_report, write_folder

PREPARER, APPROVER = "transparency analyst", "head of transparency"
CONFIG = '[service]\nid = "one"\nname = "Halcyon Live (synthetic)"\ncalendar = "IE"\nzone = "Europe/Dublin"\n'


class Desk:
    """A report of the first half of 2026, and a publication of it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder, self.publication = run, folder, folder / "publication"
        self.config = folder / "compliance.toml"
        self.config.write_text(CONFIG, "utf-8")
        self.report = self.write("report")

    def write(self, name: str, **cells: str) -> Path:
        """A report in a folder; `notices_total` sets that figure."""
        report = sound_report()
        if "notices_total" in cells:
            put(report, 4, "notices", "", "TOTAL", "", text=cells["notices_total"])
        return write_folder(report, self.folder / name)

    def step(self, verb: str, *words: object) -> Any:
        """One step of the publication."""
        own = () if verb in {"approve", "published"} else ("--config", self.config)
        return self.run("transparency", verb, *words, "--publication", self.publication, *own)

    def freeze(self, *words: object, report: Path | None = None) -> Any:
        """The report frozen by its preparer."""
        return self.step("freeze", report or self.report, "--by", PREPARER, *words)

    def form(self, version: int = 1) -> Path:
        """The form of a version."""
        return self.publication / "versions" / str(version) / "questions.yaml"

    def answer(self, version: int = 1) -> None:
        """Every question answered."""
        data = yaml.safe_load(self.form(version).read_text("utf-8"))
        for entry in data["questions"]:
            if entry["kind"] == "text":
                entry["owner"] = entry["owner"] or "head of communication"
            else:
                entry |= {"reason": "a campaign of one interest group", "by": "head of moderation"}
        self.form(version).write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")

    def approved(self) -> None:
        """Version 1 frozen, answered and approved."""
        assert self.freeze().code == 0
        self.answer()
        assert self.step("approve", "--by", APPROVER).code == 0

    def status(self) -> dict[str, Any]:
        """The publication as JSON."""
        found: dict[str, Any] = json.loads(self.step("versions", "--format", "json").out)
        return found


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Desk:
    """A report to be published."""
    return Desk(run, tmp_path)


def test_a_report_goes_from_draft_to_published(desk: Desk) -> None:
    """Each step is recorded with its role; deadlines come in both readings, and the day until which it stays public."""
    assert desk.freeze().code == 0
    assert desk.status()["versions"][0]["state"] == "draft"
    desk.answer()
    assert desk.step("approve", "--by", APPROVER).code == 0
    ran = desk.step("published", desk.report, "--by", PREPARER, "--on", "2026-08-28")
    assert (ran.code, ran.out) == (0, "")
    status = desk.status()
    assert status["publish_by"] | {"basis": ""} == {"strict": "2026-08-31", "later_reading": "2026-08-31", "basis": ""}
    version = status["versions"][0]
    assert (version["state"], version["published_on"], version["in_time"]) == ("published", "2026-08-28", "yes")
    assert (version["keep_until"], version["prepared_by"], version["approved_by"]) == ("2031-08-28", PREPARER, APPROVER)
    assert status["next"] == []


def test_nobody_approves_what_he_prepared_nor_open_questions(desk: Desk) -> None:
    """Texts without an owner are open; the preparer's own approval is refused, however it is spelt."""
    desk.freeze()
    ran = desk.step("approve", "--by", APPROVER)
    assert (ran.code, "PUB-OPEN" in ran.err) == (2, True)
    desk.answer()
    ran = desk.step("approve", "--by", f" {PREPARER.upper()} ")
    assert (ran.code, "PUB-ROLE" in ran.err) == (2, True)


def test_what_changes_after_freezing_or_approval_voids_it(desk: Desk) -> None:
    """A changed figure, a changed question, and an answer changed after approval are each found."""
    desk.approved()
    part = next((desk.publication / "versions/1/report").glob("4_*.csv"))
    before = part.read_bytes()
    part.write_bytes(before.replace(b"2026-06-30", b"2026-06-29", 1))
    assert part.name in desk.status()["versions"][0]["void"]
    assert desk.step("published", desk.report, "--by", PREPARER).code == 2
    part.write_bytes(before)
    assert desk.status()["versions"][0]["state"] == "approved"
    form = desk.form().read_text("utf-8")
    desk.form().write_text(form.replace("head of communication", "nobody", 1), "utf-8")
    assert "since it was approved" in desk.status()["versions"][0]["void"]
    desk.form().write_text(form.replace("words:", "wordz:", 1), "utf-8")
    assert desk.status()["versions"][0]["void"]
    assert "PUB-CHANGED" in desk.step("approve", "--by", APPROVER).err


def test_large_moves_want_a_reason_and_small_ones_do_not(desk: Desk) -> None:
    """Against the last period's report; what is asked names both figures and the difference."""
    last = desk.write("last", notices_total="10")
    desk.freeze("--last", last)
    asked = [entry for entry in yaml.safe_load(desk.form().read_text("utf-8"))["questions"] if entry["kind"] == "move"]
    assert [(entry["subject"], entry["last_period"]) for entry in asked] == [("4:NOTICES:TOTAL", "10")]
    assert asked[0]["change"].startswith("+")
    assert not asked[0]["reason"]


def test_a_policy_of_ones_own_asks_for_more_or_less(desk: Desk) -> None:
    """The limits are data with their origin."""
    last = desk.write("last", notices_total="10")
    policy = desk.folder / "policy.yaml"
    policy.write_text(
        "moves: {count: {relative: 0, absolute: 1000000}}\nkeywords: false\nreconciliations: {}\n", "utf-8"
    )
    desk.freeze("--last", last, "--policy", policy)
    assert {entry["kind"] for entry in yaml.safe_load(desk.form().read_text("utf-8"))["questions"]} == {"text"}
    policy.write_text("moves: 3\n", "utf-8")
    assert "PUB-POLICY" in desk.run("transparency", "freeze", desk.report, "--by", PREPARER, "--publication", desk.folder / "p2",
                                    "--policy", policy, "--config", desk.config).err  # fmt: skip


def test_an_update_says_what_changed_why_and_how_and_keeps_the_earlier_version(desk: Desk) -> None:
    """Without why and how there is no update; the earlier files stay byte for byte; each changed cell is listed."""
    desk.approved()
    desk.step("published", desk.report, "--by", PREPARER, "--on", "2026-08-28")
    second = desk.write("second", notices_total="999999")
    assert "PUB-UPDATE" in desk.freeze(report=second).err
    assert (
        desk.freeze("--why", "a source was counted twice", "--how", "counted again from the store", report=second).code
        == 0
    )
    place = desk.publication / "versions"
    update = json.loads((place / "2/update.json").read_text("utf-8"))
    assert (update["update_of_version"], update["that_version_published_on"]) == (1, "2026-08-28")
    assert (update["reason"], update["method_of_correction"]) == (
        "a source was counted twice",
        "counted again from the store",
    )
    listed = (place / "2/changes.csv").read_text("utf-8").splitlines()
    assert len(listed) == 1 + update["cells_changed"] == 2
    assert listed[1].startswith("4:NOTICES:TOTAL,")
    assert {path.name: path.read_bytes() for path in (place / "1/report").iterdir()} == {path.name: path.read_bytes() for path in desk.report.iterdir()}  # fmt: skip
    assert [version["updates_version"] for version in desk.status()["versions"]] == [None, 1]


def test_an_update_is_published_with_what_it_says_of_itself(desk: Desk) -> None:
    """Its reason and list of changes are approved with it, equal when published beside it, and missed when the list is not."""
    desk.approved()
    desk.step("published", desk.report, "--by", PREPARER)
    second = desk.write("second", notices_total="999999")
    assert desk.freeze("--why", "counted twice", "--how", "counted again", report=second).code == 0
    desk.answer(2)
    assert desk.step("approve", "--by", APPROVER).code == 0, desk.step("approve", "--by", APPROVER).err
    place = desk.publication / "versions/2"
    beside = (place / "update.json", place / "changes.csv")
    ran = desk.step("published", second, *beside, "--by", PREPARER)
    assert (ran.code, ran.out) == (0, "")
    assert "update.json is missing" in desk.step("published", second, "--by", PREPARER).out
    assert "changes.csv is missing" in desk.step("published", second, "--by", PREPARER).out
    beside[1].write_text("cell,before,after\n", "utf-8")
    assert "changes.csv" in desk.status()["versions"][1]["void"]


def test_an_earlier_version_or_its_archive_that_was_changed_is_found(desk: Desk) -> None:
    """What is public has to stay as it was: a later version does not hide a change in an earlier one."""
    desk.approved()
    desk.step("published", desk.report, "--by", PREPARER)
    second = desk.write("second", notices_total="999999")
    assert desk.freeze("--why", "counted twice", "--how", "counted again", report=second).code == 0
    assert desk.step("versions").code == 0
    for place in ("versions/1/archive/1", "versions/1/report"):
        part = next((desk.publication / place).glob("4_*.csv"))
        before = part.read_bytes()
        part.write_bytes(before + b"\r\n")
        ran = desk.step("versions")
        assert (ran.code, "NOT AS RECORDED" in ran.out, part.name in ran.out) == (5, True, True)
        part.write_bytes(before)
    assert desk.step("versions").code == 0


def test_a_disk_that_refuses_leaves_the_record_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of a step, and of the next try: nothing is recorded, and the step can be taken again."""
    desk.approved()
    record = desk.publication / "publication.jsonl"
    before = record.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("compliance.events.ledger.append_line", full)
        ran = desk.step("published", desk.report, "--by", PREPARER)
        assert (ran.code, "EVD-WRITE" in ran.err) == (3, True)
    assert record.read_bytes() == before
    assert desk.step("published", desk.report, "--by", PREPARER).code == 0


def test_what_was_published_is_compared_byte_by_byte_and_cell_by_cell(desk: Desk) -> None:
    """A changed figure is named with both values, a missing file and one too many are named; the bytes are kept either way."""
    desk.approved()
    other = desk.write("other", notices_total="31337")
    next(other.glob("11_*.csv")).unlink()
    (other / "readme.txt").write_text("hello", "utf-8")
    (other / "figures.json").write_text("{}", "utf-8")
    ran = desk.step("published", other, "--by", PREPARER)
    assert ran.code == 1
    for words in (
        "4:NOTICES:TOTAL: approved",
        "published 31337",
        "is missing",
        "readme.txt was not approved",
        "figures.json is internal",
    ):
        assert words in ran.out
    assert (desk.publication / "versions/1/archive/1/readme.txt").read_text("utf-8") == "hello"
    assert desk.status()["versions"][0]["state"] == "approved"
    assert "not what was approved" in " ".join(desk.status()["next"])


def test_an_archive_of_the_files_is_the_same_publication(desk: Desk) -> None:
    """A ZIP is unpacked; one that is damaged is refused."""
    desk.approved()
    packed = desk.folder / "report.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in desk.report.iterdir():
            archive.write(path, f"inner/{path.name}")
    assert desk.step("published", packed, "--by", PREPARER).code == 0
    packed.write_bytes(packed.read_bytes()[:200])
    assert "PUB-SOURCE" in desk.step("published", packed, "--by", PREPARER).err


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A web server on this machine over `tmp_path`."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_fetched_by_https_alone_unless_told_otherwise(desk: Desk, site: str) -> None:
    """Every file by its address; an address without encryption is refused, one that is not there is an error."""
    desk.approved()
    addresses = [f"{site}/report/{path.name}" for path in desk.report.iterdir()]
    assert "PUB-HTTP" in desk.step("published", *addresses, "--by", PREPARER).err
    assert desk.step("published", *addresses, "--by", PREPARER, "--plain-http").code == 0
    ran = desk.step("published", f"{site}/report/none.csv", "--by", PREPARER, "--plain-http")
    assert (ran.code, "PUB-SOURCE" in ran.err) == (3, True)


def test_steps_out_of_order_and_of_another_period_are_refused(desk: Desk) -> None:
    """Nothing is published before approval, nothing frozen twice, and a publication is of one period of one service."""
    assert "PUB-EMPTY" in desk.step("approve", "--by", APPROVER).err
    desk.freeze()
    assert "PUB-NOT-APPROVED" in desk.step("published", desk.report, "--by", PREPARER).err
    assert "PUB-SAME" in desk.freeze().err
    other = desk.folder / "h2"
    other.mkdir()
    for path in desk.report.iterdir():
        text = path.read_text("utf-8").replace("2026-01-01", "2026-07-01").replace("2026-06-30", "2026-12-31")
        (other / path.name).write_text(text, "utf-8")
    assert "PUB-PERIOD" in desk.freeze(report=other).err
    assert "PUB-REPORT" in desk.freeze(report=desk.folder / "nowhere").err
    assert "PUB-BY" in desk.step("freeze", desk.report, "--by", " ").err


def test_a_report_that_departs_from_the_template_is_not_approved(desk: Desk) -> None:
    """Lint's errors stand in the way."""
    bad = desk.write("bad", notices_total="98.80%")
    desk.freeze(report=bad)
    desk.answer()
    assert "PUB-LINT" in desk.step("approve", "--by", APPROVER).err


def test_one_role_may_own_all_texts_that_nobody_declared(desk: Desk) -> None:
    """What the tool words itself needs an owner too; naming one leaves nothing open."""
    ran = desk.freeze("--texts-by", "head of communication")
    assert "0 open" in ran.err
    assert desk.step("approve", "--by", APPROVER).code == 0


def test_a_record_that_was_edited_is_found(desk: Desk) -> None:
    """The record is a chain: a changed line is named."""
    desk.approved()
    record = desk.publication / "publication.jsonl"
    record.write_text(record.read_text("utf-8").replace(APPROVER, "somebody else"), "utf-8")
    ran = desk.step("versions")
    assert (ran.code, "publication.jsonl" in ran.err) == (5, True)


def test_numbers_that_do_not_agree_with_the_log_want_a_reason(desk: Desk) -> None:
    """Published recipients and statements accepted in the period are held against the report; those that agree are not asked."""
    recipients = next(row for row in sound_report()[10][1:] if "total" in row[4].casefold() or row[5] == "TOTAL")[-1]
    accepted = {
        "type": "sor.tdb_accepted",
        "time": "2026-03-01T00:00:00Z",
        "service": "one",
        "puid": "p-1",
        "tdb_uuid": "u-1",
    }
    for name, number in (("same", int(recipients)), ("other", int(recipients) + 1)):
        log = desk.folder / f"{name}.ndjson"
        told = {
            "id": "a1",
            "type": "amar.published",
            "time": "2026-02-17T00:00:00Z",
            "service": "one",
            "average_recipients": number,
        }
        log.write_text(json.dumps(told) + "\n" + json.dumps({"id": "s1", **accepted}) + "\n", "utf-8")
        ingested = desk.run("ingest", log, "--store", desk.folder / name, "--config", desk.config)
        assert "2 accepted" in ingested.err, ingested.err
    subjects = {}
    for name in ("same", "other"):
        ran = desk.run("transparency", "freeze", desk.report, "--by", PREPARER, "--publication", desk.folder / f"p-{name}",
                       "--store", desk.folder / name, "--config", desk.config)  # fmt: skip
        assert ran.code == 0, ran.err
        data = yaml.safe_load((desk.folder / f"p-{name}/versions/1/questions.yaml").read_text("utf-8"))
        subjects[name] = {
            entry["subject"][:8]: entry for entry in data["questions"] if entry["kind"] == "reconciliation"
        }
    assert set(subjects["same"]) == {"measures"}
    assert set(subjects["other"]) == {"average ", "measures"}
    assert subjects["other"]["average "]["difference"] == "-1"
    assert subjects["other"]["measures"]["database"] == "1"
