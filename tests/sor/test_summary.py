"""Summaries count what dumps hold: as a plain count does, over clean and dirty rows, full and light, and every number adds up."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from compliance.errors import InputError, IntegrityError
from compliance.reports.statements import json_text, table, to_html, to_xlsx
from compliance.sor import sweep
from compliance.sor.dimension import ABSENT, DIMENSIONS, NONE, OTHER, Dimension, values_of
from compliance.sor.judged import Tally
from compliance.sor.rows import Row, Unread, read_rows
from compliance.sor.schema import CURRENT, load_schema
from compliance.sor.session import exit_code
from compliance.sor.summary import Summary, summed
from tests.conftest import Run
from tests.sor.samples import FULL, LIGHT, OLD_FULL, csv_text, dump, ndjson, row, statement
from tests.sor.test_rows import DIRT

RESTRICTIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
ONE = {
    "platform": "platform_name",
    "category": "category",
    "ground": "decision_ground",
    "automated_detection": "automated_detection",
    "automated_decision": "automated_decision",
    "source": "source_type",
}
MANY = {"restriction": RESTRICTIONS, "territory": ("territorial_scope",), "content_type": ("content_type",)}


def named(name: str) -> Dimension:
    """The dimension of that name."""
    return next(dimension for dimension in DIMENSIONS if dimension.name == name)


def values(summary: Summary, name: str) -> dict[str, int]:
    """Statements by value."""
    return dict(summary.values(named(name)))


def drawn(seed: int, rows: int) -> list[dict[str, str]]:
    """Rows with drawn values, texts with quotes, commas and backslashes among them; days, platforms and restrictions differ."""
    draw = random.Random(seed)
    codes = load_schema(CURRENT).codes

    def some(name: str, most: int) -> str:
        return json.dumps(draw.sample(codes[name], draw.randint(0, most)), separators=(",", ":"))

    return [
        row(
            platform_uid=f"p-{seed}-{number}",
            platform_name=draw.choice(["Halcyon Live (synthetic)", 'Quay "Q", (synthetic)', "Mill\\Pond (synthetic)"]),
            category=draw.choice(codes["category"]),
            decision_ground=draw.choice(codes["decision_ground"]),
            decision_visibility=draw.choice(["", some("decision_visibility", 3)]),
            decision_monetary=draw.choice(["", *codes["decision_monetary"]]),
            decision_provision=draw.choice(["", *codes["decision_provision"]]),
            decision_account=draw.choice(["", *codes["decision_account"]]),
            content_type=some("content_type", 2),
            territorial_scope=some("country", 30),
            source_type=draw.choice(codes["source_type"]),
            automated_detection=draw.choice(codes["yes_no"]),
            automated_decision=draw.choice(codes["automated_decision"]),
            decision_facts=draw.choice(
                ["plain", 'say "so", or not', 'a \\"b\\" c', "back\\slash", "zwei\rZeilen", "ü" * 99]
            ),
            created_at=f"2025-11-0{draw.randint(1, 5)} 10:00:00",
        )
        for number in range(rows)
    ]


def plain_count(rows: list[dict[str, str]]) -> dict[str, Counter[tuple[str, str]]]:
    """The same counts by (value, platform), row by row, from the cells as they were before any file was written."""
    found: dict[str, Counter[tuple[str, str]]] = {dimension.name: Counter() for dimension in DIMENSIONS}
    for cells in rows:
        sender = cells["platform_name"]
        found["day"][cells["created_at"][:10], sender] += 1
        for name, column in ONE.items():
            found[name][cells[column], sender] += 1
        for name, columns in MANY.items():
            codes: set[str] = set()
            for column in columns:
                cell = cells.get(column, "")
                codes |= set(json.loads(cell)) if cell.startswith("[") else {cell} if cell else set()
            for code in codes or {NONE}:
                found[name][code, sender] += 1
    return found


def test_counts_are_those_of_a_plain_count(tmp_path: Path) -> None:
    """Every dimension, over several days and files, by platform."""
    parts = [drawn(seed, 700) for seed in range(5)]
    found = summed([dump(tmp_path, [csv_text(part) for part in parts], per_zip=2)])
    assert found.counts == plain_count([cells for part in parts for cells in part])
    assert (found.statements, found.read, found.refused) == (3500, 3500, 0)
    assert list(values(found, "day")) == [f"2025-11-0{day}" for day in range(1, 6)]


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    """Cells are found by the header's names, not by their place."""
    columns = list(FULL)
    random.Random(3).shuffle(columns)
    rows = drawn(8, 200)
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text(rows, columns))
    assert summed([path]).counts == plain_count(rows)


