"""Time stamps (RFC 3161): asked of an authority, and checked offline against the bytes they are over."""

from __future__ import annotations

import hashlib
import http.client
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from compliance.errors import EvidenceError, Place
from compliance.evidence.signeddata import check_signed_data
from compliance.evidence.signer import fingerprint_of

Tsa = Callable[[bytes], bytes]
"""An authority: takes a DER TimeStampReq, gives a DER TimeStampResp. EvidenceError `EVD-TSA` where it cannot."""
NO_STAMP = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What `check_stamp` raises where bytes are no time stamp over the content, or no time stamp at all."""
_MOST_BYTES = 1 << 20
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp that holds: its instant (RFC 3339, UTC), and the authority's certificate with those beside it."""

    at: str
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, in hex."""
        return fingerprint_of(self.certificate)


def request_for(content: bytes) -> bytes:
    """DER of a request for a time stamp over `content`: SHA-256, a fresh nonce, certificates asked for."""
    return bytes(
        tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": hashlib.sha256(content).digest(),
                },
                "nonce": secrets.randbits(63),
                "cert_req": True,
            }
        ).dump()
    )


def stamped(content: bytes, tsa: Tsa) -> bytes:
    """DER of the authority's response over `content`, checked. EvidenceError `EVD-TSA` where it is refused or does not fit."""
    request = request_for(content)
    response = tsa(request)
    try:
        check_stamp(response, content)
        nonce = _info(response)["nonce"].native
        if nonce != tsp.TimeStampReq.load(request)["nonce"].native:
            raise ValueError("the answer is to another request")
    except NO_STAMP as error:
        raise _tsa_error(f"the time stamp authority's answer does not hold: {error}") from error
    return response


def check_stamp(raw: bytes, content: bytes) -> Stamp:
    """Check a TimeStampResp over `content`. ValueError with the cause where it does not hold."""
    info = _info(raw)
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if name not in ("sha256", "sha384", "sha512"):
        raise ValueError(f"the imprint's algorithm {name} is too weak or unknown")
    if imprint["hashed_message"].native != hashlib.new(name, content).digest():
        raise ValueError("the time stamp is over other bytes")
    token = tsp.TimeStampResp.load(raw)["time_stamp_token"]["content"]
    signed = check_signed_data(token, bytes(token["encap_content_info"]["content"]), "tst_info", "the time stamp")
    _check_purpose(signed.certificate)
    at = info["gen_time"].native
    if not signed.certificate.not_valid_before_utc <= at <= signed.certificate.not_valid_after_utc:
        raise ValueError("the authority's certificate was not valid at the time it states")
    return Stamp(at.isoformat().replace("+00:00", "Z"), signed.certificate, signed.others)


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp as RFC 3161 §2.4.2 has it: a refusal carries no token, which the library's own type does not allow."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def _info(raw: bytes) -> tsp.TSTInfo:
    response = _Response.load(raw, strict=True)
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise ValueError(f"the authority answered {status}")
    token = response["time_stamp_token"]
    if token["content_type"].native != "signed_data":
        raise ValueError("the token is no signed data")
    if token["content"]["encap_content_info"]["content_type"].native != "tst_info":
        raise ValueError("the token holds no time stamp")
    return token["content"]["encap_content_info"]["content"].parsed


def _check_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161 §2.3: extended key usage is critical and names time stamping, nothing else."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise ValueError("the authority's certificate is not for time stamping") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("the authority's certificate is not for time stamping alone")


def tsa_at(url: str, timeout: float = 20.0) -> Tsa:
    """The authority at an http(s) URL. EvidenceError `EVD-TSA` at once where the URL is none, later where it cannot be reached.

    `timeout` (seconds) bounds each wait and the whole answer: one that trickles in is given up as well.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise _tsa_error("a time stamp authority is named by an http or https URL")

    def ask(request: bytes) -> bytes:
        try:
            posted = urllib.request.Request(  # noqa: S310 - the scheme was checked
                url, data=request, headers={"Content-Type": "application/timestamp-query"}
            )
            until = time.monotonic() + timeout
            with urllib.request.urlopen(posted, timeout=timeout) as answer:  # noqa: S310 - as above
                raw = b""
                while len(raw) < _MOST_BYTES and (chunk := answer.read1(_CHUNK)):
                    raw += chunk
                    if time.monotonic() > until:
                        raise TimeoutError(f"no whole answer within {timeout:g} seconds")
                return raw
        except urllib.error.HTTPError as error:
            raise _tsa_error(f"the time stamp authority refused: HTTP {error.code} {error.reason}") from error
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            cause = getattr(error, "reason", None) or error or type(error).__name__
            raise _tsa_error(f"the time stamp authority cannot be reached: {cause}") from error

    return ask


def _tsa_error(message: str) -> EvidenceError:
    return EvidenceError(
        "EVD-TSA",
        message,
        place=Place("--tsa"),
        hint="check the URL and the network, then run it again, or go without --tsa; what was to be stamped was not written",
    )
