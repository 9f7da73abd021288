"""CMS signed data (RFC 5652) read and checked: one signer, signed attributes, the signer's certificate inside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds: by which certificate, with which others beside it, and when it claims to be made ('' if silent)."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    claimed_time: str


def check_signed_data(data: cms.SignedData, content: bytes, content_type: str, what: str) -> Signed:
    """Check the one signature of `data` over `content`. ValueError with the cause otherwise; `what` names the content in it.

    It proves that the holder of the certificate's key signed these bytes; who that is, only a pin or an anchor tells.
    """
    if len(data["signer_infos"]) != 1:
        raise ValueError(f"one signature is expected, {len(data['signer_infos'])} found")
    signer = data["signer_infos"][0]
    found = [x509.load_der_x509_certificate(each.chosen.dump()) for each in data["certificates"]]
    der = _certificate_of(data, signer)
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if len(attributes) != len(signer["signed_attrs"]) or not {"content_type", "message_digest"} <= attributes.keys():
        raise ValueError("the signed attributes are incomplete or repeated")
    if attributes["content_type"][0].native != content_type:
        raise ValueError("the signature is over another kind of content")
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in _HASHES:
        raise ValueError(f"the digest algorithm {digest} is not SHA-256, SHA-384 or SHA-512")
    if attributes["message_digest"][0].native != hashlib.new(digest, content).digest():
        raise ValueError(f"{what} is not the one that was signed")
    _check_reference(attributes, der)
    own = x509.load_der_x509_certificate(der)
    _check_key(own, signer, digest)
    when = attributes["signing_time"][0].native.isoformat() if "signing_time" in attributes else ""
    return Signed(own, tuple(each for each in found if each != own), when)


def _check_reference(attributes: dict[str, cms.SetOf], der: bytes) -> None:
    """The certificate is the one that the signed attributes name (RFC 5035), where they name one."""
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        digest = named["hash_algorithm"]["algorithm"].native
        if digest not in _HASHES or named["cert_hash"].native != hashlib.new(digest, der).digest():
            raise ValueError("the certificate is not the one that was signed")


def _certificate_of(data: cms.SignedData, signer: cms.SignerInfo) -> bytes:
    serial = signer["sid"].chosen["serial_number"].native
    for choice in data["certificates"]:
        if choice.chosen.serial_number == serial and choice.chosen.issuer == signer["sid"].chosen["issuer"]:
            return bytes(choice.chosen.dump())
    raise ValueError("the signer's certificate is not in the signature")


def _check_key(certificate: x509.Certificate, signer: cms.SignerInfo, digest: str) -> None:
    # The signature covers the DER of the attributes as a SET OF, not under their implicit tag (RFC 5652 §5.4).
    signed = signer["signed_attrs"].untag().dump()
    signature, key, method = signer["signature"].native, certificate.public_key(), _HASHES[digest]()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(method))
        elif isinstance(key, rsa.RSAPublicKey):
            pss = signer["signature_algorithm"]["algorithm"].native == "rsassa_pss"
            filled = padding.PSS(padding.MGF1(method), padding.PSS.AUTO) if pss else padding.PKCS1v15()
            key.verify(signature, signed, filled, method)
        else:
            raise ValueError("the signer's key is neither an elliptic curve nor an RSA key")  # noqa: TRY004 - one kind of failure for the caller
    except InvalidSignature as error:
        raise ValueError("the signature does not fit the certificate and the signed attributes") from error
