"""A dump's CSV as it streams: sound and odd rows, headers, dirt, and counts that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from compliance.events.readers.lines import MAX_LINE
from compliance.events.readers.source import BrokenStreamError
from compliance.sor.judged import Portion, Tally
from compliance.sor.scan import Scan
from tests.sor.samples import FULL, LIGHT, OLD_FULL, csv_text, line, row


class Pieces:
    """Bytes in pieces of a size, perhaps broken off."""

    def __init__(self, data: bytes, size: int = 1 << 20, broken: str = "") -> None:
        self._data, self._size, self._broken = data, size, broken

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order."""
        for at in range(0, len(self._data), self._size):
            yield self._data[at : at + self._size]
        if self._broken:
            raise BrokenStreamError(self._broken)


def scanned(data: bytes, size: int = 1 << 20, schema: str | None = None, broken: str = "") -> list[Portion]:
    """What a scan finds."""
    return list(Scan("d.csv", schema).portions(Pieces(data, size, broken)))


def findings(portions: Sequence[Portion]) -> dict[int, object]:
    """Failed rules or reason code by line; checks that the counts add up."""
    tally = Tally()
    for portion in portions:
        tally.add(portion)
    assert tally.read == tally.valid + tally.invalid + tally.refused + tally.blank
    found: dict[int, object] = {}
    for portion in portions:
        found |= {judged.line: judged.verdict.rules() for judged in portion.invalid}
        found |= {entry.line: entry.why.code for entry in portion.refused}
    return found


def rows(count: int) -> list[dict[str, str]]:
    """Valid rows with identifiers of their own."""
    return [row(platform_uid=f"p-{number}") for number in range(count)]


@pytest.mark.parametrize("columns", [FULL, OLD_FULL, LIGHT], ids=["full", "old", "light"])
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_every_row_has_its_line_however_the_bytes_arrive(columns: Sequence[str], size: int) -> None:
    """Rows of one layout, one of them invalid; the line is the line in the file, the header being line 1."""
    given = rows(20)
    given[12]["content_language"] = "XX"
    portions = scanned(csv_text(given, columns), size)
    assert findings(portions) == {14: {"content_language": ["in"]}}
    assert sum(portion.valid for portion in portions) == 19
    assert all(portion.partly == (columns is LIGHT) for portion in portions)


def test_a_light_row_is_not_blamed_for_what_it_leaves_out() -> None:
    """Facts, explanations and scope are not judged; everything else is."""
    illegal = row(decision_ground="DECISION_GROUND_ILLEGAL_CONTENT", illegal_content_legal_ground="a statute")
    without = row(incompatible_content_ground="")
    assert findings(scanned(csv_text([row(), illegal, without], LIGHT))) == {
        4: {"incompatible_content_ground": ["required_if"]}
    }


def test_the_schema_goes_by_the_columns_unless_named() -> None:
    """37 columns mean the old codes, 38 the new ones; a named schema wins."""
    new = row(category="STATEMENT_CATEGORY_CYBER_VIOLENCE")
    old = row(category="STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT")
    assert list(findings(scanned(csv_text([new, old], FULL)))) == [3]
    assert list(findings(scanned(csv_text([new, old], OLD_FULL)))) == [2]
    assert list(findings(scanned(csv_text([new, old], OLD_FULL), schema="2025-07"))) == [3]


