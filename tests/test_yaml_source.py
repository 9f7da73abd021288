"""Safe YAML: what it reads, what it refuses, and where it says things stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.errors import InputError
from compliance.yaml_source import load_yaml, parse_yaml

ROOT = Path(__file__).resolve().parent.parent


def test_scalars_follow_the_core_schema() -> None:
    """Norway, times of day and dates stay text; numbers, booleans and null are themselves."""
    data, _ = parse_yaml(
        "a: NO\nb: 12:30:00\nc: 2025-01-01\nd: 0o17\ne: 0x1F\nf: 1.5e3\ng: true\nh: ~\ni:\nj: '5'\nk: yes\nl: -7",
        file="x",
    )
    assert data == {
        "a": "NO",
        "b": "12:30:00",
        "c": "2025-01-01",
        "d": 15,
        "e": 31,
        "f": 1500.0,
        "g": True,
        "h": None,
        "i": None,
        "j": "5",
        "k": "yes",
        "l": -7,
    }


def test_marks_name_line_and_column_of_keys_and_items() -> None:
    """Every path has the 1-based position of its key or item."""
    _, marks = parse_yaml("top:\n  - one\n  - deep: 1\n", file="x")
    assert marks == {(): (1, 1), ("top",): (1, 1), ("top", 0): (2, 5), ("top", 1): (3, 5), ("top", 1, "deep"): (3, 5)}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "YML-DUPLICATE-KEY", 2),
        ("a: &x 1\nb: *x", "YML-ALIAS", 1),
        ("a: 1\nb: !!python/object:os.system x", "YML-TAG", 2),
        ("a: 1\n---\nb: 2", "YML-DOCUMENTS", 2),
        ("a: .nan", "YML-NUMBER", 1),
        ("? [a, b]\n: 1", "YML-KEY", 1),
        ("a:\n - b\n c", "YML-SYNTAX", 3),
        ("a: " + "[" * 80 + "]" * 80, "YML-DEPTH", 1),
    ],
)
def test_everything_but_a_plain_tree_is_refused_at_its_line(text: str, code: str, line: int) -> None:
    """Aliases, tags, documents, duplicate keys, odd keys and depth get a code and a line."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, file="r.yaml")
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_files_that_cannot_be_text_are_refused(tmp_path: Path) -> None:
    """A missing file and a file in another encoding each get their own code."""
    latin = tmp_path / "l.yaml"
    latin.write_bytes(b"a: 1\nb: \xe9\n")
    for path, code in ((tmp_path / "none.yaml", "YML-UNREADABLE"), (latin, "YML-ENCODING")):
        with pytest.raises(InputError) as caught:
            load_yaml(path)
        assert caught.value.code == code


def test_an_empty_file_is_null() -> None:
    """No document means no data, with the root's mark absent."""
    assert parse_yaml("# only a comment\n", file="x") == (None, {})


@pytest.mark.parametrize("folder", ["compliance", "reports", "schemas"])
def test_shipped_data_reads_alike_with_and_without_the_c_library(folder: str) -> None:
    """PyYAML without libyaml is stricter in places: every data file must say the same to both."""
    paths = sorted((ROOT / folder).rglob("*.yaml"))
    assert paths
    assert [
        str(path.relative_to(ROOT))
        for path in paths
        if _read_by(yaml.SafeLoader, path) != _read_by(getattr(yaml, "CSafeLoader", yaml.SafeLoader), path)
    ] == []


def _read_by(loader: Any, path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        return str(error)