def test_processes_change_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes find what one finds, dirt included."""
    parts = [csv_text([*drawn(seed, 50), "x,y"]) for seed in range(3)]
    path = dump(tmp_path, parts)
    alone = summed([path], 1)
    monkeypatch.setattr("compliance.sor.summary.WORTH_SHARING", 0)
    assert summed([path], 2).record() == alone.record()
    assert (alone.statements, alone.refused) == (150, 3)


@pytest.mark.parametrize("name", DIRT)
def test_dirty_files_add_up_as_they_do_when_judged(tmp_path: Path, name: str) -> None:
    """As many statements, refused lines and reasons as `sor validate` finds, and every dimension accounts for each statement."""
    path = tmp_path / "d.csv"
    path.write_bytes(DIRT[name])
    for paths in ([path], [dump(tmp_path, [DIRT[name], DIRT["clean"]])]):
        found, tally = summed(paths), Tally()
        for portion in sweep.sweep(paths, sweep.Options()):
            tally.add(portion)
        assert (found.statements, found.refused, found.blank) == (tally.statements, tally.refused, tally.blank)
        assert found.reasons == tally.reasons
        assert found.read == tally.read
        for dimension in DIMENSIONS:
            total = sum(count for _, count in found.values(dimension))
            assert total >= found.statements if dimension.many else total == found.statements


def test_places_of_lines_set_aside_are_those_of_the_file(tmp_path: Path) -> None:
    """Odd lines among sound ones, lines that are no text among both, and each is named with its own line."""
    rows = [line for cells in drawn(1, 40) for line in csv_text([cells]).split(b"\n")[1:]]
    bad = {7: b"a,b", 8: b"\xff\xfe", 20: b"a\x00b", 21: b'"open', 33: b"c,d"}
    lines = [csv_text([]), *rows]
    for at, line in bad.items():
        lines[at - 1] = line
    path = tmp_path / "d.csv"
    path.write_bytes(b"\n".join(lines))
    found = summed([path])
    assert [entry.line for _, entry in found.quarantined] == sorted(bad)
    assert (found.statements, found.refused) == (35, 5)


def test_a_quote_left_open_swallows_no_line(tmp_path: Path) -> None:
    """Two broken rows whose quotes would make one row of both stay two refused lines."""
    sound = csv_text([row(platform_uid="a")]).split(b"\n")[1]
    cut = sound.index(b"The listing")
    path = tmp_path / "d.csv"
    path.write_bytes(b"\n".join([csv_text([]), sound, sound[:cut], sound[cut:], sound]))
    found = summed([path])
    assert (found.statements, found.refused) == (2, 2)


def _spoilt(draw: random.Random, line: bytes) -> bytes:
    """A line with up to three signs changed, put in or taken out, those that carry meaning in a dump above all."""
    for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
        at = draw.choice([m for m, sign in enumerate(line) if sign in b'",[]\\'] or [0]) + draw.choice((0, 0, 1))
        sign = draw.choice(
            (b'"', b'""', b",", b"\\", b'\\"', b"]", b'"[', b'"],"', b"\n", b"\r", b"\xff", b"\x00", b"", b"")
        )
        line = line[:at] + sign + line[at + draw.choice((0, 0, 1)) :]
    return line


def _slow_count(path: Path) -> dict[str, Counter[tuple[str, str]]]:
    """Counts from the reader that takes one line after the other, cell by cell."""
    found: dict[str, Counter[tuple[str, str]]] = {dimension.name: Counter() for dimension in DIMENSIONS}
    for entry in read_rows([path]):
        if isinstance(entry, Unread):
            continue
        cells = {
            name: b'"%s"' % cell.replace('"', '""').encode() if cell else b"" for name, cell in entry.cells.items()
        }
        (sender,) = values_of(named("platform"), (cells["platform_name"],))
        for dimension in DIMENSIONS:
            for value in values_of(dimension, tuple(cells.get(name) for name in dimension.columns)):
                found[dimension.name][value, sender] += 1
    return found


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_lines_count_as_the_slow_reader_counts_them(tmp_path: Path, seed: int) -> None:
    """Quotes, brackets, backslashes and line ends in wrong places change no count against a reading cell by cell."""
    draw = random.Random(seed)
    path = tmp_path / "d.csv"
    columns = draw.choice((FULL, FULL, OLD_FULL, LIGHT))
    lines = csv_text(drawn(seed, 40), columns).split(b"\n")
    path.write_bytes(b"\n".join([lines[0], *(_spoilt(draw, line) for line in lines[1:])]))
    found, rows = summed([path]), list(read_rows([path]))
    assert found.counts == _slow_count(path)
    assert found.statements == sum(isinstance(entry, Row) for entry in rows)
    assert found.refused == sum(entry.rows for entry in rows if isinstance(entry, Unread))


def test_light_rows_have_no_territory_and_say_so(tmp_path: Path) -> None:
    """A light dump's statements count in every dimension; their territory is absent, which is not the same as none."""
    path = tmp_path / "light.csv"
    path.write_bytes(csv_text([row(platform_uid="a"), row(platform_uid="b")], LIGHT))
    full = tmp_path / "full.csv"
    full.write_bytes(csv_text([row(platform_uid="c", territorial_scope="[]"), row(platform_uid="d")]))
    found = summed([path, full])
    assert values(found, "territory") == {"DE": 1, "FR": 1, NONE: 1, ABSENT: 2}
    assert (found.light, found.statements) == (2, 4)
    assert values(found, "category") == {"STATEMENT_CATEGORY_SCAMS_AND_FRAUD": 4}


