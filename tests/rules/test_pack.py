"""Company packs are found beside the shipped ones: by path, by configuration, and by the entry point of a distribution."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError, RuleErrors
from compliance.resources import data_dir
from compliance.rules.loader import load_rules
from compliance.rules.pack import pack_folders
from tests.conftest import Run
from tests.rules.conftest import SOUND

OURS = SOUND.replace("DSA-16.4-SAMPLE", "OURS-1-CONFIRM")


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution with a pack of one rule, and code that must not run."""
    site = tmp_path / "site"
    info = site / "our_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-rules\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[compliance.rules]\nours = our_rules\n", "utf-8")
    package = site / "our_rules"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('rules are data')\n", "utf-8")
    (package / "OURS-1-CONFIRM.yaml").write_text(OURS, "utf-8")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.chdir(tmp_path)
    return site


def test_an_installed_pack_stands_beside_the_shipped_ones(distribution: Path, run: Run) -> None:
    """Its rules are listed and shown like the others, and none of its code runs."""
    assert pack_folders() == (data_dir("rules"), distribution / "our_rules")
    assert "OURS-1-CONFIRM" in run("rules", "list").out
    assert run("rules", "show", "OURS-1-CONFIRM").code == 0


def test_without_a_distribution_only_the_shipped_packs_count() -> None:
    """Nothing is found that nobody installed."""
    assert pack_folders() == (data_dir("rules"),)


def test_a_folder_named_twice_is_read_once(distribution: Path) -> None:
    """A pack that is installed and also named by its path does not clash with itself."""
    assert pack_folders([distribution / "our_rules", data_dir("rules")]) == pack_folders()


def test_an_id_that_is_taken_is_refused(distribution: Path, run: Run) -> None:
    """A rule of a company pack with the id of a shipped one stops everything, with both files named."""
    (distribution / "our_rules" / "mine.yaml").write_text(SOUND.replace("DSA-16.4-SAMPLE", "DSA-16.4-RECEIPT"), "utf-8")
    with pytest.raises(RuleErrors, match="RUL-DUPLICATE"):
        load_rules(pack_folders())
    ran = run("rules", "list")
    assert (ran.code, ran.out) == (3, "")
    assert "mine.yaml" in ran.err
    assert "DSA-16.4-RECEIPT also stands in" in ran.err


def test_an_entry_point_that_leads_nowhere_is_named(distribution: Path) -> None:
    """The distribution and its entry point are named, with the way out."""
    points = distribution / "our_rules-1.0.dist-info" / "entry_points.txt"
    points.write_text("[compliance.rules]\nours = no_such_package\n", "utf-8")
    with pytest.raises(InputError, match="our-rules leads to no folder"):
        pack_folders()


def test_a_pack_is_found_by_path_and_by_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """`--rules` and `rules` in compliance.toml name folders."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "OURS-1-CONFIRM.yaml").write_text(OURS, "utf-8")
    assert "OURS-1-CONFIRM" in run("rules", "list", "--rules", "ours").out
    assert "OURS-1-CONFIRM" not in run("rules", "list").out
    (tmp_path / "compliance.toml").write_text('rules = ["ours"]\n\n[service]\nid = "halcyon-live"\n', "utf-8")
    assert "OURS-1-CONFIRM" in run("rules", "list").out
