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
    """A block of commands as a reader types it; the exit code of every `compliance` is told on stderr."""
    told = 'compliance() { command compliance "$@"; echo "$1 exit=$?" >&2; }\n'
    return subprocess.run(
        ["sh", "-u"],
        input=told + block,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
    )


def test_three_jobs_work_as_written(folder: Path) -> None:
    """Every example of the README runs in an empty folder, in the order in which it stands, and ends as it says."""
    typed = [_typed(block, folder) for block in BLOCKS]
    said = "\n".join(done.stdout + done.stderr for done in typed)
    assert re.findall(r"^(\w+) exit=(\d+)$", said, re.MULTILINE) == [
        ("check", "1"),
        ("explain", "0"),
        ("ingest", "0"),
        ("doctor", "0"),
        ("report", "0"),
        ("letter", "0"),
        ("letter", "0"),
        ("answer", "0"),
        ("verify", "0"),
        ("matter", "0"),
        ("matter", "0"),
        ("matter", "0"),
    ], said
    assert {path.suffix for path in (folder / "out" / "report").iterdir()} >= {".pdf", ".xlsx", ".html", ".json"}
    assert (folder / "out" / "answer" / "bundle" / "VERIFY.md").is_file()


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