def test_two_schemas_in_one_file_are_told_apart_by_a_second_header() -> None:
    """A header in the middle changes columns and codes; it is no row."""
    first = csv_text([row(category="STATEMENT_CATEGORY_CYBER_VIOLENCE")], FULL)
    second = csv_text([row(platform_uid="p-2", category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE")], OLD_FULL)
    portions = scanned(first + b"\n" + second)
    assert findings(portions) == {}
    assert sum(portion.valid for portion in portions) == 2


def test_columns_in_another_order_are_judged_too() -> None:
    """By name, cell by cell."""
    assert findings(scanned(csv_text([row(), row(category="X")], tuple(reversed(FULL))))) == {3: {"category": ["in"]}}


@pytest.mark.parametrize("columns", [("a", "b"), FULL[:-1], (*FULL, "uuid")])
def test_another_header_refuses_the_rows_below_it_in_one_reason(columns: tuple[str, ...]) -> None:
    """Every row is counted as refused, and nothing is guessed."""
    portions = scanned(csv_text([",".join("x" for _ in columns)] * 30, columns), 90)
    assert {entry.why.code for portion in portions for entry in portion.refused} == {"SOR-HEADER"}
    assert sum(entry.rows for portion in portions for entry in portion.refused) == 30
    findings(portions)


def test_a_quote_after_a_backslash_is_read_as_php_wrote_it() -> None:
    """Such rows have no RFC 4180 reading; they are judged all the same, sound or not."""
    odd = row(platform_uid="p-2", incompatible_content_ground='Terms \\"section 3\\", part 2')
    wrong = row(platform_uid="p-3", decision_facts='says \\"no\\", twice', category="X")
    ends = row(platform_uid="p-4", decision_facts="ends in a backslash\\")
    assert findings(scanned(csv_text([row(), odd, wrong, ends]))) == {4: {"category": ["in"]}}


def test_odd_rows_are_refused_by_themselves() -> None:
    """Too few cells, too many, an open quote, a NUL, broken UTF-8: each has its reason, the rows around them are judged."""
    good = line(row())
    given: list[dict[str, str] | str] = [
        row(platform_uid="p-0"), good.rsplit(",", 3)[0], good.replace(",DECISION_GROUND", ',"a "b" c",DECISION_GROUND'),
        good + ",more", '"never closed', "a\x00b", good.replace("A person", "A \udcff person"), "", row(platform_uid="p-9"),
    ]  # fmt: skip
    portions = scanned(csv_text(given))
    assert findings(portions) == {
        3: "ING-CSV-FIELDS", 4: "ING-CSV-FIELDS", 5: "ING-CSV-FIELDS", 6: "ING-CSV-FIELDS", 7: "ING-BINARY", 8: "ING-ENCODING",
    }  # fmt: skip
    assert (sum(portion.valid for portion in portions), sum(portion.blank for portion in portions)) == (2, 1)


def test_a_text_of_five_megabytes_is_one_invalid_row() -> None:
    """It is judged, not refused, and does not disturb its neighbours."""
    given = [
        row(platform_uid="p-0"),
        row(platform_uid="p-1", decision_facts="x, " * 1_700_000),
        row(platform_uid="p-2"),
    ]
    assert findings(scanned(csv_text(given), 1 << 16)) == {3: {"decision_facts": ["max"]}}


def test_a_line_beyond_sixteen_megabytes_is_passed_over() -> None:
    """It is counted and named; what follows is judged."""
    data = csv_text([row(platform_uid="p-0"), "x" * (MAX_LINE + 10), row(platform_uid="p-2")])
    assert findings(scanned(data)) == {3: "ING-LINE-LENGTH"}


def test_what_lies_before_a_break_is_judged() -> None:
    """The break counts as one refused line."""
    data = csv_text(rows(5))
    portions = scanned(data[: len(data) - 40], 100, broken="ends early")
    assert findings(portions) == {6: "ING-COMPRESSED"}
    assert sum(portion.valid for portion in portions) == 4


def test_windows_line_ends_change_nothing() -> None:
    """A carriage return at the end belongs to no cell, on both paths."""
    data = csv_text([row(), row(category="X")]).replace(b"\n", b"\r\n") + b"\r\n"
    assert findings(scanned(data)) == {3: {"category": ["in"]}}


def test_values_that_are_no_lists_or_days_are_left_to_the_gate() -> None:
    """A broken list is no array; a day in another form has another form."""
    found = findings(
        scanned(csv_text([row(category_specification="[KEYWORD_NUDITY"), row(content_date="2025-1-1 00:00:00")]))
    )
    assert found == {2: {"category_specification": ["array", "in"]}, 3: {"content_date": ["date_format"]}}


def test_a_deep_list_is_no_list() -> None:
    """Nesting without end is not followed."""
    assert findings(scanned(csv_text([row(content_type="[" * 100_000)]))) == {2: {"content_type": ["array", "in"]}}


def test_an_empty_file_holds_nothing() -> None:
    """Neither rows nor findings; a header alone is no row."""
    assert scanned(b"") == []
    assert findings(scanned(csv_text([]))) == {}


@pytest.mark.parametrize("shift", range(4))
def test_characters_of_several_bytes_may_stand_anywhere(shift: int) -> None:
    """A long stretch is looked at in pieces: a character across their seam is whole, and one broken byte beyond it is found."""
    given = [
        row(platform_uid=f"p-{number}", decision_facts="x" * shift + "日" * 900 + "ü" * 300) for number in range(60)
    ]
    text = csv_text(given)
    assert findings(scanned(text)) == {}
    lines = text.split(b"\n")
    lines[50] = lines[50].replace("日".encode(), b"\xe6\x97", 1)
    assert findings(scanned(b"\n".join(lines))) == {51: "ING-ENCODING"}
