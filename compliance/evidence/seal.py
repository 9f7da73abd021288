"""The seal: a detached CMS signature (RFC 5652, CAdES-BES attributes) over the tag manifest, and a time stamp over it.

The seal lies beside the bundle's core and is not part of its id: the same bundle can be sealed with another key, or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.signeddata import check_signed_data
from compliance.evidence.signer import Signer, Standing, fingerprint_of, issued_by, ordered_chain, standing_of
from compliance.evidence.staging import write_new
from compliance.evidence.timestamp import Stamp, Tsa, check_stamp, stamped

SIGNATURE = f"seal/{TAG_MANIFEST}.p7s"
STAMP = f"{SIGNATURE}.tsr"
HEAD_STAMP = "seal/checkpoint.txt.tsr"
"""Time stamp over `data/log/checkpoint.txt`, taken when the log's head was given away."""
EARLIER = "seal/earlier-checkpoint.txt"
EARLIER_STAMP = f"{EARLIER}.tsr"
"""The last head that was stamped, and its time stamp, where the log has grown since."""
PAPERS = ("answer", "cover-letter")
"""Documents of `data/answer/` of which a signed copy may stand in `seal/`."""
SEAL_FILE = re.compile(
    rf"^seal/(?:{re.escape(TAG_MANIFEST)}\.p7s(?:\.tsr)?|chain/(?:seal|tsa|head)-[0-9]\.pem|(?:{'|'.join(PAPERS)})\.pdf"
    r"|checkpoint\.txt\.tsr|earlier-checkpoint\.txt(?:\.tsr)?)$"
)
"""Names that may stand in `seal/`."""


def sign(content: bytes, signer: Signer, signed_at: dt.datetime | None) -> bytes:
    """DER of a detached CMS SignedData over `content`, SHA-256 with ECDSA or RSA, the certificate and its chain inside.

    Without `signed_at` the signature names no time: in a PDF the time stands beside it (ETSI EN 319 142-1 §6.3).
    """
    every = (signer.certificate, *signer.chain)
    der = [each.public_bytes(serialization.Encoding.DER) for each in every]
    own = asn1_x509.Certificate.load(der[0])
    attributes = _attributes(content, der[0], signed_at)
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    name, signature = _signature(signer, attributes.dump())
    issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    info = cms.SignerInfo(
        {
            "version": "v1",
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature": signature,
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": name}),
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


def _attributes(content: bytes, certificate: bytes, signed_at: dt.datetime | None) -> cms.CMSAttributes:
    """Signed attributes of CAdES-BES (ETSI EN 319 122-1 §5): type, digest, time if given, and the signer's certificate."""
    signing = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})]}
    )
    time = (
        [cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": signed_at})]})] if signed_at else []
    )
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            *time,
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [signing]}),
        ]
    )


def _signature(signer: Signer, content: bytes) -> tuple[str, bytes]:
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        return "sha256_ecdsa", signer.key.sign(content, ec.ECDSA(hashes.SHA256()))
    return "sha256_rsa", signer.key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def write_seal(root: Path, signer: Signer, signed_at: dt.datetime, tsa: Tsa | None = None) -> str:
    """Write `seal/` over the bag's tag manifest; gives the signer's fingerprint (SHA-256, hex).

    EvidenceError `EVD-TSA` where the time-stamp authority cannot be reached or its answer does not hold.
    """
    signature = sign((root / TAG_MANIFEST).read_bytes(), signer, signed_at)
    stamp = stamped(signature, tsa) if tsa else None
    write_new(root / SIGNATURE, signature)
    write_beside(root, chain_files("seal", signer.chain))
    if stamp:
        write_new(root / STAMP, stamp)
        found = check_stamp(stamp, signature)
        chain = (found.certificate, *ordered_chain(found.certificate, found.others)[0])
        write_beside(root, chain_files("tsa", chain))
    return signer.fingerprint


def chain_files(name: str, chain: Sequence[x509.Certificate]) -> dict[str, bytes]:
    """Files of `seal/chain/` with certificates in PEM, the lowest first."""
    return {
        f"seal/chain/{name}-{number}.pem": each.public_bytes(serialization.Encoding.PEM)
        for number, each in enumerate(chain[:10])
    }


def write_beside(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files of `seal/`, which stand outside the tag manifest."""
    for path, content in files.items():
        write_new(root / path, content)


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What a signature says: who signed (certificate fingerprint), of what standing, and when it claims to be."""

    fingerprint: str
    subject: str
    standing: Standing
    claimed_time: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    stamp: Stamp | None = None

    @property
    def test(self) -> bool:
        """True where the certificate says TEST."""
        return self.standing is Standing.TEST


def check_signature(raw: bytes, content: bytes) -> SealCheck:
    """Verify one detached signature over `content` with the certificate inside it. ValueError with the cause otherwise.

    It proves that the holder of that certificate's key signed these bytes; who that is, only a pinned fingerprint tells.
    """
    info = cms.ContentInfo.load(raw, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("this is no signed data")
    found = check_signed_data(info["content"], content, "data", "the tag manifest")
    own = found.certificate
    return SealCheck(
        fingerprint_of(own), own.subject.rfc4514_string(), standing_of(own), found.claimed_time, own, found.others
    )


def reaches(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: dt.datetime | None,
) -> bool:
    """True where the certificate, or one above it in its chain, is an anchor or issued by one; all of them valid at `at`, where given."""
    for each in (certificate, *ordered_chain(certificate, others)[0]):
        if at is not None and not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            return False
        if each in anchors or any(issued_by(each, anchor) for anchor in anchors):
            return True
    return False
