"""Archives read where they lie."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.events.readers.archive import is_archive, list_archive, unpacked
from compliance.events.readers.source import BrokenStreamError


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def written(folder: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    """An archive on disk."""
    path = folder / "a.zip"
    path.write_bytes(packed(members, method))
    return path


def contents(path: Path) -> dict[str, bytes]:
    """Bytes of every member by its path through the archives."""
    top = str(path.parent) + "/"
    return {member.name.removeprefix(top): b"".join(unpacked(member)) for member in list_archive(path).members}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_and_those_of_inner_archives_are_found(tmp_path: Path, method: int) -> None:
    """In order, other files passed over, whatever the inner members' packing."""
    inner = packed({"b.csv": b"B" * 300_000, "folder/c.CSV": b"C", "note.txt": b"x"}, method)
    path = written(tmp_path, {"a.csv": b"A", "in.zip": inner, "readme.md": b"x"})
    assert contents(path) == {
        "a.zip!a.csv": b"A",
        "a.zip!in.zip!b.csv": b"B" * 300_000,
        "a.zip!in.zip!folder/c.CSV": b"C",
    }


def test_an_archive_that_is_one_level_deep_may_be_compressed(tmp_path: Path) -> None:
    """As the first dumps were."""
    assert contents(written(tmp_path, {"a.csv": b"A" * 1000}, zipfile.ZIP_DEFLATED)) == {"a.zip!a.csv": b"A" * 1000}


def test_an_inner_archive_that_is_compressed_again_is_refused(tmp_path: Path) -> None:
    """Its members are no stretches of the file; the error says what to do."""
    path = written(tmp_path, {"in.zip": packed({"b.csv": b"B"})}, zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match=r"ARC-METHOD .*unpack the outer archive"):
        list_archive(path)


def test_a_method_nobody_expects_is_refused(tmp_path: Path) -> None:
    """With the member's name."""
    with pytest.raises(InputError, match=r"ARC-METHOD .*a\.zip!a\.csv"):
        list_archive(written(tmp_path, {"a.csv": b"A" * 99}, zipfile.ZIP_LZMA))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    """The flag is enough."""
    path = written(tmp_path, {"a.csv": b"A"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="ARC-ENCRYPTED"):
        list_archive(path)


@pytest.mark.parametrize(("share", "broken"), [(0.3, True), (0.6, True), (0.99, False)])
def test_a_cut_archive_shows_what_is_left(tmp_path: Path, share: float, *, broken: bool) -> None:
    """The last member breaks off where the file does, unless only the directory is lost; the listing says so in any case."""
    noise = {f"{n}.csv": bytes((n * 7 + i * i) % 251 for i in range(5000)) for n in range(4)}
    path = written(tmp_path, {"in.zip": packed(noise)})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    listing = list_archive(path)
    assert "ends early" in listing.broken
    *whole, last = listing.members
    for member in whole:
        assert b"".join(unpacked(member)) == noise[member.name.split("!")[-1]]
    if broken:
        with pytest.raises(BrokenStreamError):
            list(unpacked(last))
    else:
        assert b"".join(unpacked(last)) == noise["3.csv"]


def test_damage_inside_a_member_is_seen(tmp_path: Path) -> None:
    """By the stream itself, or by its checksum."""
    path = written(tmp_path, {"a.csv": b"A" * 50_000, "b.csv": b"B" * 10})
    data = bytearray(path.read_bytes())
    data[data.index(b"BBBB")] ^= 1
    path.write_bytes(data)
    with pytest.raises(BrokenStreamError, match="checksum"):
        list(unpacked(list_archive(path).members[1]))


def test_what_begins_like_an_archive_and_is_none_is_refused(tmp_path: Path) -> None:
    """With a way on."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x05\x06 nothing else")
    assert is_archive(path.read_bytes())
    with pytest.raises(InputError, match=r"ARC-DAMAGED .*download it again"):
        list_archive(path)
