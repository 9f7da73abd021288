"""What stands between us and a cluster is said in words: nobody there, somebody else, an older Spark, a server that goes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pytest

from compliance.engine.plan import Aggregate, Scan, call
from compliance.engine.spark import Distributed, connect
from compliance.engine.spark_refusal import ClusterError
from compliance.progress import Step, heard_by
from tests.spark.cluster import Cluster, end, free_port, started

pytest.importorskip("pyspark", reason="the extra `spark` is not installed; `make test-spark` installs it and runs this")
import grpc
from pyspark.sql.connect.proto import base_pb2
from pyspark.sql.connect.proto.base_pb2_grpc import (
    SparkConnectServiceServicer,
    add_SparkConnectServiceServicer_to_server,
)

pytestmark = pytest.mark.filterwarnings("default")


def test_nobody_there() -> None:
    """The address is said, and what to look at."""
    address = f"sc://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterError, match=address) as refused:
        connect(address)
    assert refused.value.code == "ENG-SPARK-REFUSED"
    assert "start-connect-server.sh" in refused.value.hint


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
        with pytest.raises(ClusterError, match="no Spark Connect server answers") as refused:
            connect(f"sc://127.0.0.1:{server.getsockname()[1]}")
    assert refused.value.code == "ENG-SPARK-REFUSED"


class Fake(SparkConnectServiceServicer):
    """A server that speaks Spark Connect, says which Spark it is, and can do nothing else."""

    def __init__(self, version: str, status: grpc.StatusCode = grpc.StatusCode.UNIMPLEMENTED) -> None:
        self.version, self.status = version, status

    def AnalyzePlan(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The version, where there is one to tell."""
        if not self.version:
            context.abort(self.status, "method is not known here")
        said = base_pb2.AnalyzePlanResponse.SparkVersion(version=self.version)
        return base_pb2.AnalyzePlanResponse(session_id=request.session_id, spark_version=said)


@contextmanager
def serving(fake: Fake) -> Iterator[str]:
    """Address of the server inside the block."""
    server = grpc.server(ThreadPoolExecutor(2))
    add_SparkConnectServiceServicer_to_server(fake, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.stop(None)


@pytest.mark.parametrize("version", ["3.5.3", "3.4.0"])
def test_an_older_spark_is_refused(version: str) -> None:
    """Before 4.0 the dialect means other things: both versions are said, and the one that is needed."""
    with serving(Fake(version)) as address, pytest.raises(ClusterError) as refused:
        connect(address)
    assert refused.value.code == "ENG-SPARK-VERSION"
    assert f"{address} runs Spark {version}, the client here is pyspark 4." in refused.value.message
    assert "4.0" in refused.value.hint


def test_a_server_that_does_not_know_what_is_asked() -> None:
    """A server of another protocol's version is told from one that is not there, and the client's version is said."""
    with serving(Fake("")) as address, pytest.raises(ClusterError, match=address) as refused:
        connect(address)
    assert refused.value.code == "ENG-SPARK-VERSION"
    assert "(pyspark 4." in refused.value.message
    assert "pip install" in refused.value.hint


def test_a_server_that_wants_a_token() -> None:
    """Who is not let in reads how an address carries a token; the token that was given is not said."""
    fake = Fake("", grpc.StatusCode.UNAUTHENTICATED)
    with serving(fake) as address, pytest.raises(ClusterError, match="without a token") as refused:
        connect(f"{address}/;x-key=s3cret")
    assert refused.value.code == "ENG-SPARK-REFUSED"
    assert "token=" in refused.value.hint
    assert "s3cret" not in str(refused.value)


def test_a_path_that_the_server_cannot_read(cluster: Cluster, tmp_path: Path) -> None:
    """Files that are not where the cluster looks for them are an error with the path and advice, not a traceback."""
    engine = Distributed(connect(cluster.remote))
    try:
        with pytest.raises(ClusterError, match=str(tmp_path / "events.parquet")) as refused:
            engine.view_events([str(tmp_path / "events.parquet")], [("n", "BIGINT")], [])
        assert refused.value.code == "ENG-SPARK-STORE"
        assert "every worker" in refused.value.hint
    finally:
        engine.close()


def test_a_path_that_workers_cannot_read(cluster: Cluster, tmp_path: Path) -> None:
    """What the server has seen and a worker does not find ends the check at once: no rule is judged by fewer events."""
    file = tmp_path / "events.parquet"
    duckdb.sql("SELECT 1::BIGINT AS n").write_parquet(str(file))
    engine = Distributed(connect(cluster.remote))
    try:
        engine.view_events([str(file)], [("n", "BIGINT"), ("notice_id", "VARCHAR")], [])
        assert list(engine.rows(Scan("ev"))) == [(1, None)]
        engine.view_events([str(file)], [("n", "BIGINT")], [])
        file.unlink()
        with pytest.raises(ClusterError, match=str(file)) as refused:
            list(engine.rows(Scan("ev")))
        assert refused.value.code == "ENG-SPARK-STORE"
    finally:
        engine.close()


def test_a_cluster_that_goes_part_by_part(tmp_path: Path) -> None:
    """Without a worker a statement waits, and says so; when the server has gone too the run ends with an error."""
    heard: list[Step | None] = []
    with started(tmp_path, briefly=True) as doomed:
        engine = Distributed(connect(doomed.remote))
        name = engine.table((("n", "BIGINT"),), [(1,), (2,)])
        assert list(engine.rows(counted(name))) == [(2,)]
        doomed.kill_worker()
        doomed.kill_worker()
        reporting = Timer(45, end, [doomed.parts[-1]])
        reporting.start()
        with heard_by(heard.append), pytest.raises(ClusterError) as lost:
            list(engine.rows(counted(name)))
        reporting.join()
        engine.close()
    assert lost.value.code == "ENG-SPARK-LOST"
    assert "as it was" in lost.value.hint
    assert any(step is not None and step.stage.startswith("waiting for a worker") for step in heard)


def counted(table: str) -> Aggregate:
    """Number of rows: what executors must work out."""
    return Aggregate(Scan(table), (), (("c", call("count")),))
