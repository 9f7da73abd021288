"""Who seals: a key with its certificate and chain, from PEM files of the platform, or a throw-away test key."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from compliance.errors import EvidenceError, Place

TEST_UNIT = "TEST - no legal effect"
"""Stands in the names of every certificate that this software makes for itself."""
SealKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_QC_COMPLIANCE = bytes.fromhex("060604008e460101")
"""DER of id-etsi-qcs-QcCompliance (ETSI EN 319 412-5 §4.2.1): the certificate says of itself that it is qualified."""


class Standing(StrEnum):
    """What a certificate says of the seal made with its key. Whether that is true, only a trusted list tells."""

    TEST = "test"
    ADVANCED = "advanced"
    """No statement of being qualified: an advanced seal at most (Regulation (EU) No 910/2014 Art. 36)."""
    QUALIFIED = "qualified"

    @property
    def words(self) -> str:
        """The standing as it may be printed without claiming what was not checked."""
        return {
            "test": "a TEST key",
            "advanced": "a key whose certificate makes no qualified claim (advanced at most)",
            "qualified": "a key whose certificate claims to be qualified (trusted list not checked)",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Signer:
    """A key, its certificate, and the certificates from its issuer upwards."""

    key: SealKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signer's certificate in hex: what a recipient pins."""
        return fingerprint_of(self.certificate)

    @property
    def standing(self) -> Standing:
        """What the certificate says of itself."""
        return standing_of(self.certificate)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def standing_of(certificate: x509.Certificate) -> Standing:
    """Test by its name; qualified where it carries the ETSI statement of compliance; else advanced at most."""
    if TEST_UNIT in certificate.subject.rfc4514_string():
        return Standing.TEST
    for extension in certificate.extensions:
        if extension.oid.dotted_string == _QC_STATEMENTS and _QC_COMPLIANCE in extension.value.public_bytes():
            return Standing.QUALIFIED
    return Standing.ADVANCED


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True where `issuer`'s key signed `certificate`, its name says so, and it is an authority (or both are one)."""
    try:
        if certificate != issuer and not _is_authority(issuer):
            return False
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def ordered_chain(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> tuple[tuple[x509.Certificate, ...], bool]:
    """Certificates from the issuer of `certificate` upwards, and whether the last of them signed itself."""
    chain: list[x509.Certificate] = []
    current = certificate
    while not issued_by(current, current):
        above = next((each for each in others if each not in chain and issued_by(current, each)), None)
        if above is None:
            return tuple(chain), False
        chain.append(above)
        current = above
    return tuple(chain), True


def load_signer(key: Path, certificates: Path, passphrase: Path | None = None) -> Signer:
    """Signer of a PEM key and a PEM file with its certificate first and the chain after it.

    EvidenceError `EVD-KEY-MODE` (others can read the key), `EVD-KEY` (not readable, wrong passphrase, not EC or RSA),
    `EVD-CERTIFICATE` (missing, or not of this key). No message holds a part of the key or the passphrase.
    """
    secret = passphrase_of(passphrase) if passphrase else None
    raw = private_bytes(key)
    try:
        loaded = serialization.load_pem_private_key(raw, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _key_error(key, "the key cannot be read: no PEM key, or the passphrase is missing or wrong") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _key_error(key, "the key is neither an elliptic curve nor an RSA key")
    if isinstance(loaded, rsa.RSAPrivateKey) and loaded.key_size < 2048:
        raise _key_error(key, f"an RSA key of {loaded.key_size} bits is too short for a seal; 2048 are the least")
    found = _certificates(certificates)
    own = next((each for each in found if each.public_key() == loaded.public_key()), None)
    if own is None:
        raise EvidenceError(
            "EVD-CERTIFICATE",
            "none of the certificates is of this key",
            place=Place(str(certificates)),
            hint="give the PEM file with the certificate of this key first and its issuers after it",
        )
    return Signer(loaded, own, ordered_chain(own, [each for each in found if each is not own])[0])


def private_bytes(path: Path) -> bytes:
    """Bytes of a secret file that only its owner can read. EvidenceError `EVD-KEY-MODE` or `EVD-KEY`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
                raise EvidenceError(
                    "EVD-KEY-MODE",
                    f"others than its owner can use this file (mode {stat.S_IMODE(status.st_mode):04o})",
                    place=Place(str(path)),
                    hint=f"chmod 600 {path}, and consider the key known to whoever could read it",
                )
            return stream.read(1 << 20)
    except OSError as error:
        raise _key_error(path, f"the file cannot be read: {error.strerror}") from error


def passphrase_of(path: Path) -> bytes:
    """A passphrase from a file: its first line."""
    return private_bytes(path).split(b"\n", 1)[0].rstrip(b"\r")


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Certificates of a PEM file. EvidenceError `EVD-CERTIFICATE` where there is none."""
    return _certificates(path)


def _certificates(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise EvidenceError(
            "EVD-CERTIFICATE",
            "no certificate can be read here",
            place=Place(str(path)),
            hint="give a PEM file that begins with -----BEGIN CERTIFICATE-----",
        ) from error


def _key_error(path: Path, message: str) -> EvidenceError:
    return EvidenceError(
        "EVD-KEY",
        message,
        place=Place(str(path)),
        hint="give an EC or RSA private key in PEM, mode 0600, and --passphrase-file where it is encrypted",
    )