def test_old_and_new_columns_in_one_file(tmp_path: Path) -> None:
    """A second header changes the columns of the rows below it, and retired values keep their names."""
    path = tmp_path / "d.csv"
    retired = "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"
    path.write_bytes(
        csv_text([row(), row(platform_uid="b")]) + b"\n" + csv_text([row(category=retired)], OLD_FULL) + b"\n"
    )
    found = summed([path])
    assert values(found, "category") == {"STATEMENT_CATEGORY_SCAMS_AND_FRAUD": 2, retired: 1}


def test_spoilt_values_count_together(tmp_path: Path) -> None:
    """Values of no code list, lists that are none and days that are none cannot make the summary grow."""
    bad = [
        row(category=f"made up {n}", content_type=f'["X{n}"]', territorial_scope="[1,", created_at=f"{n}")
        for n in range(60)
    ]
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([*bad, row(territorial_scope='["DE",7,"DE"]', created_at="2025-13-45 10:00:00")]))
    found = summed([path])
    assert values(found, "category") == {"STATEMENT_CATEGORY_SCAMS_AND_FRAUD": 1, OTHER: 60}
    assert values(found, "content_type") == {"CONTENT_TYPE_TEXT": 1, OTHER: 60}
    assert values(found, "territory") == {"DE": 1, OTHER: 61}
    assert values(found, "day") == {OTHER: 61}


