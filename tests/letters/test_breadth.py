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
    assert (letter.language, letter.kind, letter.reference) == (truth["language"], truth["kind"], truth["reference"])
    assert letter.date == dt.date.fromisoformat(truth["date"])
    if "binding" in truth:
        assert str(letter.binding).lower() == truth["binding"]
    if truth.get("sender", "null") != "null":
        assert letter.sender.authority_id == truth["sender"]
    if "country" in truth:
        assert letter.sender.country == truth["country"]
    assert [each for each in letter.legal_bases if not each.startswith("nat:")] == truth["bases"]
    assert letter.deadline is not None
    assert letter.deadline.instant == dt.datetime.fromisoformat(truth["deadline"])
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
