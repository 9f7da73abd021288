"""How long a bundle takes beside hashing and copying the same bytes, and how much memory.

    python benchmarks/bundle.py [--events 1000000] [--work FOLDER]

A store of a mixed, seeded log is made, every event of it is disclosed with its leaf and inclusion proof, and the bundle is written.
The floor reads the bytes of the finished bundle, hashes them with SHA-512 and SHA-256 as a bag asks, and writes a copy. One runs after
the other. Memory is the peak of a process with those it started, what they share counted once (PSS, Linux), looked at ten times a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
_MEASURED = """
import json, os, sys, time
begun = time.monotonic()
{body}
print(json.dumps({{"seconds": time.monotonic() - begun, "processor": sum(os.times()[:4]), **more}}))
"""
_BUILD = """
import datetime as dt
from pathlib import Path
from compliance.events.catalogue import catalogue
from compliance.events.store import Store
from compliance.evidence.bundle import Bundle, write_bundle
from compliance.evidence.crate import CrateInfo
from compliance.evidence.disclosure import disclose_rows
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy
from compliance.project import default_project
store = Store.open(Path(sys.argv[1]))
data = store.dataset(None, project=default_project())
order = [row[0] for row in data.con.execute("SELECT n FROM ev ORDER BY n").fetchall()]
found = disclose_rows(store, order, catalogue(), Pseudonymiser(bytes(32), "benchmark"), Policy("role", "time"))
info = CrateInfo("Benchmark", "Benchmark", "2026-01-01", "Benchmark (synthetic)", "none", "compliance", "0")
bundle = Bundle("BENCH", "Benchmark (synthetic)", dt.date(2026, 1, 1), "Benchmark", info, found.files)
made = write_bundle(Path(sys.argv[2]), bundle, signer=None, signed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
more = {"events": found.count, "id": made.bundle_id}
"""
_FLOOR = """
import hashlib, os
from pathlib import Path
size = 0
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        target = Path(sys.argv[2]) / path.relative_to(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        sums = [hashlib.sha512(), hashlib.sha256()]
        with path.open("rb") as source, target.open("xb") as copy:
            while chunk := source.read(1 << 20):
                size += len(chunk)
                copy.write(chunk)
                for each in sums:
                    each.update(chunk)
            copy.flush()
            os.fsync(copy.fileno())
more = {"bytes": size}
"""


def main() -> None:
    """Make the store, build the bundle, hash and copy it, print both and their ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument(
        "--work", type=Path, default=None, help="folder for store and bundle, kept; default: a new one, removed"
    )
    given = options.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="bundle-benchmark-"))
    try:
        store, bundle = work / "store", work / "bundle"
        if not store.exists():
            log = work / "log.ndjson"
            work.mkdir(parents=True, exist_ok=True)
            _run([str(HERE / "generate.py"), str(log), "--events", str(given.events)])
            _run([str(Path(sys.executable).with_name("compliance")), "ingest", str(log), "--store", str(store)])
            log.unlink()
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.rmtree(work / "copy", ignore_errors=True)
        built = _measured(_BUILD, store, bundle, work)
        floor = _measured(_FLOOR, bundle, work / "copy", work)
        print(f"events disclosed   {built['events']:,}")
        print(f"bytes              {floor['bytes']:,}")
        for name, one in (("hash and copy", floor), ("disclose and write", built)):
            print(f"{name:18} {one['seconds']:.1f} s, {one['processor']:.1f} s of processors, {one['mb']:.0f} MB")
        print(f"ratio              {built['seconds'] / floor['seconds']:.1f} x (aim 1.5 x), memory aim 1,024 MB")
    finally:
        if given.work is None:
            shutil.rmtree(work, ignore_errors=True)


def _measured(body: str, source: Path, target: Path, work: Path) -> dict[str, float]:
    """Seconds and peak memory of one process. Its scratch files lie beside the bundle, on the same disk."""
    script = _MEASURED.format(body=body)
    command = [sys.executable, "-c", script, str(source), str(target)]
    settings = {**os.environ, "TMPDIR": str(work)}
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _family(process.pid))))
            time.sleep(0.1)
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(process.returncode)
    measured: dict[str, float] = json.loads(told.splitlines()[-1])
    return {**measured, "mb": peak / 1024}


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in thread.read_text("ascii").split():
                found += _family(int(child))
    return found


def _memory(pid: int) -> int:
    """Kilobytes of a process, of shared memory its part; 0 where it has ended."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0


def _run(words: list[str]) -> None:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)


if __name__ == "__main__":
    main()
