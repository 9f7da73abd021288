"""A real standalone cluster on this machine: a master, two workers and a Spark Connect server, over loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 90.0
"""Seconds that a part may take to come up."""
_SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of a Java that lives for minutes: what it compiles is compiled once and quickly."""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A running cluster. `remote` is its address for a client."""

    remote: str
    workers: list[subprocess.Popen[bytes]]
    parts: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self) -> None:
        """Kills one worker with its executor, as a lost machine would go."""
        end(self.workers.pop())


def end(part: subprocess.Popen[bytes]) -> None:
    """Kills a process with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait()


@contextmanager
def started(folder: Path, *, briefly: bool = False) -> Iterator[Cluster]:
    """A cluster of two workers with one core each; ended with the block. Its logs lie in `folder`.

    `briefly`: with a Java that compiles little, for a few minutes' work on little data.
    """
    import pyspark

    home = Path(pyspark.__file__).parent
    java = _SHORT if briefly else ""
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1",
                   "SPARK_DAEMON_JAVA_OPTS": java, "SPARK_LAUNCHER_OPTS": java}  # fmt: skip
    parts: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> subprocess.Popen[bytes]:
        with (folder / f"{name}.log").open("wb") as log:
            part = subprocess.Popen(
                words, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=folder, start_new_session=True
            )
        parts.append(part)
        return part

    spark_class, submit = str(home / "bin" / "spark-class"), str(home / "bin" / "spark-submit")
    port, connect = free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    try:
        start("master", spark_class, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port),
              "--webui-port", str(free_port()))  # fmt: skip
        answers(port, parts[-1])
        workers = [
            start(f"worker-{number}", spark_class, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                  "--memory", "1g", "--webui-port", str(free_port()), "-d", str(folder / f"work-{number}"), master)
            for number in (1, 2)
        ]  # fmt: skip
        settings = {
            "spark.executor.memory": "700m",
            "spark.executor.cores": "1",
            "spark.executor.extraJavaOptions": java,
            "spark.driver.extraJavaOptions": java,
            "spark.sql.shuffle.partitions": "4",
            "spark.ui.enabled": "false",
            "spark.log.level": "WARN",
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(connect),
        }
        given = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        start("connect", submit, "--master", master, *given, "--class",
              "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal")  # fmt: skip
        answers(connect, parts[-1])
        yield Cluster(f"sc://127.0.0.1:{connect}", workers, parts)
    finally:
        for part in reversed(parts):
            end(part)


def answers(port: int, part: subprocess.Popen[bytes]) -> None:
    """Returns once something listens on the port of loopback; TimeoutError after a while, or where the part has ended."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and part.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    state = "lives" if part.poll() is None else f"ended with {part.poll()}"
    raise TimeoutError(f"nothing listens on port {port} after {PATIENCE:.0f} s; what should {state}: see its log")
