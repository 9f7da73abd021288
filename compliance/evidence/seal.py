"""The seal: a detached CMS signature (RFC 5652, CAdES-BES attributes) over the tag manifest, by a *test* key.

The key is made on the spot, used once and forgotten. Its certificate says TEST in every name; nothing here is an
advanced or qualified seal under Regulation (EU) No 910/2014.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.staging import write_new

SIGNATURE = f"seal/{TAG_MANIFEST}.p7s"
CHAIN = "seal/chain/test-ca.pem"
TEST_UNIT = "TEST - no legal effect"
# Dates of a test certificate mean nothing; they are wide, so that a check never fails on them alone.
_FROM, _UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2049, 12, 31, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class TestSigner:
    """A throw-away signer: its key, its certificate, and the certificate of the test authority that issued it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    __test__ = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signer's certificate in hex: what a recipient pins."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, slots=True)
class TestAuthority:
    """A throw-away certification authority."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    __test__ = False

    def signer(self) -> TestSigner:
        """A new signer certified by this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = _name("TEST seal of an evidence bundle")
        certificate = _certificate(names, self.certificate.subject, key, self.key, is_authority=False)
        return TestSigner(key, certificate, self.certificate)


def make_test_authority() -> TestAuthority:
    """A new test authority with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = _name("TEST certification authority")
    return TestAuthority(key, _certificate(names, names, key, key, is_authority=True))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEST_UNIT),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    return builder.sign(signing, hashes.SHA256())


def _attributes(content: bytes, certificate: bytes, signed_at: dt.datetime) -> cms.CMSAttributes:
    """Signed attributes of CAdES-BES (ETSI EN 319 122-1 §5): type, digest, time, and the signer's certificate."""
    signing = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})]}
    )
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": signed_at})]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [signing]}),
        ]
    )


def sign(content: bytes, signer: TestSigner, signed_at: dt.datetime) -> bytes:
    """DER of a detached CMS SignedData over `content`, ECDSA with SHA-256, both certificates inside."""
    der = [each.public_bytes(serialization.Encoding.DER) for each in (signer.certificate, signer.authority)]
    own = asn1_x509.Certificate.load(der[0])
    attributes = _attributes(content, der[0], signed_at)
    signature = signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    info = cms.SignerInfo(
        {
            "version": "v1",
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature": signature,
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": own.issuer, "serial_number": own.serial_number}
                    )
                }
            ),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [asn1_x509.Certificate.load(each) for each in der],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def write_seal(root: Path, signer: TestSigner, signed_at: dt.datetime) -> str:
    """Write `seal/` over the bag's tag manifest; gives the signer's fingerprint (SHA-256, hex)."""
    content = (root / TAG_MANIFEST).read_bytes()
    write_new(root / SIGNATURE, sign(content, signer, signed_at))
    write_new(root / CHAIN, signer.authority.public_bytes(serialization.Encoding.PEM))
    return signer.fingerprint


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a signature says: who signed (certificate fingerprint), whether by a test key, and when it claims to be."""

    fingerprint: str
    subject: str
    test: bool
    claimed_time: str


def check_signature(raw: bytes, content: bytes) -> SealCheck:
    """Verify one detached signature over `content` with the certificate inside it. ValueError with the cause otherwise.

    It proves that the holder of that certificate's key signed these bytes; who that is, only a pinned fingerprint tells.
    """
    info = cms.ContentInfo.load(raw, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("this is no signed data")
    data = info["content"]
    if len(data["signer_infos"]) != 1:
        raise ValueError(f"one signature is expected, {len(data['signer_infos'])} found")
    signer = data["signer_infos"][0]
    certificate = _certificate_of(data, signer)
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if len(attributes) != len(signer["signed_attrs"]) or not {"content_type", "message_digest"} <= attributes.keys():
        raise ValueError("the signed attributes are incomplete or repeated")
    if signer["digest_algorithm"]["algorithm"].native != "sha256":
        raise ValueError("the digest algorithm is not SHA-256")
    if attributes["message_digest"][0].native != hashlib.sha256(content).digest():
        raise ValueError("the tag manifest is not the one that was signed")
    der = certificate.dump()
    if "signing_certificate_v2" in attributes:
        claimed = attributes["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
        if claimed != hashlib.sha256(der).digest():
            raise ValueError("the certificate is not the one that was signed")
    _check_key(x509.load_der_x509_certificate(der), signer)
    when = attributes["signing_time"][0].native.isoformat() if "signing_time" in attributes else ""
    subject = certificate.subject.human_friendly
    return SealCheck(hashlib.sha256(der).hexdigest(), subject, TEST_UNIT in subject, when)


def _certificate_of(data: cms.SignedData, signer: cms.SignerInfo) -> asn1_x509.Certificate:
    serial = signer["sid"].chosen["serial_number"].native
    for choice in data["certificates"]:
        if choice.chosen.serial_number == serial and choice.chosen.issuer == signer["sid"].chosen["issuer"]:
            return choice.chosen
    raise ValueError("the signer's certificate is not in the signature")


def _check_key(certificate: x509.Certificate, signer: cms.SignerInfo) -> None:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("the signer's key is not an elliptic curve key")  # noqa: TRY004 - one kind of failure for the caller
    # The signature covers the DER of the attributes as a SET OF, not under their implicit tag (RFC 5652 §5.4).
    signed = signer["signed_attrs"].untag().dump()
    key.verify(signer["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
