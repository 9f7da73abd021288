"""From a confirmed request to an internal file and an outgoing bundle."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import AnswerResult, write_answer
from compliance.answers.guard import VERDICT_WORDS
from compliance.answers.hold import holds_of
from compliance.errors import AnswerError, ComplianceError, EvidenceError, LetterError
from compliance.events.store import Store
from compliance.evidence.verify import verify_bundle
from tests.answers.small_store import PROJECT, SmallStore, asked, event, inputs, night

POLITICAL = {
    "kind": "political_letter",
    "binding": False,
    "legal_bases": [],
    "reference": "MC-DS/26/0417",
    "case": None,
}


def clock() -> dt.datetime:
    """A fixed present."""
    return dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)


def answered(
    folder: Path, store: SmallStore | None = None, *, request: dict[str, Any] | None = None, **options: Any
) -> AnswerResult:
    """Answer the small letter in a folder."""
    folder.mkdir(exist_ok=True)
    letter = asked(folder, **(request or {}))
    return write_answer(inputs(folder, **options), letter, store or SmallStore(), clock=clock)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> AnswerResult:
    """The answer to the binding decision."""
    return answered(tmp_path_factory.mktemp("full"))


def entry(result: AnswerResult, number: str) -> dict[str, Any]:
    """Entry of one question."""
    index = json.loads((result.bundle / "data/answer/answer.json").read_text())
    found = next(each for each in index["questions"] if each["number"] == number)
    return json.loads((result.bundle / "data" / found["file"]).read_text())


def exhibit(result: AnswerResult, name: str) -> list[dict[str, str]]:
    """Rows of a table exhibit."""
    return list(csv.DictReader(io.StringIO((result.bundle / f"data/exhibits/{name}.csv").read_text("utf-8"))))


def everything(root: Path) -> bytes:
    """All bytes of a folder, PDFs as text."""
    parts = []
    for path in sorted(root.rglob("*")):
        if path.suffix == ".pdf":
            parts.append(subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout)
        elif path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)


def test_bundle_is_intact_and_complete(full: AnswerResult) -> None:
    """The bundle verifies, and holds what a full answer holds."""
    assert verify_bundle(full.bundle).headline == "intact, signed with a TEST key"
    for name in (
        "answer/cover-letter.pdf",
        "answer/answer.pdf",
        "answer/workbook.xlsx",
        "events/events.jsonl",
        "events/lines/index.json",
        "exhibits/index.json",
        "log/checkpoint.txt",
        "log/proofs.json",
        "method/queries.json",
        "method/rules.lock",
        "redactions.json",
    ):
        assert (full.bundle / "data" / name).is_file(), name


def test_every_question_is_quoted_with_its_status(full: AnswerResult) -> None:
    """Each question that asks something has an entry with the letter's words, a status, and a reason where not answered."""
    index = json.loads((full.bundle / "data/answer/answer.json").read_text())
    assert [each["number"] for each in index["questions"]] == ["1.a", "2", "3", "4", "5", "6", "7", "8", "n1"]
    entries = [json.loads((full.bundle / "data" / each["file"]).read_text()) for each in index["questions"]]
    assert entries[0]["context"] == "As regards the start of the Session:"
    assert all(each["quoted"] and (each["status"] == "answered" or each["reason"]) for each in entries)


def test_internal_file_and_bundle_are_not_mixed(full: AnswerResult) -> None:
    """Verdicts stand in the internal file only; no verdict, disposition or finding is anywhere in the bundle."""
    assert b"undetermined" in everything(full.internal)
    sent = everything(full.bundle)
    assert not VERDICT_WORDS.search(sent)
    assert b"compliant" not in sent
    assert not (full.bundle / "internal").exists()


