"""Prints what figures were measured on, as JSON: `python -m benchmarks.machine`."""

from __future__ import annotations

import json
import os
import platform


def machine() -> dict[str, str]:
    """Cores, memory, system and versions."""
    import duckdb

    from compliance import __version__

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "compliance": __version__,
    }


if __name__ == "__main__":
    print(json.dumps(machine()))
