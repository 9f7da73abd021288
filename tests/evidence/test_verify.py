"""Verification of a clean bundle, by us and by public tools."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from compliance.errors import InputError
from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.bundle import Sealed
from compliance.evidence.seal import SIGNATURE
from compliance.evidence.signer import Signer
from compliance.evidence.verify import verify_bundle


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not on PATH")
    return path


def test_clean_bundle_is_intact_and_says_test(make_bundle: Callable[..., Sealed]) -> None:
    """Every layer of a fresh bundle holds; the headline names the test key and is never a bare OK."""
    sealed = make_bundle()
    found = verify_bundle(sealed.path)
    assert found.failures == ()
    assert (found.headline, found.bundle_id, found.signer) == (
        "intact, signed with a TEST key",
        sealed.bundle_id,
        sealed.fingerprint,
    )
    assert {layer.name: layer.outcome for layer in found.layers if layer.outcome != "ok"} == {
        "signer": "absent",
        "timestamp": "absent",
        "trust": "absent",
        "heads": "absent",
        "earlier": "absent",
        "suppression": "absent",
    }


def test_pinned_signer_is_confirmed(make_bundle: Callable[..., Sealed], signer: Signer) -> None:
    """With the right fingerprint, colons and capitals allowed, the signer layer holds."""
    pinned = ":".join(signer.fingerprint[i : i + 2] for i in range(0, 64, 2)).upper()
    found = verify_bundle(make_bundle().path, signer=pinned)
    assert found.headline == "intact, signed with a TEST key that you pinned"
    assert found.not_checked
    assert not any("who sealed it" in text for text in found.not_checked)


def test_unsigned_is_said(make_bundle: Callable[..., Sealed]) -> None:
    """A bundle without a seal is `intact, unsigned`, never valid; with a pinned signer it fails."""
    sealed = make_bundle(seal=None)
    assert verify_bundle(sealed.path).headline == "intact, unsigned"
    assert [failure.layer for failure in verify_bundle(sealed.path, signer="0" * 64).failures] == ["signer"]


def test_same_content_gives_the_same_id(make_bundle: Callable[..., Sealed]) -> None:
    """Two builds have one id and the same bytes outside the seal."""
    first, second = make_bundle("one"), make_bundle("two")
    assert first.bundle_id == second.bundle_id
    files = sorted(
        path.relative_to(first.path) for path in first.path.rglob("*") if path.is_file() and "seal" not in path.parts
    )
    assert all((first.path / path).read_bytes() == (second.path / path).read_bytes() for path in files)


def test_what_is_not_checked_is_listed(make_bundle: Callable[..., Sealed]) -> None:
    """Revocation, trusted list, time stamp and the missing pin are named."""
    text = " ".join(verify_bundle(make_bundle().path).not_checked)
    for word in ("revoked", "trusted list", "time stamp", "--signer", "--head", "--trust"):
        assert word in text


def test_exhibit_cannot_cite_what_is_not_disclosed(make_bundle: Callable[..., Sealed]) -> None:
    """A bundle whose exhibits cite events that it does not disclose fails in the layer `exhibits`."""
    sealed = make_bundle(shown=())
    assert [failure.layer for failure in verify_bundle(sealed.path).failures] == ["exhibits"]


def test_sha512sum_agrees(make_bundle: Callable[..., Sealed]) -> None:
    """Coreutils check both payload manifests and the tag manifest."""
    root = make_bundle().path
    for tool, manifest in (
        ("sha512sum", TAG_MANIFEST),
        ("sha512sum", "manifest-sha512.txt"),
        ("sha256sum", "manifest-sha256.txt"),
    ):
        assert (
            subprocess.run([_tool(tool), "--check", "--strict", "--quiet", manifest], cwd=root, check=False).returncode
            == 0
        )


def test_bagit_agrees(make_bundle: Callable[..., Sealed]) -> None:
    """The Library of Congress tool accepts the bag and reads the letter's reference."""
    bag = bagit.Bag(str(make_bundle().path))
    assert bag.validate()
    assert (bag.version_info, bag.info["External-Identifier"], bag.info["Bagging-Date"]) == (
        (1, 0),
        "REF-1",
        "2026-09-25",
    )


def test_openssl_agrees(make_bundle: Callable[..., Sealed]) -> None:
    """OpenSSL accepts the seal over the tag manifest as VERIFY.md says."""
    root = make_bundle().path
    command = [
        _tool("openssl"),
        "cms",
        "-verify",
        "-binary",
        "-cades",
        "-purpose",
        "any",
        "-inform",
        "DER",
        "-in",
        SIGNATURE,
        "-content",
        TAG_MANIFEST,
        "-CAfile",
        "seal/chain/seal-0.pem",
        "-out",
        "/dev/null",
    ]
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0


def test_verify_page_works_as_written(make_bundle: Callable[..., Sealed], tmp_path: Path) -> None:
    """Every command of VERIFY.md runs as printed, and the comparison of listed and present files prints nothing."""
    for name in ("openssl", "sha512sum", "find"):
        _tool(name)
    root = make_bundle(stamp=True).path
    lines = [line[4:] for line in (root / "VERIFY.md").read_text().splitlines() if line.startswith("    ")]
    script = "set -e\n" + "\n".join(lines).replace("/tmp/", f"{tmp_path}/")
    run = subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    compared = "\n".join(line for line in lines if line.startswith(("find . -type f", "cut", "comm"))).replace(
        "/tmp/", f"{tmp_path}/"
    )
    assert subprocess.run(["bash", "-c", compared], cwd=root, capture_output=True, text=True, check=True).stdout == ""


def test_archive_is_refused_with_the_next_step(tmp_path: Path) -> None:
    """A zip is not read; the error says to unpack it first."""
    (tmp_path / "bundle.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError) as caught:
        verify_bundle(tmp_path / "bundle.zip")
    assert caught.value.code == "VRF-NOT-A-FOLDER"
    assert "unpack" in caught.value.hint
