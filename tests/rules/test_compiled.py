"""Rules kept from the last run: the same rules, or none; never another's, never from what was tampered with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from compliance.errors import RuleErrors
from compliance.resources import data_dir
from compliance.rules import compiled
from compliance.rules.compiled import cache_file, load_compiled
from compliance.rules.loader import LoadedRule, load_rules

Changed = Callable[..., Path]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for caches of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_file()


def plain(rules: tuple[LoadedRule, ...]) -> list[LoadedRule]:
    """Rules without their line marks."""
    return [replace(one, marks={}) for one in rules]


def test_the_kept_rules_are_those_of_the_files(kept: Path) -> None:
    """First read, then kept: both times what loading gives, with the same digests."""
    folders = [data_dir("rules") / "dsa"]
    expected = plain(load_rules(folders))
    assert plain(load_compiled(folders)) == expected
    assert kept.is_file()
    assert list(load_compiled(folders)) == expected


def test_a_changed_file_is_read_anew(changed: Changed) -> None:
    """The digest of the file decides, not its name."""
    path = changed()
    before = load_compiled([path])
    path.write_text(path.read_text("utf-8").replace("revision: 1", "revision: 2"), "utf-8")
    assert [one.rule.revision for one in (*before, *load_compiled([path]))] == [1, 2]


def test_a_new_file_is_read_and_the_others_stay_kept(changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of several projects share the cache: what stands in it is not read again for one more file."""
    path = changed()
    shipped = data_dir("rules") / "dsa"
    load_compiled([shipped])
    read: list[Path] = []
    once = compiled._read
    monkeypatch.setattr(compiled, "_read", lambda path: (read.append(path), once(path))[1])
    others = [one for one in sorted(shipped.rglob("*.yaml")) if path.name not in one.name]
    both = load_compiled([*others, path])
    assert read == [path]
    assert list(both) == plain(load_rules([*others, path]))
    load_compiled([shipped])
    load_compiled([path])
    assert read == [path]


def test_what_is_wrong_is_said_with_its_line_though_others_are_kept(changed: Changed) -> None:
    """A fault of one file, or between two, is told as ever; nothing of it is kept."""
    path = changed()
    load_compiled([path])
    twin = path.with_name("DSA-16.4-TWIN.yaml")
    twin.write_text(path.read_text("utf-8"), "utf-8")
    for _ in range(2):
        with pytest.raises(RuleErrors, match="also stands in") as told:
            load_compiled([path.parent])
        assert all(error.place is not None and error.place.line for error in told.value.faults)
    twin.write_text("id: [", "utf-8")
    with pytest.raises(RuleErrors):
        load_compiled([path.parent])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "rules-cache/1", "stamp": "x", "files": {}}', "not json"])
def test_what_is_no_cache_is_passed_over(text: str, kept: Path, changed: Changed) -> None:
    """Of another version, cut off, or something else: the files are read."""
    kept.parent.mkdir(parents=True)
    kept.write_text(text, "utf-8")
    assert plain(load_compiled([changed()])) == plain(load_rules([changed()]))


def test_a_tampered_form_shows_in_the_digest(kept: Path, changed: Changed) -> None:
    """A rule's digest is that of what judges, so a lock is no longer met."""
    path = changed()
    (honest,) = load_compiled([path])
    document = json.loads(kept.read_text("utf-8"))
    (data,) = document["files"].values()
    data["title"] = "Something else"
    kept.write_text(json.dumps(document), "utf-8")
    (other,) = load_compiled([path])
    assert other.rule.title == "Something else"
    assert other.digest != honest.digest


def test_another_version_reads_anew(kept: Path, changed: Changed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one version found sound another judges again."""
    load_compiled([changed()])
    before = json.loads(kept.read_text("utf-8"))["stamp"]
    monkeypatch.setattr(compiled, "__version__", "9.9.9")
    load_compiled([changed()])
    assert json.loads(kept.read_text("utf-8"))["stamp"] != before


def test_where_nothing_can_be_kept_loading_goes_on(
    changed: Changed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache folder that is a file is no reason to fail."""
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(load_compiled([changed()])) == 1