def test_no_personal_or_restricted_value_leaves(full: AnswerResult) -> None:
    """Hosts, moderators and notifiers are pseudonyms or withheld; contacts never appear; every change is listed with its ground."""
    sent = everything(full.bundle)
    for secret in (b"host-77", b"mod-0", b"mod-1", b"op-1", b"@example.org", b"An evening talk"):
        assert secret not in sent
    redactions = json.loads((full.bundle / "data/redactions.json").read_text())["redactions"]
    assert {("host_id", "pseudonymised"), ("title", "withheld")} <= {
        (each["field"], each["action"]) for each in redactions
    }
    assert all(each["ground"] and each["role"] and each["time"] for each in redactions)


def test_chronology_is_in_utc_with_lines(full: AnswerResult) -> None:
    """The chronology runs from the announcement to the end, in UTC, each row with its log file and line; telemetry is by the minute."""
    rows = exhibit(full, "E-001")
    assert [row["time_utc"] for row in rows] == sorted(row["time_utc"] for row in rows)
    assert (rows[0]["event_type"], rows[-1]["event_type"]) == ("livestream.scheduled", "livestream.ended")
    assert {row["log_file"] for row in rows} == {"night.ndjson"}
    assert all(row["log_line"].isdigit() for row in rows)
    minutes = exhibit(full, "E-002")
    assert sum(int(row["records"]) for row in minutes) == 240


def test_cause_is_shown_as_asserted(full: AnswerResult) -> None:
    """The asserted attack stands in the chronology with its evidence, and the answer states no cause."""
    row = next(row for row in exhibit(full, "E-001") if row["event_type"] == "incident.cause_asserted")
    assert "cause_asserted: ddos; cause_evidence: none" in row["details"]
    assert "no cause is stated beyond the evidence" in " ".join(entry(full, "1.a")["answer"])


def test_figures_carry_what_a_reader_needs(full: AnswerResult) -> None:
    """Count and median come with definition, population, method, query and limits, and a table per Member State that adds up."""
    found = {each["id"]: each for each in entry(full, "2")["figures"]}
    assert set(found) == {"notices.received", "notices.decision_time"}
    assert found["notices.received"]["value"] == "30"
    assert found["notices.decision_time"]["value"].startswith("median 4.00 h")
    assert all(
        each[part]
        for each in found.values()
        for part in ("definition", "population", "method", "query", "limits", "period", "zone")
    )
    index = json.loads((full.bundle / "data/exhibits/index.json").read_text())["exhibits"]
    table = next(each["id"] for each in index if each["title"] == "Notices received by member state")
    values = {row["member_state"]: row["value"] for row in exhibit(full, table)}
    assert {state: value for state, value in values.items() if value != "0"} == {"DE": "10", "FR": "10", "IE": "10"}


def test_every_member_state_has_its_row(full: AnswerResult) -> None:
    """Asked per Member State, a table has one row for each of the 27 in order, zero where the log vouches for none."""
    for name in entry(full, "2")["exhibits"]:
        rows = exhibit(full, name)
        states = [row["member_state"] for row in rows]
        assert (len(states), states) == (27, sorted(set(states)))
        assert {"DE", "GR", "MT"} <= set(states)
    times = {row["member_state"]: row for row in exhibit(full, entry(full, "2")["exhibits"][1])}
    assert (times["MT"]["n"], times["MT"]["median_hours"], times["MT"]["holding"]) == ("0", "", "complete")


def test_no_zero_without_coverage(tmp_path: Path) -> None:
    """Where no source vouches for the period, a Member State without a record has a blank, not a zero."""
    bare = answered(tmp_path, SmallStore(covered=False))
    rows = {row["member_state"]: row for row in exhibit(bare, entry(bare, "2")["exhibits"][0])}
    assert (rows["MT"]["value"], rows["MT"]["holding"] != "complete") == ("", True)


def test_sample_can_be_drawn_again(full: AnswerResult) -> None:
    """Seed, population and method are stated, and drawing by them gives the same sample."""
    import hashlib

    (method,) = entry(full, "3")["answer"]
    seed = re.search(r"Seed: ([0-9a-f]+)", method)
    assert seed is not None
    assert "Population: 25 accepted events notice.decided" in method
    ids = [each["id"] for each in night() if each["type"] == "notice.decided"]
    drawn = sorted(ids, key=lambda each: hashlib.sha256(f"{seed[1]}\n{each}".encode()).hexdigest())[:10]
    assert [row["event_id"] for row in exhibit(full, entry(full, "3")["exhibits"][0])] == drawn


