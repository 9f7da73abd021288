"""What every test may ask for: the command line run in this process, and bounded random search."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

from compliance.cli.main import exit_code

settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the command line left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a run keeps for the next one stays out of the user's own folder."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `compliance` with the words given and returns exit code, stdout and stderr."""

    def call(*words: object) -> Ran:
        capfd.readouterr()
        code = exit_code([str(word) for word in words])
        return Ran(code, *capfd.readouterr())

    return call
