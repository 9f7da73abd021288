"""Whatever unpacks, the bytes are zlib's."""

from __future__ import annotations

import random
import zlib

import pytest

from compliance.events.readers import inflate


@pytest.fixture(params=["zlib", "isal"])
def made_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both makers, the second only where it is installed."""
    name: str = request.param
    maker = zlib if name == "zlib" else pytest.importorskip("isal.isal_zlib")
    monkeypatch.setattr(inflate, "_MADE_BY", maker)
    return name


def _packed(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.usefixtures("made_by")
def test_bytes_and_checksums_are_those_that_were_packed() -> None:
    """In pieces of any size and at any level, and the end of the stream is seen."""
    draw = random.Random(5)
    data = b"".join(draw.choice((b"statement,", b'"",', draw.randbytes(9))) for _ in range(20_000))
    for level, size in ((1, 7000), (6, 333), (9, 100_000)):
        packed, stream, found, crc = _packed(data, level), inflate.decoder(), b"", 0
        for at in range(0, len(packed), size):
            piece = stream.decompress(packed[at : at + size])
            found, crc = found + piece, inflate.crc32(piece, crc)
        assert (found + stream.flush(), stream.eof, crc) == (data, True, zlib.crc32(data))


@pytest.mark.usefixtures("made_by")
def test_damage_is_an_error_and_a_cut_stream_has_no_end() -> None:
    """Bytes that are not packed raise one of `DAMAGED`; what merely ends gives what is there."""
    with pytest.raises(inflate.DAMAGED):
        inflate.decoder().decompress(b"\xff" * 64)
    stream = inflate.decoder()
    assert stream.decompress(_packed(b"x" * 1000 + b"end", 6)[:-3]).startswith(b"x" * 900)
    assert not stream.eof