def test_nil_needs_coverage(full: AnswerResult, tmp_path: Path) -> None:
    """No complaint on record is a zero where the log vouches for the period, and not held, with a dated gap, where it does not."""
    (stated,) = entry(full, "8")["figures"]
    assert (stated["value"], stated["holding"], entry(full, "8")["status"]) == ("0", "complete", "answered")
    bare = entry(answered(tmp_path, SmallStore(covered=False)), "8")
    assert (bare["status"], bare["figures"][0]["value"]) == ("not_held", "")
    assert bare["gaps"][0]["supply_by"] == "2026-10-15"


def test_same_inputs_give_the_same_id(full: AnswerResult, tmp_path: Path) -> None:
    """Another run on the same store key, request and times gives the same bundle id, although the seal differs."""
    first = answered(tmp_path / "a")
    (tmp_path / "b").mkdir()
    Store.create(tmp_path / "b" / "store")
    (tmp_path / "a/store/pseudonym.key").rename(tmp_path / "b/store/pseudonym.key")
    second = answered(tmp_path / "b")
    assert first.bundle_id == second.bundle_id
    assert first.fingerprint != second.fingerprint


def test_other_key_gives_other_pseudonyms_only(full: AnswerResult, tmp_path: Path) -> None:
    """With another master key only the pseudonyms differ."""
    other = answered(tmp_path)
    strip = re.compile(rb"psn:[a-z2-7]+")
    for name in ("events/events.jsonl", "exhibits/index.json", "answer/answer.json"):
        assert strip.sub(b"", (full.bundle / "data" / name).read_bytes()) == strip.sub(
            b"", (other.bundle / "data" / name).read_bytes()
        )


def test_letter_that_binds_nobody_gets_aggregates_only(tmp_path: Path) -> None:
    """A hold, an internal file and a short reply: no event, no line, no identifier of a case's event, and the reason is said."""
    result = answered(tmp_path, request=POLITICAL)
    assert not result.event_level
    assert [each["reference"] for each in holds_of(tmp_path / "store")] == ["MC-DS/26/0417"]
    assert (result.internal / "README.md").is_file()
    assert not (result.bundle / "data/events").exists()
    sent = everything(result.bundle)
    assert not re.search(rb"ev-\d{4}", sent)
    assert b"psn:" not in sent
    assert entry(result, "3")["status"] == "withheld"
    assert "aggregate" in entry(result, "1.a")["reason"]
    assert entry(result, "2")["figures"][0]["value"] == "30"
    assert verify_bundle(result.bundle).failures == ()


def test_recorded_ground_opens_the_events(tmp_path: Path) -> None:
    """With a legal ground and a role the same letter is answered in full, and both are logged in the matter."""
    result = answered(
        tmp_path, request=POLITICAL, legal_ground="voluntary cooperation, legitimate interest", role="head of legal"
    )
    assert result.event_level
    log = [json.loads(line) for line in (tmp_path / "out/matter.jsonl").read_text().splitlines()]
    assert {"action": "ground", "role": "head of legal"}.items() <= next(
        each for each in log if each["action"] == "ground"
    ).items()


def test_ground_needs_a_role(tmp_path: Path) -> None:
    """A decision without the role that takes it is refused."""
    with pytest.raises(AnswerError) as caught:
        answered(tmp_path, request=POLITICAL, legal_ground="because")
    assert caught.value.code == "ANS-GROUND"


def test_unconfirmed_request_is_refused(tmp_path: Path) -> None:
    """Nothing is answered from a request that no person has confirmed; the error says what to do."""
    with pytest.raises(AnswerError) as caught:
        answered(tmp_path, request={"confirmed_by": None})
    assert (caught.value.code, "confirm" in caught.value.hint) == ("ANS-UNCONFIRMED", True)
    assert not (tmp_path / "out").exists()


