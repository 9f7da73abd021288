"""Signed copies of answer and cover letter: PAdES, held by readers that are not ours, and tied to the bundle."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from compliance.errors import EvidenceError
from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.crate import DataFile
from compliance.evidence.signedpdf import check_signed_pdf, sign_pdf
from compliance.evidence.signer import Signer, Standing
from compliance.evidence.testkey import TestAuthority
from compliance.evidence.verify import verify_bundle
from compliance.reports.pdf import Furniture, document, heading, paragraph
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle
from tests.reports.pdf_claims import faults


@cache
def paper(title: str = "Answer") -> bytes:
    """A small paper with an empty signature field."""
    furniture = Furniture(title, "s", "a", "h", "f", dated="2026-09-25T12:00:00Z")
    return document([heading(title, key="top"), paragraph("Words.")], furniture, signature="Seal")


@cache
def _platform_signer(kind: str) -> Signer:
    """A signer whose certificate does not say TEST, as a platform's own does."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal of a fictional platform")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(WHEN - dt.timedelta(days=30))
        .not_valid_after(WHEN + dt.timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Signer(key, certificate, ())


def platform_signer(kind: str = "ec") -> Signer:
    """The platform's own signer, made once."""
    return _platform_signer(kind)


@cache
def signed() -> bytes:
    """The paper, signed."""
    return sign_pdf(paper(), platform_signer(), WHEN)


@pytest.fixture
def stamp(authority: TestAuthority) -> bytes:
    """The paper, signed and time stamped."""
    return sign_pdf(paper(), platform_signer(), WHEN, authority.tsa(lambda: WHEN))


def test_the_paper_stays_as_it_is() -> None:
    """The signed copy begins with the unsigned bytes; it says who signed and when that is claimed to be."""
    found = check_signed_pdf(signed(), paper())
    assert signed().startswith(paper())
    assert (found.fingerprint, found.standing) == (platform_signer().fingerprint, Standing.ADVANCED)
    assert (found.claimed_time, found.stamp) == ("2026-09-25T12:00:00+00:00", None)


def test_a_stamp_is_inside(stamp: bytes) -> None:
    """With a time-stamp authority its stamp is over the signature's value."""
    found = check_signed_pdf(stamp, paper())
    assert found.stamp is not None
    assert found.stamp.at == "2026-09-25T12:00:00Z"


def test_the_signed_copy_still_holds_its_claims(stamp: bytes) -> None:
    """PDF/UA-1 and PDF/A-3a, as the unsigned paper."""
    assert faults(stamp) == []


def _trusting(*certificates: x509.Certificate) -> Any:
    """What pyHanko trusts: these and nothing else, at the time of signing, with no network."""
    from pyhanko_certvalidator import ValidationContext

    roots = [asn1_x509.Certificate.load(each.public_bytes(serialization.Encoding.DER)) for each in certificates]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=WHEN)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("stamped", [False, True])
def test_pyhanko_agrees(kind: str, *, stamped: bool, authority: TestAuthority) -> None:
    """A validator of PAdES that is not ours: intact, valid, over the entire file, nothing changed after it, stamp trusted."""
    reader = pytest.importorskip("pyhanko.pdf_utils.reader")
    validation = pytest.importorskip("pyhanko.sign.validation")
    signer = platform_signer(kind)
    raw = sign_pdf(paper(), signer, WHEN, authority.tsa(lambda: WHEN) if stamped else None)
    (embedded,) = reader.PdfFileReader(io.BytesIO(raw)).embedded_signatures
    status = validation.validate_pdf_signature(
        embedded, _trusting(signer.certificate), ts_validation_context=_trusting(authority.certificate)
    )
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.modification_level.name == "NONE"
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert "signing_time" not in {each["type"].native for each in embedded.signer_info["signed_attrs"]}
    assert (status.timestamp_validity is not None) is stamped
    if stamped:
        assert status.timestamp_validity.trusted


