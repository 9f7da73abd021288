"""Which engine runs: what is said where the choice cannot be."""

from __future__ import annotations

import sys
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


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="the Spark client is installed here")
def test_an_old_client_is_told_from_none(
    store: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that lacks what 4.0 brought, or a package of its own, is said to be there, with the extra that mends it."""
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    try:
        ran = run("check", "--store", store, "--engine", "spark", "--remote", "sc://127.0.0.1:1")
    finally:
        sys.modules.pop("pyspark", None)
    assert ran.code == 2
    assert "ENG-SPARK-CLIENT" in ran.err
    assert "older than 4.0 or lacks a package: No module named 'pyspark.sql'" in ran.err
    assert "compliance[spark]" in ran.err


@pytest.mark.parametrize("address", ["spark://host:7077", "sc://", "sc://host:port", "sc://host:99999", "host:15002"])
def test_an_address_has_a_form(store: Path, run: Run, address: str) -> None:
    """An address of another protocol, without a host or with an impossible port is refused with the form it should have."""
    ran = run("check", "--store", store, "--engine", "spark", "--remote", address)
    assert ran.code == 2
    assert "ENG-SPARK-ADDRESS" in ran.err
    assert "write sc://host:15002" in ran.err


def test_a_token_is_not_repeated(store: Path, run: Run) -> None:
    """Of an address that cannot be read, what may be secret is left out."""
    ran = run("check", "--store", store, "--engine", "spark", "--remote", "http://host:15002/;token=s3cret")
    assert ran.code == 2
    assert "s3cret" not in ran.err


def test_a_report_has_the_same_choice(store: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names its engine as a check does, and writes nothing where the choice cannot be."""
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    out = store.parent / "out"
    for words, said in ((["sparc"], "embedded or spark"), (["spark"], "--remote sc://")):
        ran = run("report", "2026-Q3", "--store", store, "--out", out, "--engine", *words)
        assert ran.code == 2
        assert said in ran.err
    assert not out.exists()
