"""The Transparency Database's dumps as native events: read where they lie, dirty rows and all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.events.ingest import IngestReport
from compliance.events.load import load_logs
from compliance.events.mapping import load_mapping
from compliance.events.preview import types_in_logs
from compliance.events.store import Store
from tests.events.logs import PROJECT, clock
from tests.sor.samples import FULL, LIGHT, OLD_FULL, csv_text, dump, line, row

OLD_LIGHT = tuple(name for name in LIGHT if name != "content_id_ean")
MAPPINGS = {
    "tdb-full-2025-07": FULL,
    "tdb-full-2023-09": OLD_FULL,
    "tdb-light-2025-07": LIGHT,
    "tdb-light-2023-09": OLD_LIGHT,
}


def rows(*parts: str) -> list[dict[str, str]]:
    """Rows that differ in their identifiers."""
    return [row(uuid=f"u-{name}", platform_uid=f"p-{name}") for name in parts]


def kept(folder: Path, path: Path, mapping: str = "tdb-full-2025-07") -> tuple[Store, IngestReport]:
    """A store of one file, and the report; counts add up."""
    store = Store.create(folder)
    report = store.ingest([path], project=PROJECT, clock=clock, mapping=load_mapping(mapping))
    for counts in report.files:
        assert counts.lines == counts.accepted + counts.duplicates + counts.rejected
    return store, report


@pytest.mark.parametrize(("mapping", "columns"), MAPPINGS.items(), ids=list(MAPPINGS))
def test_each_version_of_a_dump_has_its_mapping(tmp_path: Path, mapping: str, columns: Sequence[str]) -> None:
    """Full and light, before and after July 2025: a row is one published statement, what a version lacks is not captured."""
    store, report = kept(tmp_path / "s", dump(tmp_path, [csv_text(rows("1", "2"), columns)]), mapping)
    assert [counts.accepted for counts in report.files] == [2]
    found = (
        store.dataset(None, project=PROJECT)
        .con.execute("SELECT puid, category, language FROM ev ORDER BY n")
        .fetchall()
    )
    assert found == [(f"p-{n}", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD", None) for n in (1, 2)]
    assert ("facts" in load_mapping(mapping).captured) == ("light" not in mapping)


def test_another_version_s_mapping_is_refused_with_the_column(tmp_path: Path) -> None:
    """A light dump read as a full one would look as if its texts were missing."""
    path = dump(tmp_path, [csv_text(rows("1"), LIGHT)])
    with pytest.raises(InputError, match=r"MAP-COLUMN .*has no column 'decision_facts'"):
        kept(tmp_path / "s", path)


def test_members_of_archives_are_files_of_their_own(tmp_path: Path) -> None:
    """Each has its counts, its lines and its name; with a store or without one."""
    path = dump(tmp_path, [csv_text(rows("1", "2")), csv_text(rows("3"))], per_zip=1)
    _, report = kept(tmp_path / "s", path)
    assert [counts.file.removeprefix(f"{path}!").split("!")[1][-15:] for counts in report.files] == [
        "00000-00000.csv",
        "00001-00000.csv",
    ]
    loaded = load_logs([path], requirement=None, project=PROJECT, mapping=load_mapping("tdb-full-2025-07"))
    last = max(n for (n,) in loaded.con.execute("SELECT n FROM ev").fetchall())
    place = loaded.locator.places([last])[last]
    assert (place.file.endswith("00001-00000.csv"), place.line) == (True, 2)


def test_one_bad_row_does_not_swallow_the_rows_behind_it(tmp_path: Path) -> None:
    """A quote where none belongs makes a reader in columns lose its place; such a row is refused before that."""
    good = line(rows("x")[0])
    bad = [
        good.replace(",DECISION_GROUND", ',"a "b" c",DECISION_GROUND'),
        good.rsplit(",", 3)[0],
        good + ",more",
        '"never closed',
    ]
    given: list[dict[str, str] | str] = []
    for number, text in enumerate(bad):
        given += [*rows(f"{number}a", f"{number}b"), text]
    _, report = kept(tmp_path / "s", dump(tmp_path, [csv_text([*given, *rows("last")])]))
    assert [(counts.accepted, counts.rejected) for counts in report.files] == [(9, 4)]
    assert [reject.refused.line for reject in report.rejects] == [4, 7, 10, 13]


def test_a_stray_quote_in_an_ordinary_csv_is_kept_apart_too(tmp_path: Path) -> None:
    """RFC 4180 has no quote inside a bare cell; the cell is taken as it stands, the next rows are read."""
    path = tmp_path / "a.csv"
    head, mid = "id,type,time,service,notice_id\n", ",notice.received,2026-08-01T00:01:00Z,s,"
    path.write_text(
        head + "".join(f"e-{n}{mid}{cell}\n" for n, cell in enumerate(('a "b" c', "N-1", '"x "y" z"', "N-2")))
    )
    store = Store.create(tmp_path / "s")
    report = store.ingest([path], project=PROJECT, clock=clock)
    assert [(counts.accepted, counts.rejected) for counts in report.files] == [(3, 1)]
    assert [(entry.refused.line, entry.refused.why.code) for entry in report.rejects] == [(4, "ING-CSV-QUOTE")]


def test_texts_that_php_wrote_arrive_as_they_were(tmp_path: Path) -> None:
    """Backslashes, carriage returns, tabs and quotes inside a cell."""
    texts = ['says \\"no\\", twice', "a\rb", "a\tb", 'a "b" c', "ends in \\"]
    given = [row(uuid=f"u-{n}", platform_uid=f"p-{n}", decision_facts=text) for n, text in enumerate(texts)]
    store, _ = kept(tmp_path / "s", dump(tmp_path, [csv_text(given)]))
    found = store.dataset(None, project=PROJECT).con.execute("SELECT facts FROM ev ORDER BY n").fetchall()
    assert [text.replace("\\", "") for (text,) in found] == [text.replace("\\", "") for text in texts]


@pytest.mark.parametrize(("share", "members"), [(0.6, 1), (0.995, 2)])
def test_a_cut_archive_counts_its_loss(tmp_path: Path, share: float, members: int) -> None:
    """Rows before the cut are events; the loss is a refused line, also where only the directory is gone."""
    parts = [csv_text(rows(*(f"{part}-{n}" for n in range(400)))) for part in range(2)]
    path = dump(tmp_path, parts)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    _, report = kept(tmp_path / "s", path)
    assert {entry.refused.why.code for entry in report.rejects} == {"ING-COMPRESSED"}
    assert sum(counts.accepted for counts in report.files) >= 400 * (members - 1) + 100


def test_an_archive_without_a_log_is_an_error(tmp_path: Path) -> None:
    """Nothing was read, and nobody should think so."""
    path = dump(tmp_path, [])
    with pytest.raises(InputError, match="ARC-EMPTY"):
        kept(tmp_path / "s", path)


def test_the_first_look_sees_into_archives(tmp_path: Path) -> None:
    """Types named in a packed log are found."""
    path = dump(tmp_path, [b"id,type\ne-1,notice.received\n"])
    assert types_in_logs([path]) == {"notice.received"}
