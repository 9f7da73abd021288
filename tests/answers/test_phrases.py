"""Words of an answer in the letter's language: complete phrase files, and no English left in what goes out."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compliance.answers.answer import write_answer
from compliance.answers.legal import KINDS
from compliance.answers.model import Status
from compliance.answers.phrase import LANGUAGES, phrases_of
from compliance.answers.topic import ACTS
from compliance.assess.figures import definitions
from compliance.events.catalogue import catalogue
from compliance.evidence.verify import verify_bundle
from compliance.letters.vocabulary import vocabulary
from compliance.resources import data_dir
from compliance.yaml_source import load_yaml
from tests.answers.small_store import REQUEST, STREAM, SmallStore, asked, inputs
from tests.answers.test_answer import clock

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [name for name in LANGUAGES if name != "en"]
PLACES = re.compile(r"\{(\w+)\}")
LETTERS: dict[str, dict[str, str]] = load_yaml(Path(__file__).parent / "letters_in_languages.yaml")[0]
"""Wording of the small letter in other languages: its subject, time limit and questions by number."""
MANUALS = {"VERIFY.md", "leaf-format.md", "rules.lock", "bag-info.txt"}
"""Files that describe formats and tools; they stay in English."""


@cache
def source(package: str) -> str:
    """Python text of a package."""
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / package).glob("*.py")))


def letter_in(language: str, **changes: Any) -> dict[str, Any]:
    """Changes that put the small letter into a language."""
    words = LETTERS[language]
    questions = [{**each, "text": words[each["number"] or "n1"]} for each in REQUEST["questions"]]
    deadline = {**REQUEST["deadline"], "text": words["time_limit"]}
    subject = f"{words['subject']} {STREAM}"
    return {"language": language, "questions": questions, "deadline": deadline, "subject": subject, **changes}


@pytest.fixture(scope="module", params=OTHERS)
def translated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The small letter's answer in one language: its name and its bundle."""
    folder = tmp_path_factory.mktemp(request.param)
    letter = asked(folder, **letter_in(request.param))
    return request.param, write_answer(inputs(folder), letter, SmallStore(), clock=clock).bundle


