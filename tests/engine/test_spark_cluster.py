"""A real standalone cluster on the loopback interface: a master, a worker, and a driver in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tanggap.core.instants import DAY
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("needs_spark")]
_PATIENCE = 45.0

_DRIVER = """
import json, sys
from pyspark.sql import SparkSession
from tanggap.engine.choose import engine
from tanggap.records.lake import Lake

lake, master = sys.argv[1:]
with engine(master, memory="512MB", config={"spark.sql.shuffle.partitions": "2"}) as spark:
    events = spark.attach(Lake(lake).snapshot()["events"], ordered=True)
    rows = events.mutate(before=spark.before(events, "event_id"))
    figures = rows.group_by("conversation_id").aggregate(n=rows.count(), first=rows.occurred_at.min(),
                                                         followed=rows.before.count())
    found = spark.run(figures.order_by("conversation_id")).to_pylist()
    context = SparkSession.getActiveSession().sparkContext
    executors = context._jsc.sc().getExecutorMemoryStatus().size() - 1
print(json.dumps({"rows": found, "master": context.master, "executors": executors,
                  "stopped": SparkSession.getActiveSession() is None}))
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _spark_class(folder: Path, java: str, *words: str) -> subprocess.Popen[bytes]:
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    environment = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
        "JAVA_TOOL_OPTIONS": java,
    }  # fmt: skip
    with (folder / f"{words[0].rsplit('.', 1)[-1]}.log").open("wb") as log:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), *words], env=environment, cwd=folder, stdout=log, stderr=log
        )


def _wait_for(log: Path, words: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while words not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            pytest.fail(f"no {words!r} within {_PATIENCE:.0f} s:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def cluster(needs_spark: None, quick_java: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    port = _free_port()
    master = f"spark://127.0.0.1:{port}"
    package = "org.apache.spark.deploy"
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(
            _spark_class(folder, quick_java, f"{package}.master.Master", "--host", "127.0.0.1", "--port", str(port),
                         "--webui-port", str(_free_port()))
        )  # fmt: skip
        _wait_for(folder / "Master.log", "New state: ALIVE")
        started.append(
            _spark_class(folder, quick_java, f"{package}.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                         "--memory", "1g", "--webui-port", str(_free_port()), "--work-dir", str(folder), master)
        )  # fmt: skip
        _wait_for(folder / "Worker.log", "Successfully registered with master")
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_a_query_runs_on_the_workers_of_a_cluster(cluster: str, quick_java: str, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    events = [
        {"event_id": f"e{n}", "conversation_id": f"c{n % 2}", "occurred_at": DAY + n, "kind": "message",
         "actor_kind": "customer", "source": "test"}
        for n in range(5)
    ]  # fmt: skip
    ingest(lake, Batch({"events": events}), source="test")
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, lake.uri, cluster], capture_output=True, text=True, timeout=2 * _PATIENCE,
        check=False, cwd=tmp_path, env={**os.environ, "JAVA_TOOL_OPTIONS": quick_java},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "rows": [
            {"conversation_id": "c0", "n": 3, "first": DAY, "followed": 2},
            {"conversation_id": "c1", "n": 2, "first": DAY + 1, "followed": 1},
        ],
        "master": cluster, "executors": 1, "stopped": True,
    }  # fmt: skip
