"""The plain reader of statements finds what the fast one finds, on clean files and on dirty ones."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from compliance.sor.judged import Tally
from compliance.sor.rows import Row, Unread, read_rows
from compliance.sor.sweep import Options, sweep
from tests.sor.samples import FULL, LIGHT, OLD_FULL, csv_text, dump, ndjson, row, statement

MIXED = csv_text([row(platform_uid="a")]) + b"\n" + csv_text([row(platform_uid="b")], OLD_FULL)
DIRT: dict[str, bytes] = {
    "clean": csv_text([row(platform_uid="a"), row(platform_uid="b")]),
    "light": csv_text([row(platform_uid="a")], LIGHT),
    "short, long and open rows": csv_text(
        [row(platform_uid="a"), "x,y", ",".join("x" * 60), '"open', row(platform_uid="b")]
    ),
    "backslashes": csv_text([row(platform_uid="a", decision_facts='say \\"so\\", and'), row(platform_uid="b")]),
    "NUL and broken UTF-8": csv_text([row(platform_uid="a")]) + b"\na\x00b\n\xff\xfe,\n",
    "blank lines and Windows ends": csv_text([row(platform_uid="a")]).replace(b"\n", b"\r\n") + b"\r\n\r\n\r\n",
    "byte order mark": b"\xef\xbb\xbf" + csv_text([row(platform_uid="a")]),
    "another header": b"id,name\n1,x\n2,y\n",
    "two schemas": MIXED,
    "giant": csv_text([row(platform_uid="a")])
    + b"\n"
    + b"x" * (17 << 20)
    + b"\n"
    + csv_text([row(platform_uid="b")])[1:],
    "five megabytes": csv_text([row(platform_uid="a", decision_facts="x" * (5 << 20))]),
    "header alone": csv_text([]),
    "nothing": b"",
}


def counted(paths: Sequence[Path]) -> tuple[int, int]:
    """Statements and unreadable lines, as the plain reader finds them."""
    found = list(read_rows(paths))
    return sum(isinstance(entry, Row) for entry in found), sum(
        entry.rows for entry in found if isinstance(entry, Unread)
    )


def four_parts(folder: Path) -> Path:
    """An archive of four archives with 400 rows each, without its digest."""
    parts = [csv_text([row(platform_uid=f"{part}-{n}") for n in range(400)]) for part in range(4)]
    path = dump(folder, parts, per_zip=1)
    path.with_name(f"{path.name}.sha1").unlink()
    return path


def judged(paths: Sequence[Path]) -> tuple[int, int]:
    """Statements and refused lines, as the fast reader finds them."""
    tally = Tally()
    for portion in sweep(paths, Options()):
        tally.add(portion)
    return tally.statements, tally.refused


@pytest.mark.parametrize("name", DIRT)
def test_both_readers_find_the_same_statements(tmp_path: Path, name: str) -> None:
    """As many statements and as many refused lines, whatever is wrong with the file, bare and inside archives."""
    path = tmp_path / "d.csv"
    path.write_bytes(DIRT[name])
    assert counted([path]) == judged([path])
    archive = dump(tmp_path, [DIRT[name], DIRT["clean"]])
    assert counted([archive]) == judged([archive])


@pytest.mark.parametrize("share", [40, 52, 60, 66, 75, 90])
def test_a_cut_archive_is_read_as_far_as_it_goes(tmp_path: Path, share: int) -> None:
    """Rows before the cut come, wherever it lies, and the cut is told."""
    path = four_parts(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * share // 100])
    statements, unread = counted([path])
    assert (statements, unread) == judged([path])
    assert 400 <= statements < 1600
    assert unread >= 1


def test_a_cut_right_behind_an_inner_archive_loses_nothing_before_it(tmp_path: Path) -> None:
    """Such a file ends with the directory of the inner archive, which is not taken for its own."""
    path = four_parts(tmp_path)
    with zipfile.ZipFile(path) as archive:
        third = archive.infolist()[2].header_offset
    path.write_bytes(path.read_bytes()[:third])
    assert counted([path]) == judged([path]) == (800, 1)


def test_schemas_go_by_the_header_above(tmp_path: Path) -> None:
    """A second header changes columns and schema for the rows below it."""
    path = tmp_path / "d.csv"
    path.write_bytes(MIXED)
    found = [entry for entry in read_rows([path]) if isinstance(entry, Row)]
    assert [(entry.line, entry.schema, "content_id_ean" in entry.cells) for entry in found] == [
        (2, "2025-07", True),
        (4, "2023-09", False),
    ]


def test_a_row_tells_what_stands_beside_the_statement(tmp_path: Path) -> None:
    """Uuid, platform and the day of reception come along; a payload has none of them."""
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([row()], FULL))
    (found,) = read_rows([path])
    assert isinstance(found, Row)
    assert (found.uuid[:8], found.platform, found.received) == ("11111111", "Halcyon Live (synthetic)", "2025-11-05")
    assert found.payload["puid"] == "p-1"
    (sent,) = read_rows([ndjson(tmp_path / "p.ndjson", [statement()])])
    assert isinstance(sent, Row)
    assert (sent.uuid, sent.platform, sent.received, sent.schema) == ("", "", "", "")
