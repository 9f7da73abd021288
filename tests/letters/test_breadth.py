"""Letters of further kinds, layouts and languages; what each says was written down before it was first read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.letters.intake import Intake
from compliance.letters.letter import Letter
from compliance.letters.read import read_letter
from tests.letters.rendering import RENDERINGS

_DATA = Path(__file__).parent / "breadth"
_NAMES = sorted(path.stem for path in _DATA.glob("*.yaml"))
_TRUTH = {name: yaml.load((_DATA / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader) for name in _NAMES}  # noqa: S506 - texts only


def _read(path: Path, truth: dict[str, Any]) -> Letter:
    home = truth.get("home", "IE")
    return read_letter(path, Intake.model_validate({"received_at": truth["received"], "addressee_member_state": home}))


def _instants(deadlines: list[Any]) -> set[dt.datetime]:
    return {each.instant for each in deadlines if each and each.instant}


def _bound(value: object) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else None


def _check(letter: Letter, truth: dict[str, Any]) -> None:
    """Hold everything of a letter that its truth names against what was read."""
    assert (letter.language, letter.kind) == (truth["language"], truth["kind"])
    assert letter.reference == (None if truth["reference"] == "null" else truth["reference"])
    assert letter.date == dt.date.fromisoformat(truth["date"])
    if "binding" in truth:
        assert str(letter.binding).lower() == truth["binding"]
    if truth.get("sender", "null") != "null":
        assert letter.sender.authority_id == truth["sender"]
    if "country" in truth:
        assert letter.sender.country == truth["country"]
    assert [each for each in letter.legal_bases if not each.startswith("nat:")] == truth["bases"]
    assert letter.deadline is not None
    assert letter.deadline.instant is not None
    due = letter.deadline.instant.astimezone(dt.UTC)  # two readings of an hour that comes twice are never equal else
    assert due == dt.datetime.fromisoformat(truth["deadline"])
    further = {dt.datetime.fromisoformat(each) for each in truth.get("further", [])}
    assert further <= _instants(list(letter.additional_deadlines))
    period = [_bound(letter.period.start), _bound(letter.period.end)] if letter.period else "null"
    assert period == truth["period"]
    assert {each.number: each.type for each in letter.questions if each.number and each.leaf} == truth["questions"]
    assert sorted(str(each.type) for each in letter.questions if not each.number) == sorted(truth.get("loose", []))
    assert list(letter.event_refs) == truth.get("events", list(letter.event_refs))


@pytest.mark.parametrize("name", _NAMES)
def test_letter_is_read_as_it_was_meant(name: str) -> None:
    """Kind, basis, dates, time limits, period and every question of a letter are what its author wrote down beforehand."""
    _check(_read(_DATA / f"{name}.txt", _TRUTH[name]), _TRUTH[name])


@pytest.mark.parametrize(("name", "form"), [(name, form) for form, names in RENDERINGS.items() for name in names[1]])
def test_letter_reads_alike_in_another_format(name: str, form: str, tmp_path: Path) -> None:
    """A letter says the same in two columns, as a Word file with automatic numbers, as an HTML mail, attached and forwarded."""
    path = RENDERINGS[form][0](tmp_path, (_DATA / f"{name}.txt").read_text("utf-8"))
    _check(_read(path, _TRUTH[name]), _TRUTH[name])


def test_letter_in_a_language_not_read_is_asked_about_in_words(tmp_path: Path) -> None:
    """A Swedish letter is said to be one that is not read, and every value of it is asked, none taken as sure."""
    path = tmp_path / "letter.txt"
    path.write_text(
        "Post- och telestyrelsen\n\nStockholm den 4 maj 2026\nDiarienummer: 26-1180\n\nBegäran om upplysningar\n\n"
        "Med stöd av artikel 51.1 a i förordning (EU) 2022/2065 begär vi att ni senast den 1 juni 2026 lämnar följande "
        "upplysningar om hur ni hanterar anmälningar och klagomål.\n\n1. Hur många anmälningar har ni tagit emot?\n",
        "utf-8",
    )
    letter = read_letter(path)
    assert "which is not read" in letter.to_confirm["language"]
    assert {"kind", "binding", "legal_bases", "date", "reference", "deadline", "questions"} <= set(letter.to_confirm)


def test_letter_in_which_nothing_asked_was_found_is_asked_about(tmp_path: Path) -> None:
    """A letter that cites a power, but asks in no words that are known, is no sure correspondence and no empty request."""
    path = tmp_path / "letter.txt"
    path.write_text(
        "Coimisiún na Meán\n\nDublin, 4 May 2026\nOur ref: CNAM-26-4\n\nDear Sir or Madam,\n\n"
        "The content named overleaf falls within Article 9 of Regulation (EU) 2022/2065.\n\nYours faithfully\n",
        "utf-8",
    )
    letter = read_letter(path)
    assert {"kind", "binding", "questions"} <= set(letter.to_confirm)
