"""Time stamps, keys from files, and authorities to trust: what holds, what is refused, and by which layer."""

from __future__ import annotations

import datetime as dt
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from compliance.errors import EvidenceError
from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.seal import SIGNATURE, STAMP, check_signature, sign
from compliance.evidence.signer import Signer, Standing, load_signer, ordered_chain
from compliance.evidence.testkey import TestAuthority, make_test_authority
from compliance.evidence.timestamp import check_stamp, stamped, tsa_at
from compliance.evidence.verify import verify_bundle
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle

CONTENT = b"what is stamped"


def _pem(folder: Path, signer: Signer, passphrase: bytes | None = None) -> tuple[Path, Path]:
    """Key (mode 0600) and certificates of a signer as files."""
    key, certificates = folder / "key.pem", folder / "certificates.pem"
    secret = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    key.write_bytes(signer.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret))
    key.chmod(0o600)
    every = (signer.certificate, *signer.chain)
    certificates.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in every))
    return key, certificates


def _self_signed(key: rsa.RSAPrivateKey, *extensions: x509.ExtensionType) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal of a fictional provider")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    )
    for each in extensions:
        builder = builder.add_extension(each, critical=False)
    from cryptography.hazmat.primitives import hashes

    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    """One RSA key for the module: they are slow to make."""
    return rsa.generate_private_key(65537, 2048)


def test_a_stamp_states_its_time_and_fits_only_its_bytes(authority: TestAuthority) -> None:
    """The instant is the authority's; other bytes are refused."""
    raw = stamped(CONTENT, authority.tsa(lambda: WHEN))
    assert check_stamp(raw, CONTENT).at == "2026-09-25T12:00:00Z"
    with pytest.raises(ValueError, match="other bytes"):
        check_stamp(raw, CONTENT + b"x")


@pytest.mark.parametrize("place", [b"20260925120000Z", b"TEST time stamp authority", b""])
def test_a_changed_stamp_never_holds(authority: TestAuthority, place: bytes) -> None:
    """One flipped byte in the time, the authority's certificate or the signature is found."""
    raw = bytearray(stamped(CONTENT, authority.tsa(lambda: WHEN)))
    raw[raw.index(place) + 3 if place else -10] ^= 1
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        check_stamp(bytes(raw), CONTENT)


def test_a_certificate_not_for_stamping_is_refused(authority: TestAuthority) -> None:
    """RFC 3161 §2.3: the key usage must name time stamping, critically and alone."""
    tsa = authority.tsa(lambda: WHEN)
    signer = authority.signer()
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    wrong = type(tsa)(signer.key, signer.certificate, tsa.authority, tsa.clock)
    with pytest.raises(EvidenceError, match="not for time stamping") as caught:
        stamped(CONTENT, wrong)
    assert caught.value.code == "EVD-TSA"


def test_an_answer_to_another_request_is_refused(authority: TestAuthority) -> None:
    """A replayed response has another nonce; a rejection says what the authority said."""
    tsa = authority.tsa(lambda: WHEN)
    old = stamped(CONTENT, tsa)
    with pytest.raises(EvidenceError, match="another request"):
        stamped(CONTENT, lambda _: old)
    rejected = bytes.fromhex("30053003020102")
    with pytest.raises(EvidenceError, match="rejection"):
        stamped(CONTENT, lambda _: rejected)


def test_a_stamped_bundle_says_when(make_bundle: Callable[..., Sealed]) -> None:
    """The layer holds, the headline gives the time, and the time is no longer among what was not checked."""
    found = verify_bundle(make_bundle(stamp=True).path)
    assert found.headline == "intact, signed with a TEST key, time stamped 2026-09-25T12:00:00Z"
    assert {layer.name: layer.outcome for layer in found.layers}["timestamp"] == "ok"
    assert not any("no time stamp" in text for text in found.not_checked)
    assert any("no time stamp" in text for text in verify_bundle(make_bundle("plain").path).not_checked)


def test_a_stamp_of_another_seal_is_named(make_bundle: Callable[..., Sealed]) -> None:
    """Somebody who seals anew cannot keep the old time stamp."""
    one, two = make_bundle("one", stamp=True).path, make_bundle("two", shown=(0, 1), stamp=True).path
    shutil.copy(one / STAMP, two / STAMP)
    assert [failure.layer for failure in verify_bundle(two).failures] == ["timestamp"]


