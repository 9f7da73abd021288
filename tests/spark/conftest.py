"""What the tests on a cluster share. Without Java or the extra `spark` they are skipped, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.spark.cluster import Cluster, started


@pytest.fixture(scope="session", autouse=True)
def possible() -> None:
    """Skips every test here, visibly, where no cluster can be."""
    if find_spec("pyspark") is None:
        pytest.skip("the extra `spark` is not installed; `make test-spark` installs it and runs this")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine: Spark needs Java 17 or later")


@pytest.fixture(scope="session")
def cluster(possible: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real cluster of two workers."""
    with started(tmp_path_factory.mktemp("cluster"), briefly=True) as running:
        yield running
