"""Manifests: paths in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import IntegrityError
from compliance.evidence.manifest import Entry, decode_path, encode_path, parse, render

SUM = "ab" * 64


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_path_survives_encoding(path: str) -> None:
    """Any path is read back as it was written, and takes one line."""
    assert decode_path(encode_path(path)) == path
    assert "\n" not in encode_path(path)


def test_round_trip_is_sorted() -> None:
    """A manifest is written in the order of its paths and read back whole."""
    entries = (Entry("data/b", SUM), Entry("data/a%0A", SUM))
    assert parse(render(entries), name="m") == (entries[1], entries[0])


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "data/../../x", "~/x", "C:/x", "data\\x", "~root/x"])
def test_path_out_of_the_bag_is_refused(path: str) -> None:
    """Absolute, upward, home and drive paths are refused in the layer `paths`, at their line."""
    with pytest.raises(IntegrityError) as caught:
        parse(f"{SUM}  data/ok\n{SUM}  {path}\n".encode(), name="manifest-sha512.txt")
    assert (caught.value.layer, caught.value.place.line if caught.value.place else None) == ("paths", 2)


def test_double_entry_is_refused() -> None:
    """A path listed twice is refused in strict reading, even with one digest."""
    with pytest.raises(IntegrityError) as caught:
        parse(f"{SUM}  data/a\n{SUM}  ./data/a\n".encode(), name="m")
    assert caught.value.layer == "manifest"
