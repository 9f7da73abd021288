"""How quickly `sor summary` sums up a clean day beside shantay's `summarize`, run one after the other.

    python -m benchmarks.shantay ARCHIVE --day 2025-11-05 --python PYTHON [--rounds 3]

ARCHIVE is laid out as shantay does (ARCHIVE/2025/11/sor-global-2025-11-05-full.zip with its sha1). PYTHON is an interpreter of version
3.12 or later with shantay installed; without one there is nothing to compare. Shantay looks up names of platforms on the network even
when told to stay offline; here it is told that there are no new ones.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

STARTER = """
import sys
import shantay._platform as platform
platform._scrape_platforms = lambda: set()
import shantay.__main__ as main
sys.argv = ["shantay", *sys.argv[1:]]
sys.exit(main.main())
"""


def seconds(*words: str) -> tuple[float, float]:
    """Wall and processor seconds of a command. SystemExit with what it said where it fails."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(words, capture_output=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{' '.join(words[:4])} ended with {ran.returncode}: {ran.stderr.decode()[-500:]}")
    wall, spent = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print one line a round and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--day", required=True)
    parser.add_argument("--python", required=True, help="interpreter that has shantay")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    year, month, _ = asked.day.split("-")
    dump = asked.archive / year / month / f"sor-global-{asked.day}-full.zip"
    ratios = []
    with tempfile.TemporaryDirectory(prefix="shantay-") as folder:
        starter = Path(folder) / "starter.py"
        starter.write_text(STARTER, "utf-8")
        for number in range(1, asked.rounds + 1):
            for made in (
                *asked.archive.glob("db.*.json"),
                *asked.archive.glob("db.parquet"),
                *asked.archive.glob("db.json"),
            ):
                made.unlink()  # what it keeps would spare it the work
            days = ("--first", asked.day, "--last", asked.day)
            theirs = seconds(
                asked.python, str(starter), "--archive", str(asked.archive), "--staging", f"{folder}/{number}",
                "--offline", *days, "summarize",
            )  # fmt: skip
            ours = seconds(sys.executable, "-m", "compliance.cli.main", "sor", "summary", str(dump), "--format", "json")
            ratios.append(theirs[0] / ours[0])
            print(
                f"round {number}: shantay {theirs[0]:.1f} s ({theirs[1]:.1f} of a processor), sor summary {ours[0]:.1f} s ({ours[1]:.1f}), "
                f"ratio {ratios[-1]:.1f}, by processor time {theirs[1] / ours[1]:.1f}"
            )
    print(f"median ratio {median(ratios):.1f} (aim 30)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
