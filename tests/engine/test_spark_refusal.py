"""What Spark raises becomes words: which end the check, which only the rule, and what to do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from compliance.engine.interface import EngineError
from compliance.engine.spark_refusal import ClusterError, line_of, refused, said
from compliance.errors import ComplianceError, UsageError


class RaisedError(Exception):
    """An error of the client, with the status of the call that failed."""

    def __init__(self, text: str, status: str = "") -> None:
        super().__init__(text)
        self._status = status

    def getGrpcStatusCode(self) -> Any:  # noqa: N802
        """As the client's errors have it."""
        return SimpleNamespace(name=self._status)


FILE = "[FAILED_READ_FILE.FILE_NOT_EXIST] Encountered error while reading file file:///s/events.parquet."
CASES = {
    "the server finds no file": (
        RaisedError("[PATH_NOT_FOUND] Path does not exist: file:/s/events.parquet. SQLSTATE: 42K03"),
        ("ENG-SPARK-STORE", "file:/s/events.parquet", "every worker"),
    ),
    "a worker finds no file": (
        RaisedError(
            f"Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times\n\tat a.b.c\nCaused by: {FILE}"
        ),
        ("ENG-SPARK-STORE", FILE, "every worker"),
    ),
    "the server has gone": (
        RaisedError("failed to connect to all addresses", "UNAVAILABLE"),
        ("ENG-SPARK-LOST", "failed to connect", "as it was"),
    ),
    "the server was started anew": (
        RaisedError(
            "[INVALID_HANDLE.SESSION_CHANGED] The handle is invalid. The existing Spark server driver instance has restarted."
        ),
        ("ENG-SPARK-LOST", "restarted", "run the command again"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_would_fail_again_ends_the_check(name: str) -> None:
    """It is no error of one rule, so that three hundred rules do not try the same three hundred times."""
    error, (code, words, hint) = CASES[name]
    with pytest.raises(ClusterError) as told, said():
        raise error
    assert told.value.code == code
    assert words in told.value.message
    assert hint in told.value.hint
    assert not isinstance(told.value, EngineError)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("[ARITHMETIC_OVERFLOW] long overflow. SQLSTATE: 22003\n== SQL ==\nSELECT 1", "ENG-SPARK", "log"),
        ("Job aborted\nExecutorLostFailure (executor 3 exited): killed", "ENG-SPARK-WORKERS", "spark.executor.memory"),
    ],
)
def test_what_one_statement_fails_of_is_an_error_of_its_rule(text: str, code: str, hint: str) -> None:
    """The next rule may well be judged."""
    with pytest.raises(EngineError) as told, said():
        raise RaisedError(text)
    assert told.value.code == code
    assert hint in told.value.hint


def test_our_own_errors_pass() -> None:
    """What is in words already is not put in others."""
    error = UsageError("X", "y", hint="z")
    with pytest.raises(ComplianceError) as told, said():
        raise error
    assert told.value is error


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        ("UNIMPLEMENTED", "ENG-SPARK-VERSION", "own version"),
        ("UNAUTHENTICATED", "ENG-SPARK-REFUSED", "token="),
        ("UNAVAILABLE", "ENG-SPARK-REFUSED", "start-connect-server.sh"),
    ],
)
def test_why_there_is_no_session(status: str, code: str, hint: str) -> None:
    """Another version, no leave to enter, and nobody who speaks Spark Connect are told apart, each with the address."""
    told = refused("sc://host:15002", RaisedError("said so", status))
    assert told.code == code
    assert "sc://host:15002" in told.message
    assert hint in told.hint


def test_the_line_that_tells() -> None:
    """The first line with a mark, else the first with words, else the kind of error."""
    assert line_of(RaisedError("\n a \n mark b"), ("mark",)) == "mark b"
    assert line_of(RaisedError("\n a \n b"), ("mark",)) == "a"
    assert line_of(RaisedError("")) == "RaisedError"
