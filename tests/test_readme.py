from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty folder for all the examples, as a reader would have."""
    return tmp_path_factory.mktemp("reader")


def _typed(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    binaries = Path(sys.executable).parent
    return subprocess.run(
        ["sh", "-eu"],
        input=block,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
    )


def test_three_jobs_work_as_written(folder: Path) -> None:
    """Every example of the README runs in an empty folder, in the order in which it stands."""
    assert len(BLOCKS) == 3
    for block in BLOCKS:
        done = _typed(block, folder)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    made = {path.name for path in folder.iterdir()}
    assert {"compliance.toml", "events.ndjson", "store", "request.yaml"} <= made
    assert {path.suffix for path in (folder / "out" / "report").iterdir()} >= {".pdf", ".xlsx", ".html", ".json"}


def test_the_readme_states_the_two_commands() -> None:
    """Set-up is two commands, and they exist in the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for verb in ("demo", "test"):
        assert f"make {verb}" in README
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE)


def test_the_readme_states_every_exit_code() -> None:
    """The table of exit codes is complete."""
    stated = re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)
    assert stated == ["0", "1", "2", "3", "4", "5", "70"]