def test_unsettled_doubt_is_refused(tmp_path: Path) -> None:
    """A field still marked unsure, and not accepted by name, stops the answer; accepted, it does not."""
    doubts = [{"field": "deadline", "why": "two readings"}]
    with pytest.raises(AnswerError) as caught:
        answered(tmp_path, request={"to_confirm": doubts})
    assert (caught.value.code, "deadline" in caught.value.message) == ("ANS-UNSETTLED", True)
    who = {"role": "compliance officer", "at": "2026-09-03T09:00:00Z", "accepted": ["deadline"]}
    assert answered(tmp_path, request={"to_confirm": doubts, "confirmed_by": who, "questions": []}).bundle_id


def test_request_edited_after_confirmation_is_refused(tmp_path: Path) -> None:
    """A confirmation binds what was confirmed."""
    who = {"role": "compliance officer", "at": "2026-09-03T09:00:00Z", "digest": "0" * 64}
    with pytest.raises(LetterError) as caught:
        answered(tmp_path, request={"confirmed_by": who})
    assert caught.value.code == "LET-CHANGED"


def test_existing_bundle_is_never_overwritten(tmp_path: Path) -> None:
    """A second answer into the same folder is refused and the first stays intact."""
    first = answered(tmp_path)
    with pytest.raises(EvidenceError) as caught:
        answered(tmp_path)
    assert caught.value.code == "EVD-EXISTS"
    assert verify_bundle(first.bundle).bundle_id == first.bundle_id


def test_personal_data_in_an_open_field_holds_the_export(tmp_path: Path) -> None:
    """A hit writes the internal file with the place of the hit, but no bundle; a logged release lets it pass."""
    events = [
        *night(),
        event(
            901,
            "livestream.capacity_limit_set",
            "08-13T00:06:00",
            stream_id="LS-2026-08-13-001",
            capacity=1,
            role="call +353 1 234 5678",
        ),
    ]
    with pytest.raises(EvidenceError) as caught:
        answered(tmp_path, SmallStore(events))
    assert caught.value.code == "EVD-HELD"
    assert (tmp_path / "out/internal/held-export.csv").read_text().splitlines()[1] == "ev-0901,role,phone"
    assert not (tmp_path / "out/bundle").exists()
    approvals = tmp_path / "approvals.yaml"
    approvals.write_text(
        "- {release: detector, detector: phone, field: role, ground: a switchboard number, role: data protection officer}\n"
    )
    assert answered(tmp_path, SmallStore(events), approvals=approvals).disclosed_events
    assert '"action":"release"' in (tmp_path / "out/matter.jsonl").read_text()


def test_officer_words_and_documents_enter(tmp_path: Path) -> None:
    """Texts and documents answer their questions; the document is an exhibit with custodian and digest in the index."""
    texts = tmp_path / "answers"
    texts.mkdir()
    (texts / "4.md").write_text("Two measures were in force.\n\nThe head of live operations decided on them.\n")
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.7 guidelines")
    (tmp_path / "documents.yaml").write_text(
        "- {question: '5', file: guide.pdf, title: Guidelines, custodian: head of trust and safety, valid: from 2026-01-01}\n"
    )
    result = answered(tmp_path, texts=texts, documents=tmp_path / "documents.yaml")
    assert (entry(result, "4")["status"], entry(result, "4")["answer"][0]) == (
        "answered",
        "Two measures were in force.",
    )
    assert entry(result, "5")["status"] == "answered"
    index = json.loads((result.bundle / "data/exhibits/index.json").read_text())["exhibits"]
    document = next(each for each in index if each["kind"] == "document")
    assert (document["custodian"], document["bytes"]) == ("head of trust and safety", 19)
    assert (result.bundle / "data" / document["file"]).read_bytes() == b"%PDF-1.7 guidelines"


def test_verdict_in_officer_words_is_stopped(tmp_path: Path) -> None:
    """A verdict's word in the officer's text does not leave unnoticed."""
    texts = tmp_path / "answers"
    texts.mkdir()
    (texts / "4.md").write_text("The rule run says non_compliant.\n")
    with pytest.raises(EvidenceError) as caught:
        answered(tmp_path, texts=texts)
    assert caught.value.code == "EVD-VERDICT"
    assert not (tmp_path / "out/bundle").exists()


