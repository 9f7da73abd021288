"""Hostile or mistaken input to the reader of transparency reports: a clear error or a finding, never a crash."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from compliance.errors import ComplianceError, InputError
from compliance.transparency.report import read_reports
from compliance.transparency.session import lint_paths
from tests.transparency.sound import sound_report, write_folder, write_workbook
from tests.transparency.spoilt import zipped


def code_of(path: Path) -> str:
    """Code of the error that reading a path gives."""
    with pytest.raises(InputError) as caught:
        read_reports([path])
    assert caught.value.hint
    return caught.value.code


def written(path: Path, content: bytes) -> Path:
    """A file with that content."""
    path.write_bytes(content)
    return path


def archive(members: dict[str, bytes]) -> bytes:
    """A ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("budget.csv", b"Month,Costs\r\nJanuary,17\r\n", "TRP-NOT-A-REPORT"),
        ("empty.csv", b"", "TRP-NOT-A-REPORT"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "TRP-NOT-TEXT"),
        ("report.pdf", b"%PDF-1.7", "TRP-KIND"),
        ("report.xlsx", b"no workbook at all", "TRP-WORKBOOK"),
        ("report.zip", b"PK\x03\x04 and then nothing", "TRP-ARCHIVE"),
        ("report.zip", b"no archive", "TRP-ARCHIVE"),
        ("report.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "TRP-KIND"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "TRP-KIND"),
        ("empty.zip", archive({}), "TRP-NOT-A-REPORT"),
    ],
)
def test_what_is_no_report_is_refused_with_a_next_step(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    """Each has a code of its own."""
    assert code_of(written(tmp_path / name, content)) == code


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    """There is nothing to read."""
    assert code_of(tmp_path / "nowhere.csv") == "TRP-UNREADABLE"
    assert code_of(tmp_path) == "TRP-NOT-A-REPORT"


def test_a_scrambled_archive_is_refused(tmp_path: Path) -> None:
    """Bytes changed in the middle of an archive are noticed."""
    content = bytearray(zipped(write_folder(sound_report(), tmp_path / "r")))
    for at in range(len(content) // 3, len(content) // 3 + 400):
        content[at] ^= 0x5A
    assert code_of(written(tmp_path / "r.zip", bytes(content))) == "TRP-ARCHIVE"


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """An archive that would unpack to gigabytes is refused by its own index."""
    content = archive({f"{number}.csv": b"0" * 50_000_000 for number in range(10)})
    assert code_of(written(tmp_path / "bomb.zip", content)) == "TRP-UNSAFE"


def test_a_workbook_that_defines_entities_is_not_opened(tmp_path: Path) -> None:
    """Entities could make the reader expand a few bytes to gigabytes, or read other files."""
    path = write_workbook(sound_report(), tmp_path / "r.xlsx")
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["xl/workbook.xml"] = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + members["xl/workbook.xml"][55:]
    )
    assert code_of(written(tmp_path / "e.xlsx", archive(members))) == "TRP-UNSAFE"


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    """A member named like a path outside is only a name; nothing is written."""
    folder = write_folder(sound_report(), tmp_path / "r")
    members = {f"../../{path.name}": path.read_bytes() for path in folder.iterdir()}
    (report,) = read_reports([written(tmp_path / "r.zip", archive(members))])
    assert len(report.sheets) == 11


def test_an_archive_in_an_archive_is_read_once(tmp_path: Path) -> None:
    """One archive per service inside another is usual; deeper ones are named and left."""
    inner = zipped(write_folder(sound_report(), tmp_path / "r"))
    (report,) = read_reports([written(tmp_path / "outer.zip", archive({"service.zip": inner}))])
    assert len(report.sheets) == 11
    deep = archive({"a.zip": archive({"b.zip": inner})})
    assert code_of(written(tmp_path / "deep.zip", deep)) == "TRP-NOT-A-REPORT"


def test_a_broken_file_among_good_ones_is_a_finding(tmp_path: Path) -> None:
    """In a folder the rest is still read."""
    folder = write_folder(sound_report(), tmp_path / "r")
    (folder / "copy.xlsx").write_bytes(b"broken")
    _, found = lint_paths([folder])
    assert [finding.check for one in found for finding in one.findings] == ["TRL-FILE-UNREAD"]


def test_a_cell_of_fifty_thousand_characters_is_a_finding(tmp_path: Path) -> None:
    """It is shortened in the message."""
    report = sound_report()
    report[4][1][5] = "9" * 50_000
    _, found = lint_paths([write_folder(report, tmp_path / "r")])
    finding = next(finding for finding in found[0].findings if finding.cell == "4:NOTICES:TOTAL")
    assert len(finding.found) < 200


def test_the_template_of_another_year_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Columns and codes that a later template might add are findings, and the rest is checked."""
    report = sound_report()
    report[4] = [[*row, "New in 2029" if not place else "1"] for place, row in enumerate(report[4])]
    report[4].append([*report[4][1][:3], "STATEMENT_CATEGORY_NEW_IN_2029", "", *["0"] * 10, *[""] * 10, "1"])
    _, found = lint_paths([write_folder(report, tmp_path / "r")])
    assert {"TRL-HEADER-EXTRA", "TRL-CODE-CATEGORY"} <= {finding.check for finding in found[0].findings}


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_never_crashes_the_linter(seed: int, tmp_path: Path) -> None:
    """Cells, rows and bytes changed at random end in findings or in one of our errors."""
    chance = random.Random(seed)
    report = sound_report()
    junk = [
        "",
        "0",
        "-1",
        "\x00",
        "=1+1",
        "\u202e",
        "9" * 400,
        "STATEMENT_CATEGORY_VIOLENCE",
        "[...]",
        "1e999",
        "TOTAL",
        "2026-13-40/x",
    ]
    for rows in report.values():
        for _ in range(40):
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = chance.choice(junk)
        if chance.random() < 0.3:
            chance.shuffle(rows)
        del rows[chance.randrange(len(rows)) :: 7]
    folder = write_folder(report, tmp_path / "r")
    for path in folder.iterdir():
        content = bytearray(path.read_bytes())
        for _ in range(chance.randrange(4)):
            content[chance.randrange(len(content))] = chance.randrange(1, 256)
        path.write_bytes(bytes(content))
    with suppress(ComplianceError):
        _, found = lint_paths([folder])
        assert found[0].at_least("error")
