"""The distributed engine: Apache Spark 4 by Spark Connect, over the Parquet files of a store on shared storage.

The plans are the embedded engine's own, printed in Spark's dialect (`engine.spark_sql`). What a rule keeps is persisted on the
executors, memory first, and worked out again from the files where an executor is lost.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from compliance.engine.interface import worked_out
from compliance.engine.plan import Relation
from compliance.engine.spark_refusal import ClusterError, client_version, line_of, refused, said
from compliance.engine.spark_sql import SPARK
from compliance.engine.traced import Traced
from compliance.errors import UsageError
from compliance.progress import stage

if TYPE_CHECKING:
    from pyspark import StorageLevel
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

TYPES = {"VARCHAR": "STRING", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}
"""Types of the table `ev`, as Spark names them."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}
"""What a cluster may have set otherwise for all, and what would change a verdict: events that cannot be read are an error."""
_IDLE_REPORTS = 10
"""Reports without a running task, some two seconds apart, after which it is said that a core is waited for."""
LEAST = (4, 0)
"""The oldest Spark that is spoken to."""
_PORT = 15002


def connect(remote: str) -> SparkSession:
    """A session of the cluster behind `sc://host:port`.

    UsageError `ENG-SPARK-ADDRESS`, and `ENG-SPARK-MISSING` or `ENG-SPARK-CLIENT` where the extra `spark` is lacking or
    old; ClusterError `ENG-SPARK-REFUSED` where nobody answers there, `ENG-SPARK-VERSION` where client and cluster do not
    understand each other.
    """
    host, port = _address(remote)
    policy, sessions = _client()
    # without what follows the port: a token may stand there
    address = f"sc://{f'[{host}]' if ':' in host else host}:{port}"
    _reachable(address, host, port)
    # what a statement fails of, and that it was tried several times, is said by the error that is raised
    warnings.filterwarnings("ignore", message=r".*(RETRIES_EXCEEDED|escapedStringLiterals)")
    for name in ("SQLQueryContextLogger", "pyspark.sql.connect.client.logging"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        session = sessions.builder.remote(remote).create()
        session.client.set_retry_policies([policy(max_retries=5, max_backoff=2000)])
        version = str(session.version)
    except Exception as error:
        raise refused(address, error) from error
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST:
        with contextlib.suppress(Exception):
            session.stop()
        raise ClusterError(
            "ENG-SPARK-VERSION",
            f"the cluster at {address} runs Spark {version}, the client here is {client_version()}",
            hint="Spark 4.0 or later is needed (ANSI mode)",
        )
    with said():
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    return session


def _address(remote: str) -> tuple[str, int]:
    """Host and port of an address of Spark Connect."""
    try:
        parts = urlsplit(remote)
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host, port = None, _PORT
    if not remote.startswith("sc://") or not host:
        shown = remote.partition(";")[0]
        raise UsageError(
            "ENG-SPARK-ADDRESS", f"not an address of Spark Connect: {shown!r}", hint="write sc://host:15002"
        )
    return host, port


def _client() -> tuple[Any, Any]:
    """The client's retry policy and its sessions, which need no Java here."""
    extra = "install the extra: pip install 'compliance[spark]'"
    if find_spec("pyspark") is None:
        raise UsageError("ENG-SPARK-MISSING", "the Spark client is not installed (pyspark)", hint=extra)
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise UsageError(
            "ENG-SPARK-CLIENT",
            f"the Spark client here ({client_version()}) is older than 4.0 or lacks a package: {line_of(error)}",
            hint=extra,
        ) from error
    return DefaultPolicy, SparkSession


def _reachable(address: str, host: str, port: int) -> None:
    """ClusterError where nothing listens at the address: the client alone would go on trying for minutes."""
    try:
        with socket.create_connection((host, port), timeout=10):
            return
    except OSError as error:
        raise ClusterError(
            "ENG-SPARK-REFUSED",
            f"nothing listens at {address}: {error}",
            hint="is the Spark Connect server started there (start-connect-server.sh, Java 17 or later), and the port open?",
        ) from error


def _replicated() -> StorageLevel:
    """In memory and on disk, on two workers where there are two."""
    from pyspark import StorageLevel

    return StorageLevel(useDisk=True, useMemory=True, useOffHeap=False, deserialized=False, replication=2)


class Distributed(Traced):
    """Runs plans on a Spark cluster and remembers their SQL. The view `ev` must stand: `view_events`."""

    __slots__ = ("_idle", "_kept", "_session", "_waiting")

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        self._session = session
        self._kept: dict[str, DataFrame] = {}
        """Rows that were worked out: the cluster keeps them as long as they are held here."""
        self._idle, self._waiting = 0, contextlib.ExitStack()
        session.registerProgressHandler(self._heard)

    def _heard(self, *, inflight_tasks: int, done: bool, **_: Any) -> None:
        """Tells whoever listens that a statement waits, where the cluster has no core for it: for a worker that is lost."""
        self._idle = 0 if done or inflight_tasks else self._idle + 1
        if not self._idle:
            self._waiting.close()
        elif self._idle == _IDLE_REPORTS:
            self._waiting.enter_context(stage("waiting for a worker of the cluster"))

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan, streamed batch by batch."""
        text = SPARK.select(plan)
        self._trace.append(text)
        with said():
            for row in self._session.sql(text).toLocalIterator():
                yield tuple(row)

    def keep(self, plan: Relation) -> str:
        """Name of a temporary view over the plan's rows, which are worked out once."""
        name, text = self._name(), SPARK.select(plan)
        self._trace.append(f"CREATE TEMP TABLE {SPARK.identifier(name)} AS {text}")
        with said():
            # a leaf of later plans, not their text over again; two copies, so that one worker may be lost
            frame = self._session.sql(text).localCheckpoint(eager=True, storageLevel=_replicated())
            frame.createOrReplaceTempView(name)
        self._kept[name] = frame
        return name

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary view with these columns and rows."""
        name = self._name()
        self._trace.append(worked_out(SPARK.identifier(name), columns, len(rows)))
        schema = ", ".join(f"{SPARK.identifier(column)} {TYPES[kind]}" for column, kind in columns)
        with said():
            self._session.createDataFrame(list(rows), schema=schema).createOrReplaceTempView(name)
        return name

    def drop(self, name: str) -> None:
        """Forgets a temporary view, and lets the cluster forget its rows."""
        with said():
            self._session.catalog.dropTempView(name)
        self._kept.pop(name, None)

    def view_events(self, files: Sequence[str], columns: Sequence[tuple[str, str]], gone: Sequence[int]) -> None:
        """Makes `ev` of Parquet files (paths or URLs that every worker can read) without the rows `gone`.

        `columns` names each column with its type as the embedded engine calls it; one that no file has is unknown throughout.
        """
        with said():
            schema = ", ".join(f"{SPARK.identifier(name)} {TYPES[kind]}" for name, kind in columns)
            if files:
                # with the schema given no file is opened before a statement needs it
                self._session.read.schema(schema).parquet(*files).createOrReplaceTempView("accepted")
            else:
                self._session.createDataFrame([], schema=schema).createOrReplaceTempView("accepted")
            text = "SELECT * FROM accepted"
            if gone:
                out = self.table((("n", "BIGINT"),), [(number,) for number in gone])
                text += f" LEFT ANTI JOIN {SPARK.identifier(out)} USING (n)"
            self._session.sql(text).createOrReplaceTempView("ev")

    def close(self) -> None:
        """Ends the session."""
        with contextlib.suppress(Exception):
            self._session.stop()
