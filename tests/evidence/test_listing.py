"""Long lists read one entry at a time: the same entries and the same refusals as reading the whole."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from compliance.evidence.bagcheck import Bag
from compliance.evidence.listing import Listing, Slices
from compliance.evidence.pages import Page

SOUND = b'{"size":3,"rows":[\n{"a":1},\n{"a":2},\n{"a":"x,]}"}\n]}\n'


def bag_of(folder: Path, raw: bytes) -> Bag:
    """A bag whose manifest has the digest of one file."""
    (folder / "list.json").write_bytes(raw)
    return Bag(folder, payload={"sha512": {"list.json": hashlib.sha512(raw).hexdigest()}})


def test_page_reads_back(tmp_path: Path) -> None:
    """What is written one entry a line is JSON, and comes back entry by entry with the other members."""
    with Page(tmp_path / "list.json", {"size": 3, "root": "ab"}, "rows") as page:
        for number in range(3):
            page.add(json.dumps({"a": number, "text": "line\nbreak ]}"}).encode(), 1)
    raw = (tmp_path / "list.json").read_bytes()
    found = Listing(bag_of(tmp_path, raw), "list.json", "rows", "proofs")
    document = json.loads(raw)
    assert {**found.head, "rows": list(found)} == document


@pytest.mark.parametrize("raw", [SOUND, b'{"size":3,"rows":[\n]}\n', json.dumps(json.loads(SOUND), indent=1).encode()])
def test_any_layout_gives_what_json_gives(tmp_path: Path, raw: bytes) -> None:
    """By line, empty, or in another layout: the entries are those of the JSON."""
    bag = bag_of(tmp_path, raw)
    found = Listing(bag, "list.json", "rows", "proofs")
    assert (list(found), found.head, bag.failures) == (json.loads(raw)["rows"], {"size": 3}, [])


@pytest.mark.parametrize(
    "raw",
    [
        SOUND[:-4],
        SOUND.replace(b'{"a":2},\n', b'{"a":2}\n'),
        SOUND.replace(b"\n]}\n", b",\n]}\n"),
        SOUND + b"{}\n",
        SOUND.replace(b'{"a":1}', b'{"a":1,"a":2}'),
        SOUND.replace(b'{"a":1}', b'{"a":NaN}'),
        SOUND.replace(b'{"a":1}', b"{"),
        SOUND.replace(b'"size":3', b'"size":'),
        b"[]",
        b'{"rows":{"a":1}}',
        b"",
    ],
)
def test_what_is_no_such_list_is_refused(tmp_path: Path, raw: bytes) -> None:
    """Cut, doubled, with a comma too many or too few, with something behind: each is a failure of the layer, never an exception."""
    bag = bag_of(tmp_path, raw)
    list(Listing(bag, "list.json", "rows", "proofs"))
    assert [each.layer for each in bag.failures] == ["proofs"]


def test_other_bytes_than_the_manifests_are_named(tmp_path: Path) -> None:
    """The bytes read are compared with the manifest once more: a file changed while it is checked is found."""
    bag = bag_of(tmp_path, SOUND)
    (tmp_path / "list.json").write_bytes(SOUND.replace(b"2", b"7"))
    list(Listing(bag, "list.json", "rows", "proofs"))
    assert [each.layer for each in bag.failures] == ["manifest"]


def test_slices_follow_no_link(tmp_path: Path) -> None:
    """Bytes come from plain files only; what is not there is empty."""
    (tmp_path / "plain").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to(tmp_path / "plain")
    slices = Slices(Bag(tmp_path))
    assert slices.at("plain", 2, 3) == b"234"
    assert slices.at("plain", 9, 5) == b"9"
    assert (slices.at("link", 0, 3), slices.size("link"), slices.at("gone", 0, 1)) == (b"", 0, b"")
    slices.close()
