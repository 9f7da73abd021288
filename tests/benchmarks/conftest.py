"""The peers' scripts import what lies beside them, as their own interpreter finds it; so do their tests."""

from __future__ import annotations

import sys
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "peers"
if str(PEERS) not in sys.path:
    sys.path.insert(0, str(PEERS))
