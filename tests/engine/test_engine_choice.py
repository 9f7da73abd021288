"""Which engine runs: what is said where the choice cannot be."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def store(tmp_path: Path, run: Run) -> Path:
    """A small store."""
    log = tmp_path / "log.ndjson"
    log.write_text(
        '{"id": "e1", "type": "notice.received", "time": "2026-07-01T10:00:00Z", "service": "s", "notice_id": "N1"}\n',
        encoding="utf-8",
    )
    assert run("ingest", log, "--store", tmp_path / "store").code == 0
    return tmp_path / "store"


def test_there_are_two_engines(store: Path, run: Run) -> None:
    """Another name is refused with the two there are."""
    ran = run("check", "--store", store, "--engine", "sparc")
    assert ran.code == 2
    assert "CLI-ENGINE" in ran.err
    assert "embedded or spark" in ran.err


def test_a_cluster_reads_stores(store: Path, run: Run) -> None:
    """An open log is not what workers can share; the next step is named."""
    ran = run("check", store.parent / "log.ndjson", "--engine", "spark", "--remote", "sc://127.0.0.1:1")
    assert ran.code == 2
    assert "CLI-ENGINE-STORE" in ran.err
    assert "ingest" in ran.err


def test_a_cluster_has_an_address(store: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address nothing is tried."""
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    ran = run("check", "--store", store, "--engine", "spark")
    assert ran.code == 2
    assert "--remote sc://" in ran.err


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="the Spark client is installed here")
def test_the_client_is_an_extra(store: Path, run: Run) -> None:
    """Without the client the error names the extra to install."""
    ran = run("check", "--store", store, "--engine", "spark", "--remote", "sc://127.0.0.1:1")
    assert ran.code == 2
    assert "compliance[spark]" in ran.err


def test_an_address_has_a_form(store: Path, run: Run) -> None:
    """An address of another protocol is refused with the form it should have."""
    ran = run("check", "--store", store, "--engine", "spark", "--remote", "spark://host:7077")
    assert ran.code == 2
    assert "sc://host:15002" in ran.err


def test_a_report_has_the_same_choice(store: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names its engine as a check does, and writes nothing where the choice cannot be."""
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    out = store.parent / "out"
    for words, said in ((["sparc"], "embedded or spark"), (["spark"], "--remote sc://")):
        ran = run("report", "2026-Q3", "--store", store, "--out", out, "--engine", *words)
        assert ran.code == 2
        assert said in ran.err
    assert not out.exists()
