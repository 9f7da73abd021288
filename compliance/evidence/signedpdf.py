"""A PDF signed for its reader: PAdES baseline B-B, with a time stamp B-T (ETSI EN 319 142-1), added behind the file's own bytes.

The unsigned file stays as it is, byte for byte, at the beginning of the signed one, so that its place in a bundle does not depend on a key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import cms, parser, tsp

from compliance.errors import EvidenceError, Place
from compliance.evidence.seal import PAPERS, SealCheck, sign
from compliance.evidence.signeddata import check_signed_data
from compliance.evidence.signer import Signer, Standing, fingerprint_of, standing_of
from compliance.evidence.staging import write_new
from compliance.evidence.timestamp import Stamp, Tsa, check_stamp, stamped

_STAMP_ROOM = 16_384
"""Bytes kept free for a time stamp with its certificates."""
_SIGNER = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
_DATA = ("version", "digest_algorithms", "encap_content_info", "certificates")
_RANGE = re.compile(rb"/ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\]")
_MADE = re.compile(rb"/M \(D:(\d{14})\+00'00'\)")


@dataclass(frozen=True, slots=True)
class _Update:
    """What is written behind a file: objects by number, and where the file's own table of objects lies."""

    objects: Mapping[int, bytes]
    before: int
    trailer: bytes
    """Entries of the trailer that stay."""


def sign_pdf(raw: bytes, signer: Signer, at: dt.datetime, tsa: Tsa | None = None) -> bytes:
    """The PDF with its empty signature field filled: the bytes given, then one update. `at`: claimed time of signing.

    EvidenceError `EVD-PDF` where the file has no empty signature field; `EVD-TSA` where no time stamp can be had.
    """
    room = len(sign(b"", signer, None)) + 64 + (_STAMP_ROOM if tsa else 0)
    whole = raw + _written(_update(raw, at, room), len(raw))
    start = whole.index(b"/Contents <", len(raw)) + len(b"/Contents ")
    end = start + 2 * room + 2
    span = _RANGE.search(whole, len(raw))
    assert span is not None
    ranged = b"/ByteRange [0 %010d %010d %010d]" % (start, end, len(whole) - end)
    whole = whole[: span.start()] + ranged + whole[span.end() :]
    signature = _with_stamp(sign(whole[:start] + whole[end:], signer, None), tsa)
    if len(signature) > room:
        raise EvidenceError(
            "EVD-TSA",
            f"the time stamp has {len(signature):,} bytes with the signature; {room:,} are kept free for both",
            place=Place("--tsa"),
            hint="choose an authority that sends fewer certificates, or seal without --tsa",
        )
    return whole[: start + 1] + signature.hex().encode().ljust(2 * room, b"0") + whole[end - 1 :]


def sign_papers(root: Path, signer: Signer, at: dt.datetime, tsa: Tsa | None = None) -> None:
    """Write `seal/answer.pdf` and `seal/cover-letter.pdf`, signed copies of the bundle's papers.

    Not with a TEST key: a signature inside a paper would be taken for one, whatever its certificate says.
    """
    if signer.standing is Standing.TEST:
        return
    for name in PAPERS:
        paper = root / "data" / "answer" / f"{name}.pdf"
        if paper.is_file():
            write_new(root / "seal" / paper.name, sign_pdf(paper.read_bytes(), signer, at, tsa))


def _update(raw: bytes, at: dt.datetime, room: int) -> _Update:
    """The field with its value, the form that says it is signed, and the value itself with room for the signature."""
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        form = pdf.Root.get("/AcroForm")
        empty = [field for field in form.Fields if field.get("/FT") == "/Sig" and "/V" not in field] if form else []
        if form is None or not empty or not form.is_indirect or not empty[0].is_indirect:
            raise EvidenceError(
                "EVD-PDF",
                "this PDF has no empty signature field",
                hint="sign the answer and the cover letter as they were written",
            )
        value = max(each.objgen[0] for each in pdf.objects) + 1
        field, form.SigFlags = empty[0], 3
        made = f"{at.astimezone(dt.UTC):D:%Y%m%d%H%M%S}+00'00'".encode()
        objects = {
            field.objgen[0]: field.unparse(resolved=True).rstrip()[:-2] + b" /V %d 0 R >>" % value,
            form.objgen[0]: form.unparse(resolved=True),
            value: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (" + made + b")"
            b" /ByteRange [0 " + b" ".join([b"0" * 10] * 3) + b"] /Contents <" + b"0" * (2 * room) + b"> >>",
        }
        own = pdf.trailer.ID[0].unparse()
        fresh = hashlib.sha256(raw + objects[value]).hexdigest()[:32].encode()
        root, info = pdf.trailer.Root.objgen[0], pdf.trailer.Info.objgen[0]
        trailer = b"/Root %d 0 R /Info %d 0 R /ID [%s <%s>]" % (root, info, own, fresh)
    return _Update(objects, int(raw[raw.rindex(b"startxref") :].split()[1]), trailer)


