"""The job of examples/spark, on a cluster of this machine: see `run`."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import pyarrow.compute as compute
import pyarrow.dataset as dataset
import pyspark

ROOT = pathlib.Path(__file__).resolve().parents[2]
JOB = ROOT / "examples/spark/logs_to_parquet.py"
SPARK = pathlib.Path(pyspark.__file__).parent
IMLOG = os.environ["IMLOG"]
LOG = (ROOT / "testdata/imsdk_C_20231106.xlog").read_bytes()
LOCKED = (ROOT / "testdata/async-zlib-crypt.xlog").read_bytes()
KEY = (ROOT / "testdata/test.key").read_text().strip()
# The first blocks of the log: a small file.
SMALL = LOG[:3200]


class Cluster:
    """A master and workers with a core each, in process groups of their own."""

    def __init__(self, folder, workers):
        self.folder, self.processes = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"spark://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "SPARK_HOME": str(SPARK),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_NO_DAEMONIZE": "1",
            "IMLOG_CONFIG": "",
        }
        try:
            self.open(workers)
        except BaseException:
            self.stop()
            raise

    def open(self, workers):
        self.start("master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        self.wait("master", "I have been elected leader")
        for number in range(workers):
            work = self.folder / f"work{number}"
            self.start("worker.Worker", "-c", "1", "-m", "1500m", "--webui-port", "0", "-d", str(work), self.url)
            self.wait(f"worker-{number}", "Successfully registered")

    def start(self, kind, *args):
        name = "master" if kind.startswith("master") else f"worker-{len(self.processes) - 1}"
        command = [SPARK / "bin/spark-class", f"org.apache.spark.deploy.{kind}", *args]
        log = open(self.folder / f"{name}.log", "w")
        process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)

    def wait(self, name, words):
        for _ in range(3000):
            if words in (self.folder / f"{name}.log").read_text():
                return
            time.sleep(0.1)
        sys.exit(f"{name}: no `{words}` in five minutes:\n" + (self.folder / f"{name}.log").read_text())

    def submit(self, inputs, output):
        events = self.folder / "events"
        events.mkdir(exist_ok=True)
        settings = {
            "spark.executor.memory": "700m",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events.as_uri(),
            # As many small files in a task as a worker reads in some seconds.
            "spark.sql.files.maxPartitionBytes": "16m",
            "spark.sql.files.openCostInBytes": "64k",
        }
        command = [SPARK / "bin/spark-submit", "--master", self.url]
        command += [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
        command += [JOB, "--imlog", IMLOG, "--key-file", str(self.folder / "secret/app.key"), "--batch", "one"]
        log = open(self.folder / "submit.log", "a")
        command += [inputs.as_uri(), output.as_uri()]
        return subprocess.Popen([str(part) for part in command], env=self.environment, stdout=log, stderr=log)

    def kill(self, number):
        """Kills a worker and what it has started: these are its group, and executors are its children."""
        os.killpg(self.processes[number].pid, signal.SIGKILL)

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def prepare(folder, files):
    """The inputs: small files, and some others."""
    logs = folder / "logs"
    for number in range(files):
        phone = logs / f"phone{number // 100:03}/Android/data/com.example.app/files/log/tencent/imsdk"
        if number % 100 == 0:
            phone.mkdir(parents=True)
        (phone / f"imsdk_{number:05}.xlog").write_bytes(SMALL)
    odd = logs / "odd"
    odd.mkdir()
    # A file of a hundred times the size of a log, in the midst of the small ones.
    (odd / "big.xlog").write_bytes(LOG * 100)
    (odd / "noise.xlog").write_bytes(os.urandom(50_000))
    (odd / "empty.xlog").write_bytes(b"")
    (odd / "cut.zip").write_bytes(b"PK\x03\x04" + os.urandom(500))
    (odd / "locked.xlog").write_bytes(LOCKED)
    secret = folder / "secret"
    secret.mkdir(mode=0o700)
    (secret / "app.key").write_text(KEY)
    return logs


def records_of(content):
    """How many records imlog itself finds in it."""
    ended = subprocess.run([IMLOG, "cat", "-q", "-c", "--key", KEY, "-"], input=content, stdout=subprocess.PIPE)
    return int(ended.stdout)


def written(output):
    """The files that are complete, by now."""
    return sum(1 for _ in output.rglob("*.parquet"))


def check(output, files):
    rows = dataset.dataset(output / "batch=one", format="parquet", partitioning="hive")
    is_record = compute.field("table") == "records"
    records = rows.to_table(columns=["path", "record", "part"], filter=is_record)
    unique = records.group_by(["path", "record", "part"]).aggregate([])
    assert unique.num_rows == records.num_rows, "a record is there twice"
    expected = files * records_of(SMALL) + records_of(LOG * 100) + records_of(LOCKED)
    noise = compute.sum(compute.match_substring(records["path"], "noise.xlog")).as_py()
    assert records.num_rows - noise == expected, f"{records.num_rows} records of {expected}"
    table = rows.to_table(columns=["path", "state", "app", "error"], filter=compute.field("table") == "files").to_pylist()
    states = {row["path"].rsplit("/", 1)[1]: row for row in table}
    assert len(states) == len(table) == files + 5, f"{len(table)} files"
    found = {name: states[name]["state"] for name in ("big.xlog", "noise.xlog", "empty.xlog", "cut.zip", "locked.xlog")}
    assert found["empty.xlog"] == "empty" and found["locked.xlog"] == "intact", found
    assert found["noise.xlog"] == "not-a-log" and found["cut.zip"] != "intact", found
    assert states["imsdk_00000.xlog"]["app"] == "com.example.app"
    return records.num_rows


def check_secret(folder):
    """The key is neither in logs nor in what the UI shows, which is made of the events."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".xlog", ".parquet", ".key"):
            assert KEY.encode() not in path.read_bytes(), f"the key is in {path}"


def test(folder, files):
    logs, output = prepare(folder, files), folder / "tables"
    cluster = Cluster(folder, 2)
    try:
        job = cluster.submit(logs, output)
        while written(output) < 4:
            assert job.poll() is None, "the job ended too early:\n" + (folder / "submit.log").read_text()[-8000:]
            time.sleep(0.05)
        cluster.kill(2)
        before = written(output)
        assert job.wait(1800) == 0, (folder / "submit.log").read_text()[-8000:]
        lost = (folder / "submit.log").read_text().count("Lost executor")
        assert lost > 0, "no executor was lost: it was too late"
        records = check(output, files)
        check_secret(folder)
        print(f"spark: {files + 5} files, {records} records; a worker killed after {before} parts were written: complete")
    finally:
        cluster.stop()


def measure(folder, files):
    logs = prepare(folder, files)
    for workers in (1, 2, 1, 2):
        shutil.rmtree(folder / "tables", ignore_errors=True)
        cluster = Cluster(folder, workers)
        try:
            start = time.monotonic()
            assert cluster.submit(logs, folder / "tables").wait() == 0
            print(f"{workers} workers: {time.monotonic() - start:.1f} s, with the start of the job")
        finally:
            cluster.stop()


def main():
    args = sys.argv[1:]
    is_measured = args[:1] == ["--measure"]
    files = int(args[-1]) if args[is_measured:] else 10_000
    with tempfile.TemporaryDirectory(prefix="imlog-spark-") as folder:
        (measure if is_measured else test)(pathlib.Path(folder), files)


main()
