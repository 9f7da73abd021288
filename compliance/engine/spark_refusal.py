"""What stands between us and a cluster, in words: whatever Spark or its client raises, with a code and the next step."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from compliance.engine.interface import EngineError
from compliance.errors import ComplianceError

_UNREADABLE = ("PATH_NOT_FOUND", "FAILED_READ_FILE", "FileNotFoundException", "UNABLE_TO_INFER_SCHEMA")
_LOST = ("UNAVAILABLE", "RETRIES_EXCEEDED", "INVALID_HANDLE.", "SparkContext was shut down", "stopped SparkContext")


class ClusterError(ComplianceError):
    """No rule can be judged there: the cluster is not there, is another, has gone, or cannot read the store."""


@contextlib.contextmanager
def said() -> Iterator[None]:
    """Turns what Spark says of a statement into an EngineError, or a ClusterError where the next would fail as well."""
    try:
        yield
    except (GeneratorExit, ComplianceError):
        raise
    except Exception as error:
        raise _worded(error) from error


def _worded(error: Exception) -> ComplianceError:
    text = f"{type(error).__name__}: {error}"
    if any(mark in text for mark in _UNREADABLE):
        return ClusterError(
            "ENG-SPARK-STORE",
            f"the cluster cannot read the store: {line_of(error, _UNREADABLE)}",
            hint="the store must lie where the server and every worker find it by the same path; name that with --store",
        )
    if any(mark in text for mark in _LOST) or _status(error) == "UNAVAILABLE":
        return ClusterError(
            "ENG-SPARK-LOST",
            f"the Spark Connect server has gone in the middle of the work: {line_of(error)}",
            hint="its log says why; start it and run the command again: the store is as it was",
        )
    if "ExecutorLostFailure" in text:
        return EngineError(
            "ENG-SPARK-WORKERS",
            f"workers were lost again and again over one statement: {line_of(error, ('ExecutorLostFailure',))}",
            hint="their logs say why; too little memory is the common cause (spark.executor.memory)",
        )
    return EngineError(
        "ENG-SPARK", f"Spark could not run a statement: {line_of(error)}", hint="the cluster's own log says more"
    )


def refused(address: str, error: Exception) -> ClusterError:
    """What is said where something listens at the address, but no session came of it."""
    status, text = _status(error), str(error)
    if status == "UNIMPLEMENTED" or "UNIMPLEMENTED" in text:
        return ClusterError(
            "ENG-SPARK-VERSION",
            f"the server at {address} does not know what this client ({client_version()}) asks of it: {line_of(error)}",
            hint="install the client of the cluster's own version, 4.0 or later: pip install 'pyspark[connect]==4.0.*'",
        )
    if status in {"UNAUTHENTICATED", "PERMISSION_DENIED"}:
        return ClusterError(
            "ENG-SPARK-REFUSED",
            f"the server at {address} lets nobody in without a token it knows: {line_of(error)}",
            hint="add it to the address: sc://host:15002/;use_ssl=true;token=...",
        )
    return ClusterError(
        "ENG-SPARK-REFUSED",
        f"no Spark Connect server answers at {address}: {line_of(error)}",
        hint="is it Spark Connect that listens there (start-connect-server.sh), with TLS where the address says use_ssl?",
    )


def client_version() -> str:
    """Name and version of the installed client; `no pyspark` where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"pyspark {version('pyspark')}"
    except PackageNotFoundError:
        return "no pyspark"


def line_of(error: BaseException, marks: tuple[str, ...] = ()) -> str:
    """The first line of an error that holds one of the marks, else the first that says something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if any(mark in line for mark in marks)] or lines
    return telling[0][:400] if telling else type(error).__name__


def _status(error: Exception) -> str:
    """Name of the gRPC status that an error carries; empty where it has none."""
    for ask in ("getGrpcStatusCode", "code"):
        with contextlib.suppress(Exception):
            return str(getattr(error, ask)().name)
    return ""
