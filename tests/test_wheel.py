from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ("rules", "reports", "schemas", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_code_and_data(wheel: Path) -> None:
    """Every rule, schema, report layout and example ships inside the wheel, beside the code, and nothing else."""
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = {
        f"compliance/_data/{path.relative_to(ROOT)}"
        for name in DATA
        for path in (ROOT / name).rglob("*")
        if path.is_file()
    }
    assert data - names == set()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"compliance"}
    assert "compliance/py.typed" in names


def test_an_installed_copy_works_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, the command finds its rules and schemas without the checkout."""
    site, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    script = "import compliance, sys; from compliance.cli.main import run; assert 'site' in compliance.__file__; run(sys.argv[1:])"
    for words in (["init", "."], ["rules", "list"], ["doctor"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=work,
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(site), "HOME": str(work)},
        )
        assert done.returncode == 0, done.stderr
    assert (work / "compliance.toml").is_file()