def sent(bundle: Path) -> str:
    """All text that goes out, white space made one; PDF and workbook read back."""
    parts: list[str] = []
    for path in sorted((bundle / "data").rglob("*")):
        if path.suffix == ".pdf":
            parts.append(subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode())
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            parts += [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        elif path.is_file() and path.name not in MANUALS and path.suffix in {".json", ".md", ".csv", ".txt"}:
            parts.append(path.read_text("utf-8"))
    return " ".join(" ".join(parts).split())


@pytest.mark.parametrize("language", OTHERS)
def test_phrase_files_have_the_same_keys_and_places(language: str) -> None:
    """Each language says everything that English says, with the same values in it."""
    english, other = phrases_of("en").words, phrases_of(language).words
    assert other.keys() == english.keys()
    assert {key: sorted(PLACES.findall(text)) for key, text in other.items()} == {
        key: sorted(PLACES.findall(text)) for key, text in english.items()
    }
    assert all(text.strip() for text in other.values())


FAMILIES = (
    "act.",
    "authority.",
    "unit.",
    "dimension.",
    "column.",
    "status.",
    "kind.",
    "note.",
    "form.",
    "demand.",
    "proof.",
    "method.",
    "column_",
)
"""Beginnings of keys that are put together at run time: by status, kind of letter, unit, column, demand on form."""
VERSIONS = ("answer.", "public.", "short.")


def test_every_phrase_is_used() -> None:
    """Each key of the phrase files is named in the code that writes answers, or belongs to a family that is."""
    told = source("compliance/answers")
    for key in phrases_of("en").words:
        family = next((each for each in FAMILIES if key.startswith(each)), "")
        built = bool(family) or (key.startswith(VERSIONS) and key.endswith((".title", ".heading")))
        assert built or re.search(rf"""["']{re.escape(key)}["']""", told), key
    assert all(re.search(rf"""["']{family.rstrip("._")}""", told) for family in FAMILIES)


def test_families_of_phrases_are_those_of_the_data() -> None:
    """Units, acts, statuses and kinds of letter have a phrase each, and no other has one."""
    keys = phrases_of("en").words.keys()
    named = {prefix: {key.removeprefix(f"{prefix}.") for key in keys if key.startswith(f"{prefix}.")} for prefix in
             ("unit", "act", "status", "kind", "proof", "demand")}  # fmt: skip
    assert named["unit"] == {each.unit for each in definitions()}
    assert named["act"] == set(ACTS.values())
    assert named["status"] == {each.value for each in Status} | {"line"}
    assert named["kind"] == set(KINDS)
    assert named["demand"] <= vocabulary("en").groups["format"].keys()
    assert named["proof"] == set(catalogue().fields["cause_evidence"].codes)


@pytest.mark.parametrize("language", OTHERS)
def test_figures_are_worded_in_each_language(language: str) -> None:
    """Every shipped figure has title, definition and population, and limits where it has any."""
    figures = phrases_of(language).figures
    bare = phrases_of("en").say("limits.none")
    for definition in definitions():
        wanted = {"title", "definition", "population"} | ({"limits"} if definition.limits.lower() != bare else set())
        assert figures[definition.id].keys() == wanted, definition.id
    assert set(figures) == {definition.id for definition in definitions()}


def test_phrase_files_say_who_reviewed_them() -> None:
    """A file that nobody has reviewed says so; the reader of the internal file is told."""
    folder = data_dir("schemas") / "answers"
    for path in sorted([*folder.glob("phrases/*.yaml"), *folder.glob("figures/*.yaml")]):
        document = load_yaml(path)[0]
        assert document["reviewed"], path.name
        assert document["language"] == path.stem


def test_dates_and_numbers_are_written_as_the_language_does() -> None:
    """A day, the first of a month, a thousand and a decimal in each language."""
    import datetime as dt

    day, first = dt.date(2026, 9, 25), dt.date(2026, 5, 1)
    shown = {name: (phrases_of(name).day(day), phrases_of(name).number(12345.5, 1)) for name in LANGUAGES}
    assert shown == {
        "en": ("25 September 2026", "12,345.5"),
        "fr": ("25 septembre 2026", "12\u202f345,5"),
        "de": ("25. September 2026", "12.345,5"),
        "es": ("25 de septiembre de 2026", "12\u202f345,5"),
        "it": ("25 settembre 2026", "12.345,5"),
    }
    assert phrases_of("fr").day(first) == "1er mai 2026"
    assert phrases_of("it").day(first) == "1º maggio 2026"


def test_another_language_is_answered_in_english() -> None:
    """A language without phrases falls back to English; a regional variant takes its language."""
    assert phrases_of("pl").language == "en"
    assert phrases_of("fr-BE").language == "fr"


def english_only(language: str) -> set[str]:
    """Runs of at least three English words that phrases and figures say, and this language's do not."""
    english, other = phrases_of("en"), phrases_of(language)
    told = [*english.words.values()]
    told += [getattr(each, part) for each in definitions() for part in ("title", "definition", "population", "limits")]
    runs = {run.strip(" .;:,") for text in told for run in re.split(r"\{\w+\}|[;:.]", text)}
    known = " ".join([*other.words.values(), *(text for each in other.figures.values() for text in each.values())])
    return {run for run in runs if len(run.split()) >= 3 and len(run) >= 14 and run not in known}


def test_no_english_phrase_goes_out(translated: tuple[str, Path]) -> None:
    """The answer, its cover letter, tables, workbook and index hold no English phrase where the letter is in another language."""
    language, bundle = translated
    text = sent(bundle)
    assert sorted(run for run in english_only(language) if run in text) == []
    assert phrases_of(language).say("cover.no_cause") in text


def test_questions_are_understood_alike(translated: tuple[str, Path]) -> None:
    """The letter's questions get the same status, figures and number of exhibits as in English, in its own words."""
    _, bundle = translated
    entries = [json.loads(path.read_text("utf-8")) for path in sorted((bundle / "data/answer/questions").iterdir())]
    assert [(each["number"], each["status"], len(each["exhibits"])) for each in entries] == [
        ("1.a", "answered", 2),
        ("2", "answered", 2),
        ("3", "answered", 1),
        ("4", "not_held", 0),
        ("5", "not_held", 0),
        ("6", "answered", 0),
        ("7", "answered", 1),
        ("8", "answered", 0),
        ("n1", "partly", 0),
    ]
    assert [(each["id"], each["amount"]) for each in entries[1]["figures"] + entries[7]["figures"]] == [
        ("notices.received", 30),
        ("notices.decision_time", None),
        ("complaints.received", 0),
    ]


def test_translated_answer_is_intact(translated: tuple[str, Path]) -> None:
    """The bundle verifies, and its papers name their language."""
    import pikepdf

    language, bundle = translated
    assert verify_bundle(bundle).failures == ()
    for name in ("answer", "cover-letter"):
        with pikepdf.open(bundle / f"data/answer/{name}.pdf") as paper:
            assert str(paper.Root.Lang) == language
    cover = subprocess.run(
        ["pdftotext", str(bundle / "data/answer/cover-letter.pdf"), "-"], capture_output=True, check=True
    )
    assert phrases_of(language).named("authority", "European Commission") in cover.stdout.decode()
    assert "European Commission" not in cover.stdout.decode()
