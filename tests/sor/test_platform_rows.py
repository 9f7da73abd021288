"""Rows of other platforms are left aside before mapping, and nothing else is: a comparison comes out as without it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from compliance.assess import published
from compliance.assess.published import reconcile
from compliance.sor.platform_rows import platform_rows
from tests.assess.test_public_record import BEATS, PLATFORM, accepted, sent
from tests.assess.test_public_record import published as row_of
from tests.sor.samples import LIGHT, OLD_FULL, csv_text, dump, ndjson
from tests.sor.test_summary import _spoilt

OTHERS = ("Quay (synthetic)", 'Mill "Pond", (synthetic)', "Other")


def kept(path: Path, folder: Path, platform: str = PLATFORM) -> tuple[list[bytes], int]:
    """Lines below the headers, and how many rows were left aside."""
    folder.mkdir()
    found = platform_rows(path, platform, folder)
    assert found is not None
    return [line for file in found.files for line in file.read_bytes().split(b"\n")[1:] if line], found.others


@pytest.mark.parametrize("columns", [None, LIGHT, OLD_FULL])
def test_rows_of_the_platform_and_odd_lines_stay(tmp_path: Path, columns: tuple[str, ...] | None) -> None:
    """Also those with another spelling of the name, and every line that is no plain row, as it stands."""
    given = () if columns is None else (columns,)
    ours = [row_of("a"), row_of("b", platform_name="HALCYON  live (synthetic)")]
    theirs = [row_of(f"x{n}", platform_name=name) for n, name in enumerate(OTHERS)]
    path = dump(tmp_path, [csv_text([ours[0], *theirs, "cut,off"], *given), csv_text([*theirs, ours[1]], *given)])
    lines, others = kept(path, tmp_path / "kept")
    assert lines == [
        line
        for text in (csv_text([ours[0], "cut,off"], *given), csv_text([ours[1]], *given))
        for line in text.split(b"\n")[1:]
    ]
    assert others == 6


def test_a_name_with_quotes_is_found(tmp_path: Path) -> None:
    """As it is written in the file, quotes doubled."""
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([row_of(str(n), platform_name=name) for n, name in enumerate((*OTHERS, PLATFORM))]))
    lines, others = kept(path, tmp_path / "kept", OTHERS[1])
    assert (len(lines), b'"Mill ""Pond"", (synthetic)"' in lines[0], others) == (1, True, 3)


def test_a_dump_that_is_not_whole_is_read_as_it_is(tmp_path: Path) -> None:
    """A cut archive, a file of another kind, and a damaged one give nothing to go on."""
    other = tmp_path / "other.csv"
    other.write_bytes(b"a,b\n1,2\n")
    cut = dump(tmp_path, [csv_text([row_of(str(n)) for n in range(3000)])])
    cut.write_bytes(cut.read_bytes()[:-6000])
    for number, path in enumerate((other, cut)):
        (tmp_path / str(number)).mkdir()
        assert platform_rows(path, PLATFORM, tmp_path / str(number)) is None


@pytest.mark.parametrize("seed", range(4))
def test_the_comparison_is_that_of_the_whole_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Over spoilt lines of many platforms: every count, item and field, with and without leaving rows aside."""
    draw = random.Random(seed)
    rows = [row_of(f"p{n}", platform_name=draw.choice((*OTHERS, PLATFORM))) for n in range(60)]
    lines = csv_text(rows).split(b"\n")
    text = b"\n".join([lines[0], *(_spoilt(draw, line) if draw.random() < 0.2 else line for line in lines[1:])])
    path = dump(tmp_path, [text])
    events = [entry for n in range(0, 60, 2) for entry in (sent(f"p{n}"), accepted(f"p{n}"))]
    log = ndjson(tmp_path / "log.ndjson", [*events, *BEATS])
    less = reconcile([path], logs=[log], platform=PLATFORM)
    monkeypatch.setattr(published, "platform_rows", lambda *_: None)
    whole = reconcile([path], logs=[log], platform=PLATFORM)
    assert less.others > 20
    assert replace(less, others=0, unreadable=0, notes=()) == replace(whole, others=0, unreadable=0, notes=())
    assert (less.others, less.unreadable, less.notes) == (whole.others, whole.unreadable, whole.notes)
