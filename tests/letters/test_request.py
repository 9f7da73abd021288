"""The request: written with its doubts, edited by a person, confirmed by a role."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
import yaml

from compliance.errors import LetterError
from compliance.letters.confirm import confirm_request
from compliance.letters.explain import explain_deadlines
from compliance.letters.read import read_letter
from compliance.letters.request import from_letter, load_request, write_request
from compliance.letters.request_file import to_json, to_yaml
from compliance.letters.request_model import Type
from compliance.letters.request_schema import request_schema_text
from compliance.letters.triage import triage_page
from compliance.letters.vocabulary import data_dir, languages, letters_data, vocabulary
from tests.conftest import Run
from tests.letters.sample import Commission, read, save

_NOW = datetime(2026, 5, 6, 8, 30, tzinfo=UTC)


def _written(folder: Path, text: str | None = None) -> Path:
    path = folder / "request.yaml"
    write_request(from_letter(read(folder, text or Commission().text())), path)
    return path


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """YAML and JSON give the same request back."""
    request = from_letter(
        read(tmp_path, Commission().text(), received_at="2026-05-05T10:00:00+02:00", channel="EU Send")
    )
    for name in ("request.yaml", "request.json"):
        write_request(request, tmp_path / name)
        assert to_json(load_request(tmp_path / name)) == to_json(request)


def test_the_json_has_the_published_names(tmp_path: Path) -> None:
    """Field names of the contract, instants with their offset, periods by their days."""
    content = json.loads(to_json(from_letter(read(tmp_path, Commission().text()))))
    assert content["schema"] == "request/1"
    assert content["confirmed_by"] is None
    assert content["deadline"]["instant"] == "2026-06-12T17:00:00+02:00"
    assert content["period"] == {"from": "2025-10-01", "to": "2026-03-31", "text": "1 October 2025 to 31 March 2026"}
    assert content["questions"][2] == {
        "number": "2.a",
        "path": ["2", "a"],
        "leaf": True,
        "type": "procedures",
        "text": "the internal procedure for complaints;",
        "articles": [],
        "period": None,
        "event_refs": [],
        "format_demands": [],
        "deadline_ref": "D1",
    }


def test_comments_say_what_is_unsure(tmp_path: Path) -> None:
    """A doubt stands as a comment right above the field it is about."""
    text = to_yaml(from_letter(read(tmp_path, Commission(limit="within 24 hours of receipt").text())))
    lines = text.splitlines()
    above = lines[lines.index("deadline:") - 1]
    assert above.startswith("# UNSURE deadlines.D1: when the letter was received")


def test_a_persons_edits_survive_a_second_reading(tmp_path: Path) -> None:
    """An existing file is left alone unless it is forced."""
    path = _written(tmp_path)
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    with pytest.raises(LetterError, match="LET-EXISTS"):
        _written(tmp_path)
    assert path.read_text("utf-8").endswith("# mine\n")
    write_request(from_letter(read(tmp_path, Commission().text())), path, force=True)
    assert "# mine" not in path.read_text("utf-8")


def test_confirmation_needs_every_doubt_settled_or_accepted(tmp_path: Path) -> None:
    """Doubts are removed from the file, or accepted by name; who and when are recorded."""
    path = _written(tmp_path, Commission(limit="within 24 hours of receipt").text())
    with pytest.raises(LetterError, match=r"deadlines\.D1"):
        confirm_request(path, "legal counsel", (), lambda: _NOW)
    with pytest.raises(LetterError, match="LET-ACCEPT"):
        confirm_request(path, "legal counsel", ("nonsense",), lambda: _NOW)
    confirmed = confirm_request(path, "legal counsel", ("deadlines.D1",), lambda: _NOW).confirmed_by
    assert confirmed is not None
    assert (confirmed.role, confirmed.at, confirmed.accepted) == ("legal counsel", _NOW, ["deadlines.D1"])


def test_confirmation_keeps_comments_and_binds_the_content(tmp_path: Path) -> None:
    """Only the confirmation is written; a later edit voids it until it is confirmed again."""
    path = _written(tmp_path)
    path.write_text(path.read_text("utf-8").replace("kind: rfi_simple", "kind: rfi_simple  # checked"), "utf-8")
    confirm_request(path, "legal counsel", ("all",), lambda: _NOW)
    assert "kind: rfi_simple  # checked" in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("draft: false", "draft: true"), "utf-8")
    with pytest.raises(LetterError, match="LET-CHANGED"):
        load_request(path)
    confirm_request(path, "head of compliance", ("all",), lambda: _NOW)
    assert load_request(path).draft


def test_a_settled_doubt_need_not_be_accepted(tmp_path: Path) -> None:
    """Whoever deletes the entry in the file has settled it."""
    path = _written(tmp_path, Commission(limit="within 24 hours of receipt").text())
    content = yaml.safe_load(path.read_text("utf-8"))
    content["deadline"]["instant"] = "2026-05-06T10:00:00+02:00"
    content["to_confirm"] = []
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    assert confirm_request(path, "legal counsel", (), lambda: _NOW).confirmed_by is not None


def test_deadlines_are_explained_with_every_reading(tmp_path: Path) -> None:
    """Rule, inputs, steps and alternatives of each time limit."""
    text = explain_deadlines(
        from_letter(
            read(
                tmp_path, Commission(limit="within 24 hours of receipt").text(), received_at="2026-05-05T10:10:00+02:00"
            )
        )
    )
    assert "D1  2026-05-06T10:10:00+02:00" in text
    assert "reading  2026-05-06T11:00:00+02:00" in text
    assert "received_at: 2026-05-05T10:10:00+02:00" in text
    assert "Art. 3(1)" in text


def test_triage_is_one_page(tmp_path: Path) -> None:
    """Force, clocks, preservation, owners and what is open fit a page and come in that order."""
    page = triage_page(read(tmp_path, Commission().text(), received_at="2026-05-05T10:10:00+02:00", channel="EU Send"))
    heads = (
        "DOES IT BIND?",
        "IS IT GENUINE?",
        "WHICH CLOCKS RUN?",
        "PRESERVE NOW",
        "QUESTION -> TYPE -> OWNER",
        "TO SETTLE",
    )
    assert [page.index(head) for head in heads] == sorted(page.index(head) for head in heads)
    assert len(page.splitlines()) <= 70
    assert "binds       NO" in page
    assert "data analytics" in page


def test_triage_says_whom_to_call_and_whose_addresses_the_letter_names(tmp_path: Path) -> None:
    """Addresses and numbers of the letter are to compare; one that is not of the institution's domain is pointed at."""
    text = (
        Commission().text()
        + "\nWrite to unit@ec.europa.eu or to dsa-team@ec-europa.example, or call +32 2 299 11 11.\n"
    )
    page = triage_page(read(tmp_path, text))
    assert "  how         by a number from its own site, never one from the letter" in page
    assert "unit@ec.europa.eu, dsa-team@ec-europa.example, +32 2 299 11 11 - to compare, not to use" in page
    assert "! not of europa.eu: dsa-team@ec-europa.example" in page


