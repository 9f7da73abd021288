"""Writing a bundle when the machine fails: nothing half-written, nothing overwritten, the next run works."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from compliance.errors import EvidenceError
from compliance.evidence import staging
from compliance.evidence.bundle import Bundle, write_bundle
from compliance.evidence.crate import DataFile
from compliance.evidence.pages import Page
from compliance.evidence.testkey import make_test_authority
from compliance.evidence.verify import verify_bundle
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle

SIGNER = make_test_authority().signer()


def bundle() -> Bundle:
    """The small bundle."""
    return small_bundle(SmallLog(), [0, 1, 2])


@pytest.mark.parametrize("after", [0, 3, 12, 18])
def test_full_disk_leaves_nothing(after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up while writing gives EVD-WRITE with the next step; neither the bundle nor a part of it stays."""
    written = 0

    def full(handle: int) -> None:
        nonlocal written
        written += 1
        if written > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        os.fdatasync(handle)

    monkeypatch.setattr(staging.os, "fsync", full)
    with pytest.raises(EvidenceError) as caught:
        write_bundle(tmp_path / "out" / "bundle", bundle(), signer=SIGNER, signed_at=WHEN)
    assert (caught.value.code, "No space left" in caught.value.message, bool(caught.value.hint)) == (
        "EVD-WRITE",
        True,
        True,
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_full_disk_for_drafts_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full while the disclosed events are drawn up gives EVD-WRITE too, before any bundle is begun."""

    def full(page: Page, entries: bytes, count: int) -> None:
        raise OSError(errno.ENOSPC, f"No space left on device for {count} after {page.count}: {entries!r}")

    monkeypatch.setattr(Page, "add", full)
    with pytest.raises(EvidenceError) as caught:
        bundle()
    assert caught.value.code == "EVD-WRITE"


@pytest.mark.parametrize("number", [errno.EXDEV, errno.ENOSPC])
def test_large_files_reach_another_disk_or_nothing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files cannot be linked to the bundle's disk they are copied; where that disk is full, nothing stays."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(staging.os, "link", refuse)
    if number == errno.EXDEV:
        assert verify_bundle(write_bundle(tmp_path / "bundle", bundle(), signer=SIGNER, signed_at=WHEN).path).intact
        return
    with pytest.raises(EvidenceError) as caught:
        write_bundle(tmp_path / "bundle", bundle(), signer=SIGNER, signed_at=WHEN)
    assert caught.value.code == "EVD-WRITE"
    assert list(tmp_path.iterdir()) == []


def test_leftover_of_a_killed_run_is_no_obstacle(tmp_path: Path) -> None:
    """A partial folder left by a killed run neither blocks nor enters the next bundle."""
    (tmp_path / ".bundle.partial-dead" / "data").mkdir(parents=True)
    sealed = write_bundle(tmp_path / "bundle", bundle(), signer=SIGNER, signed_at=WHEN)
    assert verify_bundle(sealed.path).failures == ()


def test_unwritable_folder_is_said(tmp_path: Path) -> None:
    """A place where nothing can be written gives EVD-WRITE with the place."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError) as caught:
        write_bundle(tmp_path / "file" / "bundle", bundle(), signer=SIGNER, signed_at=WHEN)
    assert caught.value.code == "EVD-WRITE"


@pytest.mark.parametrize(
    "name", ["../up.txt", "/abs.txt", "a//b.txt", "a/../b.txt", "answer/ANSWER.JSON", "x y.txt", ".hidden", "a\\b.txt"]
)
def test_name_that_no_counter_gave_is_refused(name: str, tmp_path: Path) -> None:
    """A path that climbs, hides, or differs from another in case only never reaches the disk."""
    content = bundle()
    odd = replace(content, files=(*content.files, DataFile(name, b"x", "x", "text/plain", "role", "made")))
    with pytest.raises(EvidenceError) as caught:
        write_bundle(tmp_path / "bundle", odd, signer=SIGNER, signed_at=WHEN)
    assert caught.value.code == "EVD-NAME"
    assert list(tmp_path.iterdir()) == []


def test_line_breaks_in_a_reference_stay_on_one_line(tmp_path: Path) -> None:
    """A hostile reference cannot add a field to bag-info.txt."""
    content = bundle()
    odd = replace(content, reference="REF\r\nPayload-Oxum: 0.0")
    sealed = write_bundle(tmp_path / "bundle", odd, signer=SIGNER, signed_at=WHEN)
    assert "External-Identifier: REF Payload-Oxum: 0.0\n" in (sealed.path / "bag-info.txt").read_text()
    assert verify_bundle(sealed.path).failures == ()