def _written(update: _Update, length: int) -> bytes:
    """The update as it stands behind a file of this length: objects, then a cross-reference stream (ISO 32000-1 §7.5.8)."""
    out, places = b"\n", {}
    for number, content in sorted(update.objects.items()):
        places[number] = length + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = max(places) + 1
    places[table] = length + len(out)
    rows = b"".join(struct.pack(">BIH", 1, places[number], 0) for number in sorted(places))
    index = b" ".join(b"%d 1" % number for number in sorted(places))
    out += b"%d 0 obj\n<< /Type /XRef /Size %d /Prev %d %s" % (table, table + 1, update.before, update.trailer)
    out += b" /W [1 4 2] /Index [%s] /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (index, len(rows), rows)
    return out + b"startxref\n%d\n%%%%EOF\n" % places[table]


def _with_stamp(signature: bytes, tsa: Tsa | None) -> bytes:
    """The signature with a time stamp over its value among its unsigned attributes (ETSI EN 319 122-1 §5.3)."""
    if tsa is None:
        return signature
    data = cms.ContentInfo.load(signature)["content"]
    signer = data["signer_infos"][0]
    response = tsp.TimeStampResp.load(stamped(signer["signature"].native, tsa))
    attribute = {"type": "signature_time_stamp_token", "values": [response["time_stamp_token"]]}
    kept = {name: signer[name] for name in _SIGNER}
    info = cms.SignerInfo({**kept, "unsigned_attrs": cms.CMSAttributes([cms.CMSAttribute(attribute)])})
    made = cms.SignedData({**{name: data[name] for name in _DATA}, "signer_infos": [info]})
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": made}).dump())


def check_signed_pdf(raw: bytes, core: bytes) -> SealCheck:
    """Check that `raw` is `core` and one signed update, and that its signature covers all of it. ValueError with the cause otherwise.

    It proves that the holder of the certificate's key signed these bytes; who that is, only a pin or an anchor tells.
    """
    if not raw.startswith(core):
        raise ValueError("it does not begin with the bytes of the unsigned document")
    spans = list(_RANGE.finditer(raw, len(core)))
    if len(spans) != 1 or raw.count(b"%%EOF", len(core)) != 1:
        raise ValueError("one update with one signature is expected behind the document")
    start, end, rest = (int(number) for number in spans[0].groups())
    if not len(core) < spans[0].end() < start < end or end + rest != len(raw):
        raise ValueError("the signature does not cover the whole file")
    held = raw[start:end]
    if not re.fullmatch(rb"<[0-9a-fA-F]*>", held) or raw[start - 10 : start] != b"/Contents ":
        raise ValueError("what the signature leaves out is more than the signature")
    found, stamp = _checked(bytes.fromhex(held[1:-1].decode()), raw[:start] + raw[end:])
    made = _MADE.search(raw, len(core))
    claimed = dt.datetime.strptime(made[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC) if made else None
    return replace(found, claimed_time=claimed.isoformat() if claimed else "", stamp=stamp)


def _checked(padded: bytes, content: bytes) -> tuple[SealCheck, Stamp | None]:
    length = parser.peek(padded)
    if padded[length:].strip(b"\0"):
        raise ValueError("something stands behind the signature")
    info = cms.ContentInfo.load(padded[:length], strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("this is no signed data")
    found = check_signed_data(info["content"], content, "data", "the document")
    own = found.certificate
    seal = SealCheck(fingerprint_of(own), own.subject.rfc4514_string(), standing_of(own), "", own, found.others)
    return seal, _stamp(info["content"]["signer_infos"][0])


def _stamp(signer: Any) -> Stamp | None:
    """The time stamp over the signature's value, checked; none where there is none."""
    tokens = [
        each["values"][0] for each in signer["unsigned_attrs"] if each["type"].native == "signature_time_stamp_token"
    ]
    if not tokens:
        return None
    response = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": tokens[0]})
    return check_stamp(response.dump(), signer["signature"].native)