def test_triage_of_a_mail_says_who_sent_it(tmp_path: Path) -> None:
    """The sender of the headers is compared with the institution's domain too, and is said to prove nothing."""
    path = tmp_path / "letter.eml"
    path.write_text(f"From: Unit <unit@ec-europa.example>\nSubject: request\n\n{Commission().text()}", "utf-8")
    page = triage_page(read_letter(path))
    assert "sent from   Unit <unit@ec-europa.example> - as the mail says, which anybody can write" in page
    assert "! not of europa.eu: unit@ec-europa.example" in page


def test_a_letter_does_not_move_the_cursor_and_the_page_is_not_wide(tmp_path: Path) -> None:
    """Control characters of the letter and of the intake are not printed; long lines go on below."""
    text = Commission().text().replace("Subject: ", "Subject: \x1b[2J\u202e") + "\nD\x1b]0;x\x07one " + "long " * 90
    page = triage_page(read(tmp_path, text, received_at="2026-05-05T10:10:00+02:00", channel="mail\x1b[2J" + " x" * 99))
    assert all(line.isprintable() and len(line) <= 132 for line in page.splitlines())


def test_a_limit_of_other_questions_makes_nothing_late(tmp_path: Path) -> None:
    """A question without a limit of its own is held only against one that is set for all."""
    letter = read(
        tmp_path, Commission(limit="within 24 hours of receipt").text(), received_at="2026-05-05T10:10:00+02:00"
    )
    assert letter.deadline is not None
    questions = tuple(replace(each, deadline_ref=None) for each in letter.questions)
    assert "TOO LATE" in triage_page(replace(letter, questions=questions))
    other = replace(letter.deadline, applies_to=("B.1",))
    assert "TOO LATE" not in triage_page(replace(letter, deadline=other, questions=questions))


