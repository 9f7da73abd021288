"""Folders that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import EvidenceError
from compliance.evidence.staging import staged_folder, write_new


def test_folder_appears_when_done(tmp_path: Path) -> None:
    """The name stands only after the block, with everything in it and nothing beside it."""
    target = tmp_path / "out" / "bundle"
    with staged_folder(target) as staging:
        write_new(staging / "a" / "b.txt", b"x")
        assert not target.exists()
    assert (target / "a" / "b.txt").read_bytes() == b"x"
    assert [path.name for path in target.parent.iterdir()] == ["bundle"]


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """A failure inside the block leaves neither the folder nor a partial one."""
    target = tmp_path / "bundle"
    with pytest.raises(EvidenceError), staged_folder(target) as staging:
        write_new(staging / "a.txt", b"x") or write_new(staging / "a.txt", b"y")
    assert list(tmp_path.iterdir()) == []


def test_never_overwrites(tmp_path: Path) -> None:
    """What stands under the name stays, even a dangling link."""
    target = tmp_path / "bundle"
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(EvidenceError) as caught, staged_folder(target):
        pass
    assert caught.value.code == "EVD-EXISTS"
    assert target.is_symlink()


def test_unwritable_place_is_named(tmp_path: Path) -> None:
    """A parent that is a file is an error with code, place and next step."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError) as caught, staged_folder(tmp_path / "file" / "bundle"):
        pass
    assert (caught.value.code, bool(caught.value.hint)) == ("EVD-WRITE", True)
