"""The answer over a store on disk, and the same bytes wherever it is made."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

from compliance.answers.hold import holds_of
from compliance.events.store import Store
from compliance.evidence.verify import verify_bundle
from tests.answers.small_store import PROJECT, event, night

_SCRIPT = """
import datetime as dt, sys
from pathlib import Path
from compliance.answers.answer import write_answer
from compliance.events.store import Store
from tests.answers.small_store import asked, inputs
folder = Path(sys.argv[1])
now = lambda: dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)
store = Store.open(folder / "store")
print(write_answer(inputs(folder, out=folder / sys.argv[2]), asked(folder), store, clock=now).bundle_id)
"""


def test_same_store_gives_the_same_bundle_everywhere(tmp_path: Path) -> None:
    """Hash seed, time zone and language of the machine do not change the bundle's id; leaves and proofs of the store verify."""
    beat = event(999, "log.heartbeat", "08-30T00:00:00", source="app", complete_from="2026-07-01T00:00:00Z",
                 complete_until="2026-08-30T00:00:00Z", event_types=["*"])  # fmt: skip
    log = tmp_path / "night.ndjson"
    log.write_text("".join(json.dumps(each) + "\n" for each in [*night(), beat]))
    Store.create(tmp_path / "store").ingest(
        [log], project=PROJECT, clock=lambda: dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    )
    ids = []
    for name, seed, zone, language in (
        ("one", "1", "UTC", "C.UTF-8"),
        ("two", "77", "Pacific/Auckland", "de_DE.UTF-8"),
    ):
        settings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(Path.cwd())}
        command = [sys.executable, "-c", _SCRIPT, str(tmp_path), name]
        run = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        ids.append(run.stdout.strip())
    assert ids[0] == ids[1]
    found = verify_bundle(tmp_path / "one/bundle")
    assert (found.headline, found.bundle_id) == ("intact, signed with a TEST key", ids[0])
    assert (tmp_path / "one/bundle/data/events/lines/F-001.txt").read_bytes().splitlines()[0] in log.read_bytes()
    assert len(holds_of(tmp_path / "store")) == 1
