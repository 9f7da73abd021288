from __future__ import annotations

import re
from pathlib import Path

from compliance.project import load_project
from compliance.resources import data_dir
from tests.conftest import Run


def test_init_writes_a_configuration_that_loads(run: Run, tmp_path: Path) -> None:
    """The file written is valid as it stands, and its path is on stdout."""
    ran = run("init", tmp_path / "new")
    path = tmp_path / "new" / "compliance.toml"
    assert (ran.code, ran.out) == (0, f"{path}\n")
    assert load_project(path).service.id == "my-service"


def test_init_never_overwrites(run: Run, tmp_path: Path) -> None:
    """A configuration that is there stays as it is; the error says where it is."""
    path = tmp_path / "compliance.toml"
    path.write_text("mine", "utf-8")
    ran = run("init", tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"INIT-EXISTS {path}: ")
    assert path.read_text("utf-8") == "mine"


def test_init_where_a_file_stands(run: Run, tmp_path: Path) -> None:
    """A file in place of the folder is an input error, not a bug."""
    (tmp_path / "file").write_text("", "utf-8")
    assert run("init", tmp_path / "file").code == 3


def test_every_commented_line_would_load(tmp_path: Path) -> None:
    """With every example switched on the configuration still loads, so that no comment misleads."""
    text = (data_dir("examples") / "compliance.toml").read_text("utf-8")
    path = tmp_path / "compliance.toml"
    path.write_text(re.sub(r"^# (?=\[|[a-z0-9_]+ = |\"[a-z]+\" = )", "", text, flags=re.MULTILINE), "utf-8")
    project = load_project(path)
    assert project.required
    assert project.coverage[0].declared_by
    assert project.profile.nis2_important_entity is False
    assert project.dispositions[0].approver
