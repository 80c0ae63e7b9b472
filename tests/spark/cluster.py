"""A standalone Spark cluster on 127.0.0.1: a Master and Workers, processes of the PyPI package."""

import socket
import subprocess
import time
from contextlib import contextmanager

SECONDS_TO_START = 120


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(log, words):
    """Wait until a log holds words."""
    for _ in range(SECONDS_TO_START * 5):
        if log.exists() and words in log.read_text():
            return
        time.sleep(0.2)
    raise TimeoutError(f"{log} does not say {words!r}:\n{log.read_text() if log.exists() else ''}")


@contextmanager
def cluster(python, folder, environment, workers=2):
    """Run a Master and Workers of one core; yields the Master's address and the Workers' processes."""
    home = subprocess.check_output([python, "-c", "import pyspark; print(pyspark.__path__[0])"], text=True).strip()
    environment = {**environment, "SPARK_HOME": home, "SPARK_DAEMON_MEMORY": "256m"}
    processes = []

    def start(name, *arguments):
        with (folder / f"{name}.log").open("w") as log:
            # spark-class becomes java, so the process is the daemon itself.
            processes.append(
                subprocess.Popen(
                    [f"{home}/bin/spark-class", *arguments],
                    env=environment,
                    cwd=folder,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
        return processes[-1]

    try:
        address = f"spark://127.0.0.1:{(port := free_port())}"
        master = ["org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port)]
        start("master", *master, "--webui-port", "0")
        wait_for(folder / "master.log", "I have been elected leader")
        worker = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g"]
        started = []
        for number in range(workers):
            work = folder / f"worker_{number}"
            started.append(start(work.name, *worker, "--webui-port", "0", "--work-dir", work, address))
            wait_for(folder / f"{work.name}.log", "Successfully registered with master")
        yield address, started
    finally:
        for process in processes:
            process.kill()
            process.wait()
