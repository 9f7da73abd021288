from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from compliance.cli import failure, main
from compliance.cli.exit_code import worst
from compliance.errors import InputError, IntegrityError, Place, RuleError, RuleErrors, UsageError
from tests.conftest import Ran, Run

Failing = Callable[[BaseException], Ran]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, run: Run) -> Failing:
    """Runs a command line whose only verb raises the failure given."""

    def call(error: BaseException) -> Ran:
        def fail(*_args: object, **_words: object) -> int:
            raise error

        monkeypatch.setattr(main, "build_app", lambda: fail)
        return run("x")

    return call


def test_a_known_failure_reads_as_code_place_message_next(failing: Failing) -> None:
    """An error of ours is two lines: code, place and cause, then the next step."""
    ran = failing(
        InputError("LOG-TIME", "the time has no offset", hint="add one", place=Place("a.ndjson", 7, field="time"))
    )
    assert ran.err == "LOG-TIME a.ndjson:7 [time]: the time has no offset\nnext: add one\n"
    assert (ran.code, ran.out) == (3, "")


def test_all_faults_of_a_folder_of_rules_are_named(failing: Failing) -> None:
    """Every fault of a RuleErrors is printed with its place, and then their number."""
    faults = tuple(RuleError("RUL-TYPO", f"fault {n}", hint="mend it", place=Place("r.yaml", n)) for n in (1, 2))
    ran = failing(RuleErrors(faults))
    assert [line.split(":")[0] for line in ran.err.splitlines()[:-1:2]] == ["RUL-TYPO r.yaml", "RUL-TYPO r.yaml"]
    assert ran.err.endswith("2 fault(s) in the rules; nothing was evaluated.\n")


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [
        (UsageError("USE-X", "m", hint="h"), 2, "USE-X"),
        (IntegrityError("INT-X", "m", hint="h", layer="ledger"), 5, "INT-X"),
        (OSError(errno.ENOSPC, "No space left on device", "store/ev.db"), 3, "SYS-FULL store/ev.db"),
        (PermissionError(errno.EACCES, "Permission denied", "out"), 3, "SYS-DENIED out"),
        (OSError(errno.EROFS, "Read-only file system", "out"), 3, "SYS-DENIED out"),
        (OSError(errno.EMFILE, "Too many open files"), 3, "SYS-OPEN-FILES"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "a/b"), 3, "SYS-PATH a/b"),
        (MemoryError(), 3, "SYS-MEMORY"),
        (duckdb.OutOfMemoryException("Out of Memory Error: could not allocate"), 3, "SYS-MEMORY"),
        (duckdb.OutOfMemoryException("failed to offload; max_temp_directory_size reached"), 3, "SYS-FULL"),
        (duckdb.IOException("IO Error: Could not write: No space left on device"), 3, "SYS-FULL"),
        (duckdb.IOException("IO Error: Cannot open file: Permission denied"), 3, "SYS-DENIED"),
        (KeyboardInterrupt(), 130, "Stopped."),
        (RuntimeError("Query interrupted"), 130, "Stopped."),
    ],
)
def test_what_the_machine_refuses_is_not_our_bug(failing: Failing, error: BaseException, code: int, name: str) -> None:
    """Disk, memory, permissions, paths and interruption have a code of their own, and never a traceback."""
    ran = failing(error)
    assert ran.code == code
    assert ran.err.startswith(name)
    assert "Traceback" not in ran.err


def _files_in(folder: Path) -> SimpleNamespace:
    return SimpleNamespace(mkstemp=lambda **words: tempfile.mkstemp(dir=folder, **words))


def test_our_bug_names_a_file_with_the_traceback(
    failing: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anything unforeseen is exit 70; the traceback goes to a private file, not to the user."""
    monkeypatch.setattr(failure, "tempfile", _files_in(tmp_path))
    ran = failing(KeyError("zone"))
    [file] = tmp_path.iterdir()
    assert ran.code == 70
    assert re.match(r"BUG-[0-9a-f]{12} test_failure.py:\d+:fail: our bug, not your data", ran.err)
    assert str(file) in ran.err
    assert "Traceback" not in ran.err
    assert "KeyError: 'zone'" in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_our_bug_where_nothing_can_be_written(
    failing: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a place for the file the advice is to run again with COMPLIANCE_DEBUG."""
    monkeypatch.setattr(failure, "tempfile", _files_in(tmp_path / "missing"))
    ran = failing(RuntimeError("x"))
    assert ran.code == 70
    assert "COMPLIANCE_DEBUG=1" in ran.err


def test_debug_adds_the_traceback(failing: Failing, monkeypatch: pytest.MonkeyPatch) -> None:
    """COMPLIANCE_DEBUG=1 shows the traceback beside the words."""
    monkeypatch.setenv("COMPLIANCE_DEBUG", "1")
    ran = failing(InputError("LOG-X", "m", hint="h"))
    assert "Traceback" in ran.err
    assert ran.err.endswith("LOG-X: m\nnext: h\n")


@pytest.mark.parametrize(
    ("held", "code"),
    [([], 0), ([0, 0], 0), ([4, 1], 1), ([1, 2], 2), ([2, 3, 1], 3), ([3, 5, 4], 5), ([5, 70], 70), ([4, 0], 4)],
)
def test_the_worst_code_wins(held: list[int], code: int) -> None:
    """Where several codes hold the order is 70, 5, 3, 2, 1, 4."""
    assert worst(held) == code


def test_a_reader_that_went_away_is_no_finding(tmp_path: Path) -> None:
    """A closed pipe ends quietly with 141, never with 1, which means findings."""
    script = tmp_path / "flood.py"
    script.write_text(
        "from compliance.cli import main\n"
        "def flood(**words):\n"
        "    while True: print('line')\n"
        "main.build_app = lambda: flood\n"
        "main.run([])\n",
        "utf-8",
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() == 141


@pytest.mark.skipif(os.name != "posix", reason="locales are set this way on POSIX")
@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_output_is_utf8_under_any_locale(tmp_path: Path, locale: str) -> None:
    """Names outside ASCII come out as UTF-8 whatever the locale says."""
    environment = {"LC_ALL": locale, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "compliance.cli.main", "init", "żółć—λ"],
        cwd=tmp_path,
        check=False,
        env=environment | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
    )
    assert done.stdout.decode("utf-8") == "żółć—λ/compliance.toml\n"
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["gone\x1b[2J\u202e.ndjson", "gone\n.ndjson"])
def test_a_file_name_steers_no_terminal(tmp_path: Path, name: str) -> None:
    """Escape, direction and line-end characters of a name are written out."""
    done = subprocess.run(
        [sys.executable, "-m", "compliance.cli.main", "check", name],
        cwd=tmp_path,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
    )
    said = done.stderr.decode("utf-8")
    assert done.returncode == 3
    assert said.startswith(f"ING-FILE-MISSING {name.encode('unicode_escape').decode()}: ")
    assert all(line.isprintable() for line in said.splitlines())
