"""The test seal."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from compliance.evidence.seal import check_signature, sign
from compliance.evidence.signer import TEST_UNIT
from compliance.evidence.testkey import make_test_authority

WHEN = dt.datetime(2026, 9, 25, 12, tzinfo=dt.UTC)
CONTENT = b"line one\r\nline two\n"


def test_own_signature_holds_and_says_test() -> None:
    """A fresh signature is accepted, names its signer by fingerprint, and is called a test."""
    signer = make_test_authority().signer()
    found = check_signature(sign(CONTENT, signer, WHEN), CONTENT)
    assert (found.fingerprint, found.test, found.claimed_time) == (
        signer.fingerprint,
        True,
        "2026-09-25T12:00:00+00:00",
    )
    assert TEST_UNIT in found.subject


def test_other_content_is_refused() -> None:
    """A signature over other bytes is refused with a cause."""
    raw = sign(CONTENT, make_test_authority().signer(), WHEN)
    with pytest.raises(ValueError, match="not the one that was signed"):
        check_signature(raw, CONTENT + b" ")


def test_flipped_signature_is_refused() -> None:
    """A single changed bit in the signature value is refused."""
    raw = bytearray(sign(CONTENT, make_test_authority().signer(), WHEN))
    raw[-3] ^= 1
    with pytest.raises((InvalidSignature, ValueError)):
        check_signature(bytes(raw), CONTENT)


def test_garbage_is_refused() -> None:
    """Bytes that are no CMS structure are refused as a value error."""
    with pytest.raises((ValueError, TypeError)):
        check_signature(b"\x30\x03\x02\x01\x01", CONTENT)


def test_openssl_agrees(tmp_path: Path) -> None:
    """OpenSSL accepts the signature as CAdES over the same bytes, and refuses it over others."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on PATH")
    signer = make_test_authority().signer()
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "other").write_bytes(CONTENT + b"x")
    (tmp_path / "sig").write_bytes(sign(CONTENT, signer, WHEN))
    (tmp_path / "ca.pem").write_bytes(signer.chain[0].public_bytes(serialization.Encoding.PEM))
    command = [
        openssl,
        "cms",
        "-verify",
        "-binary",
        "-cades",
        "-purpose",
        "any",
        "-inform",
        "DER",
        "-in",
        "sig",
        "-CAfile",
        "ca.pem",
        "-out",
        "out",
    ]
    runs = [
        subprocess.run([*command, "-content", name], cwd=tmp_path, capture_output=True, check=False).returncode
        for name in ("content", "other")
    ]
    assert runs[0] == 0
    assert runs[1] != 0
