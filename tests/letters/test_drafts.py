"""First letters back: in the letter's language, only facts that are known, brackets for a person, nothing overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from compliance.errors import LetterError
from compliance.letters.drafts import KINDS, drafted_languages, drafts, write_drafts
from compliance.letters.letter import Letter
from compliance.resources import data_dir
from tests.conftest import Run
from tests.letters.sample import Commission, read, save


def _texts(letter: Letter) -> dict[str, str]:
    return {each.kind: each.text for each in drafts(letter)}


def test_the_acknowledgement_states_receipt_and_limit_and_nothing_else(tmp_path: Path) -> None:
    """Receipt from the intake in the addressee's zone; the limit in the zone the letter means."""
    letter = read(
        tmp_path,
        Commission().text(),
        received_at="2026-05-05T10:10:00+02:00",
        channel="EU Send",
        addressee_timezone="Europe/Dublin",
    )
    text = _texts(letter)["acknowledgement"]
    assert "Ares(2026)5550123 of 4 May 2026" in text
    assert "received on 5 May 2026 at 09:10 (Europe/Dublin, UTC+01:00), by EU Send" in text
    assert "due by 12 June 2026 at 17:00 (Europe/Brussels, UTC+02:00)" in text


def test_receipt_is_never_guessed(tmp_path: Path) -> None:
    """Without an intake a person fills in when the letter arrived."""
    text = _texts(read(tmp_path, Commission().text()))["acknowledgement"]
    assert "received on [date and time of receipt]" in text


def test_two_readings_and_a_missing_basis_are_asked(tmp_path: Path) -> None:
    """What is open in the letter becomes a point of the clarification; what is clear does not."""
    open_letter = Commission(limit="within 24 hours of receipt").text()
    text = _texts(read(tmp_path, open_letter, received_at="2026-05-05T10:10:00+02:00"))["clarification"]
    assert 'The time limit "within 24 hours of receipt" can be read as ending' in text
    assert "names no legal basis" not in text
    (tmp_path / "clear").mkdir()
    clear = _texts(read(tmp_path / "clear", Commission().text()))["clarification"]
    assert "[No point was found by software." in clear


def test_the_extension_names_each_limit_and_leaves_the_reasons_to_a_person(tmp_path: Path) -> None:
    """The limit as read; reasons and new date in brackets."""
    text = _texts(read(tmp_path, Commission().text()))["extension"]
    assert "from 12 June 2026 at 17:00 (Europe/Brussels, UTC+02:00) to [new date]" in text
    assert "Reasons: [" in text


@pytest.mark.parametrize("language", drafted_languages())
def test_every_language_says_the_same_things(language: str) -> None:
    """Same sentences with the same names to fill in, brackets in the same places, twelve months."""
    folder = data_dir("schemas") / "letters" / "drafts"
    english = yaml.safe_load((folder / "en.yaml").read_text("utf-8"))
    phrases = yaml.safe_load((folder / f"{language}.yaml").read_text("utf-8"))
    assert phrases.keys() == english.keys()
    assert phrases["language"] == language
    assert len(set(phrases["months"])) == 12
    for kind in KINDS:
        assert phrases[kind].keys() == english[kind].keys()
        for name, text in phrases[kind].items():
            assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[kind][name])), name
            assert text.count("[") == english[kind][name].count("["), name


def test_a_letter_in_a_language_without_phrases_is_drafted_in_english(tmp_path: Path) -> None:
    """The notes say so, and that the phrases await a lawyer's review."""
    letter = read(tmp_path, Commission().text())
    dutch = drafts(Letter(**{name: getattr(letter, name) for name in letter.__slots__} | {"language": "nl"}))
    assert dutch[0].text == drafts(letter)[0].text
    assert any("no phrases in nl" in note for note in dutch[0].notes)
    assert any("not reviewed by a lawyer" in note for note in dutch[0].notes)


def test_drafts_are_written_once(tmp_path: Path, run: Run) -> None:
    """A second run leaves a person's words alone."""
    letter = save(tmp_path, Commission().text())
    made = run("letter", "drafts", letter, "-o", tmp_path / "drafts")
    assert made.code == 0
    assert len(list((tmp_path / "drafts").iterdir())) == 3
    (tmp_path / "drafts" / "extension.en.txt").write_text("a person's words")
    assert run("letter", "drafts", letter, "-o", tmp_path / "drafts").code == 3
    with pytest.raises(LetterError, match="LET-EXISTS"):
        write_drafts(read(tmp_path, Commission().text()), tmp_path / "drafts")
    assert (tmp_path / "drafts" / "extension.en.txt").read_text() == "a person's words"