@pytest.mark.tool
def test_poppler_agrees(tmp_path: Path, stamp: bytes) -> None:
    """Another reader: the signature is valid, and the whole document is signed."""
    tool = shutil.which("pdfsig")
    if tool is None:
        pytest.skip("pdfsig is not on PATH")
    (tmp_path / "paper.pdf").write_bytes(stamp)
    done = subprocess.run([tool, "-nocert", "paper.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def _flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _moved(raw: bytes) -> bytes:
    """The signed range moved by one, so that it leaves out one byte more than the signature."""
    span = raw.index(b"/ByteRange [0 ", len(paper())) + len(b"/ByteRange [0 ")
    return raw[:span] + b"%010d" % (int(raw[span : span + 10]) - 1) + raw[span + 10 :]


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a bit of the paper": (lambda raw: _flip(raw, 2000), "does not begin"),
    "a bit of the update": (lambda raw: _flip(raw, raw.rindex(b"/SigFlags") + 10), "not the one that was signed"),
    "a bit of the signature": (lambda raw: _flip(raw, raw.rindex(b"/Contents <") + 500), "."),
    "bytes behind": (lambda raw: raw + b"\n", "whole file"),
    "another update": (lambda raw: raw + b"\n%%EOF\n", "one update"),
    "two signatures": (lambda raw: raw + raw[len(paper()) :], "one update"),
    "a range moved": (_moved, "more than the signature"),
    "the paper alone": (lambda _: paper(), "one update"),
    "another time": (lambda raw: raw.replace(b"/M (D:2026", b"/M (D:2025"), "not the one that was signed"),
    "text behind the signature": (
        lambda raw: raw[: raw.rindex(b"> >>") - 2] + b"41" + raw[raw.rindex(b"> >>") :],
        "behind the signature",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_refused(name: str) -> None:
    """Each manipulation is refused with its cause."""
    change, cause = TAMPERED[name]
    with pytest.raises((ValueError, TypeError, KeyError), match=cause):
        check_signed_pdf(change(signed()), paper())


def test_a_pdf_without_a_field_is_refused() -> None:
    """What has no empty signature field, or a full one, is not signed."""
    plain = document([heading("x", key="x")], Furniture("t", "s", "a", "h", "f"))
    for raw in (plain, signed()):
        with pytest.raises(EvidenceError) as caught:
            sign_pdf(raw, platform_signer(), WHEN)
        assert caught.value.code == "EVD-PDF"


def test_a_stamp_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, authority: TestAuthority) -> None:
    """An answer of the authority for which no room was kept stops the signing with a cause."""
    monkeypatch.setattr("compliance.evidence.signedpdf._STAMP_ROOM", 10)
    with pytest.raises(EvidenceError, match="are kept free"):
        sign_pdf(paper(), platform_signer(), WHEN, authority.tsa(lambda: WHEN))


def bundle(target: Path, signer: Signer | None) -> Sealed:
    """The small bundle with the two papers."""
    made = small_bundle(SmallLog(), [0, 1, 2])
    papers = tuple(
        DataFile(f"answer/{name}.pdf", paper(name), name, "application/pdf", "role", "composed")
        for name in ("answer", "cover-letter")
    )
    kept = tuple(each for each in made.files if not each.path.endswith(".pdf"))
    return write_bundle(target, replace(made, files=(*kept, *papers)), signer=signer, signed_at=WHEN)


def test_the_bundle_holds_signed_copies_and_keeps_its_id(tmp_path: Path, signer: Signer) -> None:
    """A platform's key signs both papers beside the seal; the core is the same without; a TEST key signs none."""
    own, test, none = (
        bundle(tmp_path / name, key) for name, key in (("own", platform_signer()), ("test", signer), ("none", None))
    )
    assert own.bundle_id == test.bundle_id == none.bundle_id
    for name in ("answer.pdf", "cover-letter.pdf"):
        core = (own.path / "data/answer" / name).read_bytes()
        assert check_signed_pdf((own.path / "seal" / name).read_bytes(), core).fingerprint == own.fingerprint
        assert not (test.path / "seal" / name).exists()
    found = verify_bundle(own.path, signer=own.fingerprint)
    assert not found.failures
    assert found.headline.startswith("intact, signed with")


@pytest.mark.parametrize("how", ["flipped", "exchanged", "another signer", "no seal"])
def test_verify_refuses_a_wrong_copy(tmp_path: Path, how: str) -> None:
    """A copy that is changed, of another paper, by another key, or left without the seal, fails the signature layer."""
    made = bundle(tmp_path / "b", platform_signer())
    seal = made.path / "seal"
    if how == "flipped":
        (seal / "answer.pdf").write_bytes(_flip((seal / "answer.pdf").read_bytes(), 3000))
    elif how == "exchanged":
        (seal / "cover-letter.pdf").replace(seal / "answer.pdf")
    elif how == "another signer":
        (seal / "answer.pdf").write_bytes(sign_pdf(paper("answer"), platform_signer("rsa"), WHEN))
    else:
        (seal / "tagmanifest-sha512.txt.p7s").unlink()
    found = verify_bundle(made.path)
    assert {(each.layer, each.file) for each in found.failures} >= {("signature", "seal/answer.pdf")}
