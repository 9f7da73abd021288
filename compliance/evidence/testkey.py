"""A certification authority, signer and time-stamp authority made on the spot, for demonstrations and tests.

The keys are used and forgotten. Their certificates say TEST in every name; nothing made with them is an advanced or qualified
seal or time stamp under Regulation (EU) No 910/2014.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from compliance.clock import Clock
from compliance.evidence.signer import TEST_UNIT, Signer

# Dates of a test certificate mean nothing; they are wide, so that a check never fails on them alone.
_FROM, _UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2049, 12, 31, tzinfo=dt.UTC)
_POLICY = "2.999.1"
"""An object identifier of the arc for examples (ITU-T X.660): a test authority has no policy."""


@dataclass(frozen=True, slots=True)
class TestAuthority:
    """A throw-away certification authority."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    __test__ = False

    def signer(self) -> Signer:
        """A new signer certified by this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = _name("TEST seal of an evidence bundle")
        certificate = _certificate(names, self.certificate.subject, key, self.key)
        return Signer(key, certificate, (self.certificate,))

    def tsa(self, clock: Clock) -> TestTsa:
        """A new time-stamp authority certified by this authority; `clock` gives its time."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = _name("TEST time stamp authority")
        certificate = _certificate(names, self.certificate.subject, key, self.key, stamping=True)
        return TestTsa(key, certificate, self.certificate, clock)


def make_test_authority() -> TestAuthority:
    """A new test authority with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = _name("TEST certification authority")
    return TestAuthority(key, _certificate(names, names, key, key, is_authority=True))


@dataclass(frozen=True, slots=True)
class TestTsa:
    """A throw-away time-stamp authority, called like one that is asked over the network."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate
    clock: Clock

    __test__ = False

    def __call__(self, request: bytes) -> bytes:
        """DER of a granted TimeStampResp for a DER TimeStampReq."""
        asked = tsp.TimeStampReq.load(request)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": _POLICY,
                "message_imprint": asked["message_imprint"],
                "serial_number": x509.random_serial_number(),
                "gen_time": self.clock().replace(microsecond=0),
                "nonce": asked["nonce"].native,
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(info.dump())})
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _signed(self, content: bytes) -> cms.SignedData:
        der = [each.public_bytes(serialization.Encoding.DER) for each in (self.certificate, self.authority)]
        own = asn1_x509.Certificate.load(der[0])
        named = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der[0]).digest()})]})
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [named]}),
            ]
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        info = cms.SignerInfo(
            {
                "version": "v1",
                "digest_algorithm": digest,
                "signed_attrs": attributes,
                "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            }
        )
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
                "certificates": [asn1_x509.Certificate.load(each) for each in der],
                "signer_infos": [info],
            }
        )


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
    is_authority: bool = False,
    stamping: bool = False,
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
    if stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(signing, hashes.SHA256())