def test_triage_sets_what_is_feasible_against_the_limit(tmp_path: Path) -> None:
    """Hours are the house's policy from receipt; what cannot be ready in time is said, and without receipt nothing is reckoned."""
    text = Commission(limit="within 24 hours of receipt").text()
    page = triage_page(read(tmp_path, text, received_at="2026-05-05T10:10:00+02:00"))
    assert "policy of the house, not law" in page
    assert "TOO LATE" in page
    assert "receipt + " in triage_page(read(tmp_path, text))
    assert "TOO LATE" not in triage_page(read(tmp_path, text))


def test_triage_names_clocks_that_the_facts_touch(tmp_path: Path) -> None:
    """An incident or personal data in the letter bring their clocks, whatever the letter's kind."""
    plain = triage_page(read(tmp_path, Commission().text().replace("incident", "matter")))
    touched = triage_page(
        read(tmp_path, Commission().text() + "\nDid the outage expose personal data of recipients?\n")
    )
    assert "GDPR Art. 33, if personal data were breached" not in plain
    assert "GDPR Art. 33, if personal data were breached" in touched
    assert "NIS2 Art. 23(4), if the incident is significant" in touched


def test_every_type_of_question_has_an_owner_and_a_source() -> None:
    """Nothing that can be asked is left without a row."""
    words = letters_data("triage.yaml")
    assert set(words["owners"]) == set(words["sources"]) == set(get_args(Type))


def test_the_published_schema_is_the_models(tmp_path: Path) -> None:
    """`schemas/request.schema.json` is generated; a written request satisfies it."""
    import jsonschema

    shipped = (data_dir("schemas") / "request.schema.json").read_text("utf-8")
    assert shipped == request_schema_text()
    request = from_letter(read(tmp_path, Commission().text(), received_at="2026-05-05T10:00:00+02:00"))
    jsonschema.validate(json.loads(to_json(request)), json.loads(shipped))


def test_every_language_has_every_list_and_each_compiles() -> None:
    """A language file lacks no list that English has, and every expression in it is valid."""
    english = letters_data("languages/en.yaml")
    for language in languages():
        data = letters_data(f"languages/{language}.yaml")
        missing = [name for name in english["phrases"] if name not in data["phrases"] and name != "morning"]
        assert (language, missing) == (language, [])
        words = vocabulary(language)
        for name in words.phrases:
            if name not in ("time", "range", "range_open", "last_working_day", "nth_working_day", "quarters", "halves"):
                words.pattern(name)
        for group, entries in words.groups.items():
            if group != "anchor_event":
                for entry in entries:
                    words.group(group, entry)
        assert set(data["groups"]) == set(english["groups"])


def test_the_command_line_reads_explains_and_confirms(tmp_path: Path, run: Run) -> None:
    """read, deadlines, triage and confirm on one letter."""
    letter = save(tmp_path, Commission().text())
    intake = tmp_path / "intake.json"
    intake.write_text('{"received_at": "2026-05-05T10:00:00+02:00", "channel": "EU Send"}')
    request = tmp_path / "request.yaml"
    assert run("letter", "read", letter, "--intake", intake, "-o", request).code == 0
    assert json.loads(run("letter", "read", letter, "--format", "json").out)["kind"] == "rfi_simple"
    assert "D1  2026-06-12T17:00:00+02:00" in run("letter", "deadlines", request).out
    assert run("letter", "triage", letter, "--intake", intake).out.startswith("TRIAGE - internal - letter.txt")
    assert run("letter", "confirm", request, "--role", "legal counsel").code == 0
    assert run("letter", "text", letter).out.splitlines()[0].endswith("EUROPEAN COMMISSION")