def test_verdict_leaves_only_by_a_logged_release(tmp_path: Path) -> None:
    """A release for a question and rule puts that verdict into that entry alone, with ground and role."""
    approvals = tmp_path / "approvals.yaml"
    approvals.write_text(
        "- {release: verdicts, question: '2', rules: [DSA-16.6-DECIDE], ground: asked by the authority, role: head of legal}\n"
    )
    result = answered(tmp_path, approvals=approvals)
    (released,) = entry(result, "2")["released_verdicts"]
    assert (released["rule"], released["role"]) == ("DSA-16.6-DECIDE", "head of legal")
    assert "released_verdicts" not in entry(result, "3")
    assert verify_bundle(result.bundle).failures == ()


def test_release_of_a_rule_the_question_does_not_engage_is_refused(tmp_path: Path) -> None:
    """A release names a rule of that question, or nothing leaves."""
    approvals = tmp_path / "approvals.yaml"
    approvals.write_text("- {release: verdicts, question: '2', rules: [DSA-26.1-DISCLOSE], ground: x, role: y}\n")
    with pytest.raises(AnswerError) as caught:
        answered(tmp_path, approvals=approvals)
    assert caught.value.code == "ANS-RELEASE"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"sent_at": "tomorrow"}, "ANS-TIME"),
        ({"sent_at": "2026-09-25T12:00:00"}, "ANS-TIME"),
        ({"supply_by": "soon"}, "ANS-TIME"),
    ],
)
def test_bad_times_are_refused(options: dict[str, str], code: str, tmp_path: Path) -> None:
    """An instant without offset, or words instead of a date, are refused before anything is written."""
    with pytest.raises(ComplianceError) as caught:
        answered(tmp_path, **options)
    assert caught.value.code == code
    assert not (tmp_path / "out").exists()


def test_empty_store_answers_not_held(tmp_path: Path) -> None:
    """Without any event nothing is answered from the log, and every answer says so."""
    result = answered(tmp_path, SmallStore([]))
    assert entry(result, "1.a")["status"] == "not_held"
    assert verify_bundle(result.bundle).failures == ()


def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    """Markup, formulas and directional characters in log and letter come out as text in PDF, CSV and workbook."""
    import openpyxl

    events = [
        *night(),
        event(
            902,
            "livestream.capacity_limit_set",
            "08-13T00:07:00",
            stream_id="LS-2026-08-13-001",
            restriction_reason='<img src="/etc/passwd"/>\u202e',
            role="=HYPERLINK(1)",
        ),
    ]
    questions = [
        {
            "number": "1",
            "text": '=1+1 <b>x</b> <a href="javascript:1">log of capacity limits of the livestream</a>',
            "type": "log_extract",
            "leaf": True,
        }
    ]
    result = answered(tmp_path, SmallStore(events), request={"questions": questions, "subject": "<para>&"})
    book = openpyxl.load_workbook(result.bundle / "data/answer/workbook.xlsx")
    cell = book["Questions"]["B2"]
    assert (cell.data_type, cell.value[:4]) == ("s", "=1+1")
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    text = subprocess.run(
        ["pdftotext", str(result.bundle / "data/answer/answer.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert '<a href="javascript:1">' in text
    assert PROJECT.service.name in text


def test_total_does_not_pass_for_one_event(tmp_path: Path) -> None:
    """A question about the session, in a letter that names no session, is answered partly, and the internal file proposes one."""
    questions = [{"number": "1", "text": "How many notices concerned the session?", "type": "figures", "leaf": True}]
    result = answered(tmp_path, request={"questions": questions, "event_refs": [], "subject": "An interview"})
    found = entry(result, "1")
    assert (found["status"], "not narrowed" in found["reason"], found["figures"][0]["value"]) == ("partly", True, "30")
    assert "LS-2026-08-13-001" in (result.internal / "README.md").read_text()