def test_an_unreachable_authority_leaves_nothing(tmp_path: Path, signer: Signer) -> None:
    """No folder under the name, no remains beside it, a clear error."""
    target = tmp_path / "bundle"
    with pytest.raises(EvidenceError) as caught:
        write_bundle(
            target,
            small_bundle(SmallLog(), [0]),
            signer=signer,
            signed_at=WHEN,
            tsa=tsa_at("http://127.0.0.1:9/", timeout=2),
        )
    assert caught.value.code == "EVD-TSA"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EvidenceError, match="http or https"):
        tsa_at("file:///etc/passwd")


@pytest.fixture
def served(authority: TestAuthority) -> Iterator[str]:
    """The test authority behind a URL."""
    tsa = authority.tsa(lambda: WHEN)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = tsa(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_authority_is_asked_by_url(served: str) -> None:
    """A request over HTTP gives a stamp that holds."""
    assert check_stamp(stamped(CONTENT, tsa_at(served)), CONTENT).at == "2026-09-25T12:00:00Z"


def test_trust_needs_the_right_authority(make_bundle: Callable[..., Sealed], authority: TestAuthority) -> None:
    """With the authority's own certificate the layer holds; with another's of the same names it fails for seal and stamp."""
    root = make_bundle(stamp=True).path
    assert verify_bundle(root, anchors=(authority.certificate,)).failures == ()
    failures = verify_bundle(root, anchors=(make_test_authority().certificate,)).failures
    assert [(each.layer, each.file) for each in failures] == [("trust", SIGNATURE), ("trust", STAMP)]


def test_a_signer_cannot_certify_others(authority: TestAuthority) -> None:
    """A certificate issued by one that is no authority leads nowhere, however right its signature."""
    middle = authority.signer()
    assert isinstance(middle.key, ec.EllipticCurvePrivateKey)
    forged = TestAuthority(middle.key, middle.certificate).signer()
    assert ordered_chain(forged.certificate, (middle.certificate, authority.certificate)) == ((), False)


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_a_key_from_files_seals(tmp_path: Path, authority: TestAuthority, passphrase: bytes | None) -> None:
    """EC key in PEM, encrypted or not, certificate and chain from one file."""
    key, certificates = _pem(tmp_path, authority.signer(), passphrase)
    secret = tmp_path / "secret"
    secret.write_bytes((passphrase or b"") + b"\n")
    secret.chmod(0o600)
    signer = load_signer(key, certificates, secret if passphrase else None)
    assert signer.chain == (authority.certificate,)
    assert check_signature(sign(CONTENT, signer, WHEN), CONTENT).fingerprint == signer.fingerprint


def test_an_rsa_key_seals_and_its_certificate_says_what_it_is(rsa_key: rsa.RSAPrivateKey) -> None:
    """Without a statement: advanced at most; with the ETSI statement: it claims to be qualified, no more."""
    plain = Signer(rsa_key, _self_signed(rsa_key), ())
    found = check_signature(sign(CONTENT, plain, WHEN), CONTENT)
    assert found.standing is Standing.ADVANCED
    assert "at most" in found.standing.words
    statements = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), bytes.fromhex("300a3008060604008e460101")
    )
    claimed = Signer(rsa_key, _self_signed(rsa_key, statements), ())
    assert check_signature(sign(CONTENT, claimed, WHEN), CONTENT).standing is Standing.QUALIFIED
    assert "not checked" in Standing.QUALIFIED.words


def test_keys_that_may_not_be_used_are_refused(tmp_path: Path, authority: TestAuthority) -> None:
    """Readable by others, encrypted without passphrase, no key, a certificate of another key: a code each, and no secret in the text."""
    key, certificates = _pem(tmp_path, authority.signer(), b"correct horse")
    with pytest.raises(EvidenceError, match="EVD-KEY") as caught:
        load_signer(key, certificates)
    assert "horse" not in str(caught.value)
    key.chmod(0o640)
    with pytest.raises(EvidenceError, match="EVD-KEY-MODE"):
        load_signer(key, certificates)
    (tmp_path / "none.pem").write_text("no key")
    (tmp_path / "none.pem").chmod(0o600)
    with pytest.raises(EvidenceError, match="EVD-KEY"):
        load_signer(tmp_path / "none.pem", certificates)
    key, _ = _pem(tmp_path, authority.signer())
    other = tmp_path / "other.pem"
    other.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(EvidenceError, match="EVD-CERTIFICATE"):
        load_signer(key, other)
