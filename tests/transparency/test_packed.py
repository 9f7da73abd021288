"""Packed files that are cut, scrambled, locked or packed in an unknown way: words, whoever opens them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.transparency.publishing.archive import fetched
from compliance.transparency.source import read_paths
from compliance.transparency.workbook_grid import workbook_grids

TEXT = bytes(range(256)) * 40


def _archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", TEXT)
    return stream.getvalue()


def _header(flags: int | None = None, method: int | None = None) -> bytes:
    """The archive with other flags or another method, in the member's own header and in the directory."""
    raw = bytearray(_archive())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.index(signature) + offset
        if flags is not None:
            struct.pack_into("<H", raw, at, flags)
        if method is not None:
            struct.pack_into("<H", raw, at + 2, method)
    return bytes(raw)


def _scrambled() -> bytes:
    raw = bytearray(_archive())
    for at in range(60, 120):
        raw[at] ^= 0x5A
    return bytes(raw)


DAMAGED = {
    "cut": _archive()[:-30],
    "scrambled": _scrambled(),
    "locked": _header(flags=1),
    "packed in an unknown way": _header(method=99),
    "nothing": b"PK\x03\x04",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_put_into_words_by_everyone_who_opens_a_packed_file(damage: str, tmp_path: Path) -> None:
    """The reader of reports, the reader of workbooks and the publication day name the file and its own code."""
    path = tmp_path / "report.zip"
    path.write_bytes(DAMAGED[damage])
    for reader, code in (
        (lambda: fetched([str(path)]), "PUB-SOURCE"),
        (lambda: workbook_grids(DAMAGED[damage], str(path)), "TRP-WORKBOOK"),
    ):
        with pytest.raises(InputError) as caught:
            reader()
        assert caught.value.code == code
        assert caught.value.place is not None
        assert "report.zip" in str(caught.value.place)
    with pytest.raises(InputError) as caught:
        read_paths([path])
    assert caught.value.code in {"TRP-ARCHIVE", "TRP-WORKBOOK"}


def test_what_would_unpack_to_gigabytes_is_not_unpacked_on_the_publication_day_either(tmp_path: Path) -> None:
    """Its own index tells."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(9):
            made.writestr(f"{number}.csv", b"0" * 50_000_000)
    with pytest.raises(InputError) as caught:
        fetched([str(path)])
    assert caught.value.code == "TRP-UNSAFE"
