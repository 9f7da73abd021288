"""What stands between us and a cluster is said in words: nobody there, somebody else, an older Spark, a server that goes."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from compliance.engine.interface import EngineError
from compliance.engine.plan import Scan
from compliance.engine.spark import Distributed, connect
from tests.spark.cluster import Cluster, end, free_port, started

pytestmark = pytest.mark.filterwarnings("default")


def test_nobody_there() -> None:
    """The address is said, and what to look at."""
    address = f"sc://127.0.0.1:{free_port()}"
    with pytest.raises(EngineError, match=address) as refused:
        connect(address)
    assert refused.value.code == "ENG-SPARK-REFUSED"
    assert "start-connect-server.sh" in (refused.value.hint or "")


def test_somebody_else_answers() -> None:
    """A server that speaks another language is not waited for."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    other, _ = server.accept()
                except OSError:
                    return
                with other:
                    other.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(EngineError, match="no Spark Connect server answers") as refused:
            connect(f"sc://127.0.0.1:{server.getsockname()[1]}")
    assert refused.value.code == "ENG-SPARK-REFUSED"


def test_an_older_spark_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 4.0 the dialect means other things: the version that runs there is said, and the one that is needed."""
    from pyspark.sql.connect.session import SparkSession

    monkeypatch.setattr(SparkSession, "version", "3.5.3")
    with pytest.raises(EngineError, match=r"runs Spark 3\.5\.3") as refused:
        connect(cluster.remote)
    assert refused.value.code == "ENG-SPARK-VERSION"
    assert "4.0" in (refused.value.hint or "")


def test_a_path_that_workers_cannot_read(cluster: Cluster, tmp_path: Path) -> None:
    """Files that are not where the cluster looks for them are an error with advice, not a traceback."""
    engine = Distributed(connect(cluster.remote))
    try:
        with pytest.raises(EngineError, match="ENG-SPARK") as refused:
            engine.view_events([str(tmp_path / "events.parquet")], [("n", "BIGINT")], [])
        assert "every worker" in (refused.value.hint or "")
    finally:
        engine.close()


def test_a_server_that_goes(tmp_path: Path) -> None:
    """A cluster whose server dies in the middle ends the run with an error, and does not hang."""
    with started(tmp_path) as doomed:
        engine = Distributed(connect(doomed.remote))
        name = engine.table((("n", "BIGINT"),), [(1,)])
        assert list(engine.rows(Scan(name))) == [(1,)]
        end(doomed.parts[-1])
        with pytest.raises(EngineError) as lost:
            list(engine.rows(Scan(name)))
        engine.close()
    assert lost.value.code == "ENG-SPARK"