def test_many_different_cells_are_folded_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held of a column stays small, and folding early changes no count."""
    path = tmp_path / "d.csv"
    rows = drawn(4, 300)
    path.write_bytes(csv_text(rows))
    monkeypatch.setattr("compliance.sor.count._MOST", 3)
    assert summed([path]).counts == plain_count(rows)


def test_a_damaged_download_is_counted_and_then_refused(tmp_path: Path) -> None:
    """A cut archive and a wrong digest leave their counts, and the run ends with the error."""
    path = dump(tmp_path, [csv_text(drawn(seed, 200)) for seed in range(4)], per_zip=1)
    digest = path.with_name(f"{path.name}.sha1")
    digest.write_text("0" * 40)
    found = summed([path])
    assert (found.statements, found.reasons) == (800, {"SOR-SHA1": 1})
    with pytest.raises(IntegrityError):
        exit_code(found.tally())
    digest.unlink()
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    cut = summed([path])
    assert 200 <= cut.statements < 800
    assert cut.reasons["ING-COMPRESSED"] >= 1
    with pytest.raises(InputError):
        exit_code(cut.tally())


def test_payloads_are_no_dumps(tmp_path: Path) -> None:
    """They name no platform and no day, so they are refused before anything is counted."""
    with pytest.raises(InputError) as caught:
        summed([ndjson(tmp_path / "p.ndjson", [statement()])])
    assert caught.value.code == "SOR-NO-DUMP"


def test_renderings_show_the_same_numbers_and_nothing_that_runs(tmp_path: Path) -> None:
    """Text, JSON, page and workbook hold each count; a platform's name is text everywhere; the same dumps give the same bytes."""
    path = tmp_path / "d.csv"
    nasty = "=1+1<script>alert(1)</script>"
    path.write_bytes(csv_text([row(platform_uid=f"p{n}", platform_name=nasty) for n in range(1234)] + ["x,y"]))
    found = summed([path])
    page, book = to_html(found, "t"), to_xlsx(found, "t")
    assert (page, book) == (to_html(summed([path]), "t"), to_xlsx(summed([path]), "t"))
    assert "<script>alert" not in page
    assert "=1+1&lt;script&gt;" in page
    assert page.count("<svg") == len(DIMENSIONS)
    assert "1,234" in page
    assert "1,234" in table(found)
    record = json.loads(json_text(found))
    assert record["dimensions"]["platform"]["values"] == [
        {"value": nasty, "statements": 1234, "platforms": {nasty: 1234}}
    ]
    assert (record["quarantined"][0]["place"]["line"], record["quarantined"][0]["code"]) == (1236, "ING-CSV-FIELDS")
    cells = workbook_cells(tmp_path, book)
    assert (nasty, "s") in cells
    assert (1234, "n") in cells


def workbook_cells(folder: Path, book: bytes) -> set[tuple[object, str]]:
    """Values and types of all cells of a workbook."""
    from openpyxl import load_workbook

    path = folder / "s.xlsx"
    path.write_bytes(book)
    return {
        (cell.value, cell.data_type)
        for sheet in load_workbook(path).worksheets
        for line in sheet.iter_rows()
        for cell in line
    }


def test_nothing_read_draws_too(tmp_path: Path) -> None:
    """A header alone gives a summary of nothing, in every form."""
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([]))
    found = summed([path])
    assert found.read == 0
    assert "No statement was read." in to_html(found, "t")
    assert "0  statements" in table(found)
    assert to_xlsx(found, "t").startswith(b"PK")


def test_the_command_writes_all_forms(tmp_path: Path, run: Run) -> None:
    """`sor summary` prints the table or JSON, writes page, workbook and JSON, and says by its exit code that lines were set aside."""
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([row(), row(platform_uid="b")]))
    done = run("sor", "summary", str(path), "--out", str(tmp_path / "made"))
    assert done.code == 0
    assert "2  statements" in done.out
    assert sorted(file.name for file in (tmp_path / "made").iterdir()) == [
        "summary.html",
        "summary.json",
        "summary.xlsx",
    ]
    path.write_bytes(csv_text([row(), "x,y"]))
    done = run("sor", "summary", str(path), "--format", "json")
    assert done.code == 1
    assert json.loads(done.out)["refused"] == 1
