"""The answer over a store on disk, and the same bytes wherever it is made."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from compliance.answers.answer import write_answer
from compliance.answers.hold import holds_of
from compliance.events.store import Store
from compliance.evidence.publish import heads_of, publish_head
from compliance.evidence.testkey import make_test_authority
from compliance.evidence.verify import verify_bundle
from tests.answers.small_store import PROJECT, asked, event, inputs, night

_SCRIPT = """
import datetime as dt, os, sys
from pathlib import Path
folder, name, umask, cores, day = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3], 8), int(sys.argv[4]), int(sys.argv[5])
os.umask(umask)
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
from compliance.answers.answer import write_answer
from compliance.events.store import Store
from tests.answers.small_store import asked, inputs
now = lambda: dt.datetime(2026, 9, day, 10, tzinfo=dt.UTC)
store = Store.open(folder / "store")
found = write_answer(
    inputs(folder, out=folder / name, non_confidential=True), asked(folder), store, clock=now
)
print(found.bundle_id, found.public_id)
"""


@dataclass(frozen=True)
class Machine:
    """What differs between two machines that build the same answer."""

    folder: Path
    seed: str
    zone: str
    language: str
    at: Path
    umask: str
    cores: int
    day: int

    def build(self, name: str) -> str:
        """Ids of both versions of the answer, built in a process of its own."""
        settings = {
            **os.environ,
            "PYTHONHASHSEED": self.seed,
            "TZ": self.zone,
            "LC_ALL": self.language,
            "PYTHONPATH": str(Path.cwd()),
        }
        words = [sys.executable, "-c", _SCRIPT, self.folder, name, self.umask, self.cores, self.day]
        run = subprocess.run(
            [str(word) for word in words], env=settings, cwd=self.at, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()


def test_same_store_gives_the_same_bundle_everywhere(tmp_path: Path) -> None:
    """Two machines that differ in hash seed, zone, language, folder, umask, cores, file times and date give the same two ids.

    The store is copied between them, with its pseudonym key. Leaves and proofs of the store verify.
    """
    beat = event(999, "log.heartbeat", "08-30T00:00:00", source="app", complete_from="2026-07-01T00:00:00Z",
                 complete_until="2026-08-30T00:00:00Z", event_types=["*"])  # fmt: skip
    log = tmp_path / "night.ndjson"
    log.write_text("".join(json.dumps(each) + "\n" for each in [*night(), beat]))
    Store.create(tmp_path / "store").ingest(
        [log], project=PROJECT, clock=lambda: dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    )
    ids = [Machine(tmp_path, "1", "UTC", "C.UTF-8", tmp_path, "022", 2, 25).build("one")]
    there = tmp_path / "another machine"
    shutil.copytree(tmp_path / "store", there / "store", copy_function=shutil.copyfile)
    for path in there.rglob("*"):
        os.utime(path, (86_400, 86_400))
    (there / "store/pseudonym.key").chmod(0o600)
    ids.append(Machine(there, "77", "Pacific/Auckland", "de_DE.UTF-8", Path("/"), "077", 1, 29).build("two"))
    found = verify_bundle(tmp_path / "one/bundle")
    assert (found.headline, found.bundle_id) == ("intact, signed with a TEST key", ids[0].split()[0])
    assert (tmp_path / "one/bundle/data/events/lines/F-001.txt").read_bytes().splitlines()[0] in log.read_bytes()
    assert len(holds_of(tmp_path / "store")) == 1


def test_a_heads_time_stamp_goes_along_with_both_versions(tmp_path: Path) -> None:
    """A head stamped by `ledger publish` before the letter is in `seal/` of both bundles, changes neither id, and holds."""
    log = tmp_path / "night.ndjson"
    log.write_text("".join(json.dumps(each) + "\n" for each in night()))
    now = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    Store.create(tmp_path / "store").ingest([log], project=PROJECT, clock=lambda: now)
    store, authority = Store.open(tmp_path / "store"), make_test_authority()
    publish_head(store, tmp_path / "heads", role="log custodian", clock=lambda: now, tsa=authority.tsa(lambda: now))
    store = Store.open(tmp_path / "store")
    later = dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)
    answered = inputs(tmp_path, out=tmp_path / "out", non_confidential=True)
    write_answer(answered, asked(tmp_path), store, clock=lambda: later, heads=heads_of(store))
    stamp = (tmp_path / "heads" / f"checkpoint-{store.checkpoint().size:012d}.txt.tsr").read_bytes()
    for name in ("bundle", "bundle-non-confidential"):
        found = verify_bundle(tmp_path / "out" / name)
        assert (found.failures, found.head_stamped_at) == ((), "2026-09-01T00:00:00Z")
        assert (tmp_path / "out" / name / "seal/checkpoint.txt.tsr").read_bytes() == stamp
        tags = (tmp_path / "out" / name / "tagmanifest-sha512.txt").read_text()
        assert "seal/" not in tags
