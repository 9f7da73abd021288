"""Deliveries: flat names within limits, an index that is right, and the bundle together again as it was."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from compliance.errors import EvidenceError, InputError, IntegrityError
from compliance.evidence.bag import files_below
from compliance.evidence.bundle import Sealed
from compliance.evidence.delivery import Profile, deliver, load_profile, profile_names
from compliance.evidence.verify import verify_bundle
from tests.conftest import Run

_ROOMY = load_profile("folder")


def _limited(**limits: int | tuple[str, ...]) -> Profile:
    return _ROOMY.model_copy(update=limits)


def test_every_file_arrives_under_a_flat_name_with_its_digest(
    make_bundle: Callable[..., Sealed], tmp_path: Path
) -> None:
    """No folders inside a transmission; the index names bundle path, size and SHA-256; the workbook says the same."""
    root = make_bundle().path
    made = deliver(root, tmp_path / "delivery", load_profile("eu-send"))
    first = tmp_path / "delivery/transmission-1"
    assert all(path.is_file() for path in first.iterdir())
    rows = list(csv.DictReader((first / "INDEX.csv").read_text("utf-8").splitlines()))
    assert [row["bundle_path"] for row in rows] == list(files_below(root)) == [each.path for each in made.files]
    for row in rows:
        content = (first / row["delivered_name"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), str(len(content))) == (row["sha256"], row["bytes"])
    sheet = load_workbook(BytesIO((first / "INDEX.xlsx").read_bytes()))["Files"]
    assert [row[2].value for row in list(sheet.iter_rows())[1:]] == [row["bundle_path"] for row in rows]


def test_the_bundle_is_put_together_again_as_its_page_says(make_bundle: Callable[..., Sealed], tmp_path: Path) -> None:
    """The commands of RESTORE.md, run as printed on all transmissions in one folder, give a bundle that verifies."""
    sealed = make_bundle(stamp=True)
    made = deliver(sealed.path, tmp_path / "delivery", _limited(max_files=8))
    assert made.transmissions > 1
    together = tmp_path / "together"
    together.mkdir()
    for path in (tmp_path / "delivery").rglob("*"):
        if path.is_file():
            (together / path.name).write_bytes(path.read_bytes())
    lines = [line[4:] for line in (together / "RESTORE.md").read_text().splitlines() if line.startswith("    ")]
    script = "\n".join(lines).replace("python3 -", f"{sys.executable} -")
    subprocess.run(["bash", "-c", script], cwd=together, check=True)
    found = verify_bundle(together / "bundle")
    assert (found.failures, found.bundle_id) == ((), sealed.bundle_id)


def test_transmissions_keep_to_their_limits(make_bundle: Callable[..., Sealed], tmp_path: Path) -> None:
    """Files and bytes of each, the delivery's own files counted."""
    deliver(make_bundle().path, tmp_path / "delivery", _limited(max_files=7))
    parts = sorted((tmp_path / "delivery").iterdir())
    assert len(parts) > 1
    assert all(len(list(part.iterdir())) <= 7 for part in parts)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"max_file_bytes": 100, "split_files": False}, "DLV-SIZE"),
        ({"max_bytes": 1000}, "DLV-SIZE"),
        ({"refused_suffixes": ("jsonl",)}, "DLV-SUFFIX"),
    ],
)
def test_what_cannot_be_sent_is_named_and_nothing_is_written(
    make_bundle: Callable[..., Sealed], tmp_path: Path, limits: dict[str, int | tuple[str, ...]], code: str
) -> None:
    """The file, the limit and the next step; no folder, whole or half."""
    root = make_bundle().path
    with pytest.raises(EvidenceError) as caught:
        deliver(root, tmp_path / "delivery", _limited(**limits))
    assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_broken_bundle_is_not_delivered(make_bundle: Callable[..., Sealed], tmp_path: Path) -> None:
    """What does not verify does not leave."""
    root = make_bundle().path
    (root / "data/answer/answer.json").write_bytes(b"{}")
    with pytest.raises(IntegrityError):
        deliver(root, tmp_path / "delivery", _ROOMY)


def test_profiles_are_data(tmp_path: Path) -> None:
    """Shipped ones by name, a letter's own limits from a file, anything else refused."""
    assert profile_names() == ("eu-send", "folder")
    own = tmp_path / "own.yaml"
    own.write_text("id: own\ntitle: t\nsource: the letter\nmax_file_bytes: 5\nmax_files: 9\nmax_bytes: 50\n")
    assert load_profile(str(own)).max_files == 9
    own.write_text("id: own\n")
    for name in ("carrier-pigeon", str(own)):
        with pytest.raises(InputError, match="DLV-PROFILE"):
            load_profile(name)


def test_the_command_line_delivers(make_bundle: Callable[..., Sealed], tmp_path: Path, run: Run) -> None:
    """`deliver` with the default profile; a second run refuses."""
    root = make_bundle().path
    assert run("deliver", root, "--out", tmp_path / "delivery").code == 0
    again = run("deliver", root, "--out", tmp_path / "delivery")
    assert again.code != 0
    assert "EVD-EXISTS" in again.err
