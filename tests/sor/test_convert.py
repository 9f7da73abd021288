"""Old statements in the current schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.sor.change import change_of
from compliance.sor.choices import Choices, load_choices, skeleton
from compliance.sor.convert import Conversion, convert, convert_rows
from compliance.sor.rows import Row, Unread, read_rows
from compliance.sor.schema import OLD
from compliance.sor.validate import validate_statement
from tests.sor.samples import LIGHT, OLD_FULL, csv_text, dump, ndjson, row, statement

TOYS, WAR = "KEYWORD_DANGEROUS_TOYS", "KEYWORD_FOREIGN_INFORMATION_MANIPULATION"
UNDRESSED = "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT"
NONE = Choices()


def chosen(tmp_path: Path, text: str) -> Choices:
    """Choices read from a file with this text."""
    path = tmp_path / "choices.yaml"
    path.write_text(f"format: sor-choices/1\n{text}")
    return load_choices(path)


@pytest.mark.parametrize("name", ["category", "keyword"])
def test_every_renamed_code_becomes_its_successor(name: Any) -> None:
    """Renaming is no choice: what was valid before is valid after, under its new name."""
    for old, new in change_of(name).renamed.items():
        field = "category" if name == "category" else "category_specification"
        before = statement(**{field: old if name == "category" else [old]})
        assert validate_statement(before, schema=OLD).valid
        after = convert(before, NONE)
        assert (after.changes, after.open) == (((field, old, new),), ())
        assert validate_statement(after.payload).valid


@pytest.mark.parametrize("name", ["category", "keyword"])
def test_no_retired_code_is_replaced_without_a_choice(name: Any) -> None:
    """Each retired code is left as it is and reported as open."""
    for old in change_of(name).retired:
        before = statement(**({"category": old} if name == "category" else {"category_specification": [old]}))
        after = convert(before, NONE)
        assert (after.payload, after.changes, after.open) == (before, (), ((name, old),))


def test_a_choice_replaces_or_drops_a_retired_code(tmp_path: Path) -> None:
    """A chosen code takes the place of the retired one, and `drop` leaves a keyword out."""
    choices = chosen(
        tmp_path,
        f"category:\n  {UNDRESSED}: STATEMENT_CATEGORY_OTHER_VIOLATION_TC\nkeyword:\n  {TOYS}: KEYWORD_UNSAFE_PRODUCTS\n  {WAR}: drop\n",
    )
    before = statement(category=UNDRESSED, category_addition=[UNDRESSED], category_specification=[TOYS, WAR])
    after = convert(before, choices)
    assert after.payload["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert after.payload["category_addition"] == ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"]
    assert after.payload["category_specification"] == ["KEYWORD_UNSAFE_PRODUCTS"]
    assert ("category_specification", WAR, "") in after.changes


def test_two_codes_with_one_successor_leave_one(tmp_path: Path) -> None:
    """A successor that stands in the list already is not written twice."""
    choices = chosen(tmp_path, "keyword:\n  KEYWORD_MISINFORMATION: KEYWORD_MISINFORMATION_DISINFORMATION\n")
    after = convert(statement(category_specification=["KEYWORD_DISINFORMATION", "KEYWORD_MISINFORMATION"]), choices)
    assert after.payload["category_specification"] == ["KEYWORD_MISINFORMATION_DISINFORMATION"]


def test_current_statements_pass_through_as_they_are() -> None:
    """Nothing is changed in a statement of the current schema, unknown keys and wrong codes included."""
    before = statement(category="NO_CATEGORY", category_specification=["KEYWORD_NUDITY", 5, None], extra={"a": 1})
    assert convert(before, NONE).payload == before


def test_fields_of_the_first_days_get_their_later_names() -> None:
    """Fields renamed in August 2023 are renamed, and the address of the content is taken out."""
    after = convert(
        {"start_date": "2023-08-01", "countries_list": ["DE"], "url": "https://x.example", "source": "a"}, NONE
    )
    assert after.payload == {"application_date": "2023-08-01", "territorial_scope": ["DE"], "source_identity": "a"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"category:\n  {UNDRESSED}: drop\n", 3, "is no category of the schema"),
        (f"keyword:\n  {TOYS}: KEYWORD_TOYS\n", 3, "'KEYWORD_TOYS' is no keyword"),
        (f"keyword:\n  {TOYS}:\n", 3, "awaits a choice"),
        ("keyword:\n  KEYWORD_DISINFORMATION: KEYWORD_NUDITY\n", 3, "no matter of choice"),
        ("keyword:\n  KEYWORD_NUDITY: KEYWORD_NUDITY\n", 3, "is no retired keyword"),
        ("keywords: {}\n", 2, "is no list of codes"),
        ("keyword: [a]\n", 2, "holds no choices"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    """A file of choices is checked before anything is converted."""
    with pytest.raises(InputError, match=words) as caught:
        chosen(tmp_path, text)
    assert caught.value.code == "SOR-CHOICE"
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_the_skeleton_is_a_file_that_asks_for_each_choice(tmp_path: Path) -> None:
    """What is printed for open codes is refused only because its choices are still empty."""
    text = skeleton([("keyword", TOYS), ("category", UNDRESSED), ("keyword", TOYS)])
    assert text.count(TOYS) == 1
    path = tmp_path / "choices.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match="awaits a choice"):
        load_choices(path)


def test_an_old_dump_becomes_payloads_that_the_gate_takes(tmp_path: Path) -> None:
    """Rows with old columns are written as payloads of today; what cannot be is counted, and the counts add up."""
    rows: list[dict[str, str] | str] = [
        row(platform_uid="a", category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"),
        row(platform_uid="b", category_specification=f'["{TOYS}"]'),
        "too,short",
        row(platform_uid="c", decision_facts='An odd \\"quote\\" here'),
    ]
    path = dump(tmp_path, [csv_text(rows, OLD_FULL)])
    counts = Conversion()
    payloads = [json.loads(text) for text in convert_rows(read_rows([path]), NONE, counts)]
    assert [payload["puid"] for payload in payloads] == ["a", "c"]
    assert all(validate_statement(payload, endpoint="multiple").valid for payload in payloads)
    assert payloads[0]["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert payloads[0]["content_date"] == "2025-10-01"
    assert "uuid" not in payloads[0]
    assert (counts.read, counts.written, counts.changed, counts.waiting, counts.unread) == (4, 2, 1, 1, 1)
    assert counts.open == {("keyword", TOYS): 1}


def test_a_light_row_becomes_no_payload(tmp_path: Path) -> None:
    """Two required fields are not in a light dump, so its rows are set aside with the reason."""
    path = tmp_path / "light.csv"
    path.write_bytes(csv_text([row()], LIGHT))
    counts = Conversion()
    assert list(convert_rows(read_rows([path]), NONE, counts)) == []
    assert [entry.why.code for entry in counts.first_unread] == ["SOR-LIGHT"]


def test_payload_files_are_read_statement_by_statement(tmp_path: Path) -> None:
    """Statements alone and in calls come out alike, each with its line; what is no statement is told apart."""
    path = ndjson(tmp_path / "p.ndjson", [statement(), {"statements": [statement(puid="x"), 5]}, b"{broken"])
    found = list(read_rows([path]))
    assert [(type(entry), entry.line) for entry in found] == [(Row, 1), (Row, 2), (Unread, 2), (Unread, 3)]
