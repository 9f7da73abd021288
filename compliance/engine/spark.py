"""The distributed engine: Apache Spark 4 by Spark Connect, over the Parquet files of a store on shared storage.

The plans are the embedded engine's own, printed in Spark's dialect (`engine.spark_sql`). What a rule keeps is persisted on the
executors, memory first, and worked out again from the files where an executor is lost.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compliance.engine.interface import EngineError, worked_out
from compliance.engine.plan import Relation
from compliance.engine.spark_sql import SPARK
from compliance.engine.traced import Traced
from compliance.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

TYPES = {"VARCHAR": "STRING", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}
"""Types of the table `ev`, as Spark names them."""
_SETTINGS = {"spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC", "spark.sql.caseSensitive": "true"}
LEAST = (4, 0)
"""The oldest Spark that is spoken to."""


def connect(remote: str) -> SparkSession:
    """A session of the cluster behind `sc://host:port`.

    UsageError `ENG-SPARK-MISSING` without the extra `spark`, EngineError `ENG-SPARK-REFUSED` where nobody answers there,
    `ENG-SPARK-VERSION` where client and cluster do not understand each other.
    """
    if not remote.startswith("sc://"):
        raise UsageError(
            "ENG-SPARK-ADDRESS", f"not an address of Spark Connect: {remote!r}", hint="write sc://host:15002"
        )
    try:
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise UsageError(
            "ENG-SPARK-MISSING",
            f"the Spark client is not installed ({error.name or error})",
            hint="install the extra: pip install 'compliance[spark]'",
        ) from error
    _reachable(remote)
    # what a statement fails of is said by the error that is raised
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    try:
        session = SparkSession.builder.remote(remote).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=5, max_backoff=2000)])
        version = str(session.version)
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    except Exception as error:
        raise EngineError(
            "ENG-SPARK-REFUSED",
            f"no Spark Connect server answers at {remote}: {_first_line(error)}",
            hint="is the server started (start-connect-server.sh), the port open, and its version that of the client?",
        ) from error
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST:
        with contextlib.suppress(Exception):
            session.stop()
        raise EngineError(
            "ENG-SPARK-VERSION", f"the cluster runs Spark {version}", hint="Spark 4.0 or later is needed (ANSI mode)"
        )
    return session


def _reachable(remote: str) -> None:
    """EngineError where nothing listens at the address: the client alone would go on trying for minutes."""
    host, _, port = remote.removeprefix("sc://").split("/")[0].rpartition(":")
    host, number = (host, port) if host else (port, "15002")
    try:
        with socket.create_connection((host, int(number)), timeout=10):
            return
    except (OSError, ValueError) as error:
        raise EngineError(
            "ENG-SPARK-REFUSED",
            f"nothing listens at {remote}: {error}",
            hint="is the Spark Connect server started (start-connect-server.sh), and the port open?",
        ) from error


class Distributed(Traced):
    """Runs plans on a Spark cluster and remembers their SQL. The view `ev` must stand: `view_events`."""

    __slots__ = ("_session",)

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        self._session = session

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan, streamed batch by batch."""
        text = SPARK.select(plan)
        self._trace.append(text)
        with _said():
            for row in self._session.sql(text).toLocalIterator():
                yield tuple(row)

    def keep(self, plan: Relation) -> str:
        """Name of a temporary view over the plan's rows, which are worked out once."""
        name, text = self._name(), SPARK.select(plan)
        self._trace.append(f"CREATE TEMP TABLE {SPARK.identifier(name)} AS {text}")
        with _said():
            # worked out when first asked for, and kept by the executors from then on
            self._session.sql(f"CACHE LAZY TABLE {SPARK.identifier(name)} AS {text}").collect()
        return name

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary view with these columns and rows."""
        name = self._name()
        self._trace.append(worked_out(SPARK.identifier(name), columns, len(rows)))
        schema = ", ".join(f"{SPARK.identifier(column)} {TYPES[kind]}" for column, kind in columns)
        with _said():
            self._session.createDataFrame(list(rows), schema=schema).createOrReplaceTempView(name)
        return name

    def drop(self, name: str) -> None:
        """Forgets a temporary view."""
        with _said():
            self._session.catalog.dropTempView(name)

    def view_events(self, files: Sequence[str], columns: Sequence[tuple[str, str]], gone: Sequence[int]) -> None:
        """Makes `ev` of Parquet files (paths or URLs that every worker can read) without the rows `gone`.

        `columns` names each column with its type as the embedded engine calls it; one that no file has is unknown throughout.
        """
        with _said():
            if files:
                read = self._session.read.option("mergeSchema", "true").parquet(*files)
                held: Mapping[str, str] = dict(read.dtypes)
                read.createOrReplaceTempView("accepted")
            else:
                held = {}
            listed = ", ".join(
                SPARK.identifier(name) if name in held else f"CAST(NULL AS {TYPES[kind]}) AS {SPARK.identifier(name)}"
                for name, kind in columns
            )
            text = f"SELECT {listed} FROM accepted" if files else f"SELECT {listed} WHERE FALSE"
            if gone:
                out = self.table((("n", "BIGINT"),), [(number,) for number in gone])
                text += f" LEFT ANTI JOIN {SPARK.identifier(out)} USING (n)"
            self._session.sql(text).createOrReplaceTempView("ev")

    def close(self) -> None:
        """Ends the session."""
        with contextlib.suppress(Exception):
            self._session.stop()


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Turns what Spark says into an EngineError with its first line."""
    try:
        yield
    except GeneratorExit:
        raise
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(
            "ENG-SPARK",
            f"Spark could not run a statement: {_first_line(error)}",
            hint="can every worker read the store's path? the cluster's own log says more",
        ) from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
