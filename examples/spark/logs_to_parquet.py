"""Logs to partitioned Parquet with Spark.

    spark-submit --archives imlog.tar.gz#bin logs_to_parquet.py --imlog bin/imlog --batch 2026-11-28 INPUT… OUTPUT

INPUT: files, folders or globs that Spark can read: logs, texts, zips, tars. OUTPUT/batch=…/ gets the records, and a row for
each file. Each worker runs `imlog cat --format arrow` on one file after the other. docs/spark.md says how and why.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import tempfile

import pyarrow
import pyarrow.ipc
from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession, functions
from pyspark.sql.pandas.types import from_arrow_schema

# Spark holds a file in one value, which has less than 2 GiB. What is larger gets a row that says so.
MOST = 2_000_000_000
# Time for one file, in seconds. It is a row of its own if it takes longer.
PATIENCE = 3600
# How often a task is tried again before a file that ends imlog gets a row that says so. Spark gives up after four tries.
ATTEMPTS = 2
TABLES = ("records", "files")


def plain(schema):
    """The schema with what Spark knows: no dictionaries, and times in microseconds."""

    def known(kind):
        if pyarrow.types.is_dictionary(kind):
            return kind.value_type
        return pyarrow.timestamp("us", kind.tz) if pyarrow.types.is_timestamp(kind) else kind

    return pyarrow.schema([pyarrow.field(field.name, known(field.type)) for field in schema])


def one_schema(schemas):
    """All columns of all tables. What is null in a row takes no room in Parquet."""
    fields = {field.name: field for schema in schemas for field in plain(schema)}
    first = [pyarrow.field("table", pyarrow.string()), pyarrow.field("date", pyarrow.date32())]
    return pyarrow.schema(first + list(fields.values()))


def fitted(batch, table, schema):
    """The rows of a table, with the columns of all tables."""
    names = batch.schema.names
    columns = []
    for field in schema:
        if field.name == "table":
            columns.append(pyarrow.repeat(table, batch.num_rows))
        elif field.name == "date":
            time = batch.column("time" if table == "records" else "last")
            columns.append(time.cast(pyarrow.date32(), safe=False))
        elif field.name in names:
            columns.append(batch.column(field.name).cast(field.type))
        else:
            columns.append(pyarrow.nulls(batch.num_rows, field.type))
    return pyarrow.RecordBatch.from_arrays(columns, schema=schema)


class Reader:
    """Makes rows of files, on a worker. Nothing in it is secret: it is in the plan."""

    def __init__(self, imlog, options, schema):
        self.imlog, self.options, self.schema = imlog, options, schema

    def program(self):
        """The program: from PATH, beside the task (--archives), or sent along (--files)."""
        for path in (self.imlog, SparkFiles.get(self.imlog)):
            if found := shutil.which(path):
                return os.path.abspath(found)
        raise FileNotFoundError(f"{self.imlog}: no such program on this worker")

    def __call__(self, batches):
        program = self.program()
        for batch in batches:
            for at in range(batch.num_rows):
                path = batch.column("path")[at].as_py()
                if batch.column("length")[at].as_py() > MOST:
                    yield self.failed(path, "larger than 2 GB: Spark cannot hold it in a value")
                    continue
                content = batch.column("content")[at].as_buffer()
                with tempfile.TemporaryDirectory(prefix="imlog-") as folder:
                    yield from self.file(program, path, content, pathlib.Path(folder))

    def file(self, program, path, content, folder):
        """The rows of one file."""
        command = [program, "cat", "-q", "-j", "1", "--format", "arrow", "-o", f"{folder}/", "--stdin-name", path]
        try:
            ended = subprocess.run(
                [*command, *self.options, "-"],
                input=memoryview(content),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            yield self.failed(path, f"not read within {PATIENCE} s")
            return
        # 0 and 1: it was read, as far as it is intact. A file may be too much for a worker, but not for all of them, so
        # Spark tries again; all else, such as a key file that is missing, is no fault of the file.
        if ended.returncode < 0 and TaskContext.get().attemptNumber() >= ATTEMPTS:
            yield self.failed(path, f"imlog was ended by signal {-ended.returncode}")
            return
        if ended.returncode not in (0, 1):
            why = ended.stderr.decode(errors="replace").strip()
            raise RuntimeError(f"imlog ended with {ended.returncode}: {why}")
        for table in TABLES:
            with pyarrow.memory_map(str(folder / f"{table}.arrow")) as file, pyarrow.ipc.open_stream(file) as stream:
                for batch in stream:
                    yield fitted(batch, table, self.schema)

    def failed(self, path, why):
        """The row of a file that could not be read."""
        given = {"table": "files", "path": path, "state": "unreadable", "error": why}
        columns = [pyarrow.array([given.get(field.name)], field.type) for field in self.schema]
        return pyarrow.RecordBatch.from_arrays(columns, schema=self.schema)


def schemas(imlog):
    """Those of the tables, as the program on this machine writes them."""
    with tempfile.TemporaryDirectory(prefix="imlog-") as folder:
        command = [imlog, "cat", "-q", "--format", "arrow", "-o", f"{folder}/", "-"]
        subprocess.run(command, input=b"x\n", stdout=subprocess.DEVNULL, check=False)
        for table in TABLES:
            with pyarrow.ipc.open_stream(f"{folder}/{table}.arrow") as stream:
                yield stream.schema


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imlog", default="imlog", help="the program on the workers")
    parser.add_argument("--local-imlog", help="the program on this machine, if it is elsewhere")
    parser.add_argument("--key-file", help="private keys: a path on the workers, where a secret is mounted")
    parser.add_argument("--batch", required=True, help="the name of what is read; a second run replaces the first")
    parser.add_argument("--option", action="append", default=[], help="of imlog cat, as --option=--level=warn")
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("output")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("logs to Parquet").getOrCreate()
    # Days are those of the phone's clock.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    # One file at a time is in memory, as Spark's value and as its copy for Python.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1")
    options = [*args.option, *(["--key-file", args.key_file] if args.key_file else [])]
    schema = one_schema(schemas(args.local_imlog or args.imlog))

    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(sorted(set(args.inputs)))
    # The contents of what is too large are not even read.
    small = files.where(files.length <= MOST).select("path", "length", "content")
    large = files.where(files.length > MOST).select("path", "length", functions.lit(b"").alias("content"))
    rows = small.unionByName(large).mapInArrow(Reader(args.imlog, options, schema), from_arrow_schema(schema))
    rows.write.mode("overwrite").partitionBy("table", "date").parquet(f"{args.output}/batch={args.batch}")
    spark.stop()


if __name__ == "__main__":
    main()
