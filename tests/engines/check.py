"""check.py PAGE FOLDER: runs what is in the page, in a folder, and compares what it gives with what the page says.

An `sh` block is run as it is. An `sql` block is run by DuckDB, a `python` block by this Python; the `text` block after it
is what it gives. Blocks that lack one fail.
"""

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import traceback

import duckdb

BLOCK = re.compile(r"^```(sh|sql|python|text)\n(.*?)^```\n", re.M | re.S)


def of_sql(text):
    """The rows, with `|` between columns."""
    lines = []
    for row in duckdb.connect().execute(text).fetchall():
        lines.append(" | ".join("" if value is None else str(value) for value in row))
    return "".join(line + "\n" for line in lines)


def of_python(text):
    """What it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "page", "exec"), {})
    return out.getvalue()


def main():
    page, folder = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    os.chdir(folder)
    text, queries, failed, edits = page.read_text(), 0, 0, []
    blocks = list(BLOCK.finditer(text))
    for block, following in zip(blocks, blocks[1:] + [None]):
        kind, code = block.groups()
        if kind == "text":
            continue
        if kind == "sh":
            # 1: there is damage in the samples.
            code = subprocess.run(["sh", "-c", code], stderr=subprocess.PIPE, text=True)
            if code.returncode not in (0, 1):
                sys.exit(f"{block.group(2)}failed: {code.stderr}")
            continue
        queries += 1
        try:
            given = of_sql(code) if kind == "sql" else of_python(code)
        except Exception:
            given = traceback.format_exc()
            print(f"{code}\nfailed:\n{given}", file=sys.stderr)
            failed += 1
            continue
        if following is None or following.group(1) != "text" or text[block.end() : following.start()].strip():
            sys.exit(f"{code}\nis not followed by what it gives:\n{given}")
        if not given.strip():
            sys.exit(f"{code}\ngives nothing")
        if following.group(2) != given:
            edits.append((following.span(2), given))
            if os.environ.get("IMLOG_DOCS") != "overwrite":
                print(f"{code}\ngives\n{given}instead of\n{following.group(2)}", file=sys.stderr)
    if os.environ.get("IMLOG_DOCS") == "overwrite":
        for (start, end), given in reversed(edits):
            text = text[:start] + given + text[end:]
        page.write_text(text)
        edits = []
    if failed or edits or queries == 0:
        sys.exit(1)
    print(f"tables: {queries} queries in DuckDB, Polars and pandas")


main()
