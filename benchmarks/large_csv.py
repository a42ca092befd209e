"""A large CSV of staff is read in bounded memory: makes one, ingests it in a process of its own, prints what it took.

    python benchmarks/large_csv.py [--megabytes 2000] [--memory-limit 1GB] [--folder FOLDER]

The file holds three million distinct persons at most, posts on distinct days, a broken row in ten thousand and a title
with a quoted delimiter in ten. Peak memory is that of the process that ingests (`resource.getrusage`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[1]
SCHOOL = "750140000417"
_BLOCK_ROWS = 500_000

_INGEST = """
import json
import sys
from pathlib import Path
from ingest.deliveries import Places, ingest
from ingest.pseudonym import Key
root, code_map, limit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
places = Places(root / "inbox", root / "landing", root / "senders", root / "work", code_map)
done = ingest(places, Key(b"benchmark key of thirty-two bytes"), None, limit)
assert not done.refused, done.refused
counts = done.parses[0]["counts"]["staff_employment"]
print(json.dumps(counts))
"""


def write_csv(path: Path, megabytes: int) -> int:
    """Writes the file in blocks; returns its rows. Persons are local ids, so that no national number is made up."""
    rows = 0
    with path.open("wb") as file:
        file.write(b"person_id,institution_id,position,start_date,end_date,load_fte,subject\n")
        while file.tell() < megabytes * 1_000_000:
            first = date(1990, 1, 1) + timedelta(days=rows // 3_000_000)
            block = duckdb.sql(
                f"""select string_agg(
                    case when i % 10000 = 7 then 'broken' else concat_ws(',', 'p' || i % 3000000, {SCHOOL},
                        case when i % 10 = 3 then '"мұғалім, ' || i % 7 || '"' else 'учитель' end,
                        date '{first}' + cast(i % 9973 as integer), '', '0.5', 'математика')
                    end, chr(10) order by i) || chr(10)
                from range({rows}, {rows + _BLOCK_ROWS}) t(i)"""
            ).fetchall()[0][0]
            file.write(block.encode())
            rows += _BLOCK_ROWS
    return rows


def deliver(root: Path, megabytes: int) -> int:
    """A data root with one delivery of one file; returns its rows."""
    folder = root / "inbox" / "bench" / "1"
    folder.mkdir(parents=True)
    (root / "senders").mkdir()
    (root / "senders" / "bench.toml").write_text(f'register = "bench"\ninstitutions = ["{SCHOOL}"]\n')
    rows = write_csv(folder / "staff.csv", megabytes)
    with (folder / "staff.csv").open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    entry = {"path": "staff.csv", "feed": "staff_employment", "rows": rows, "sha256": sha256}
    manifest = {"sender": "bench", "created": "2026-09-15T08:00:00+05:00", "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return rows


def measure(root: Path, memory_limit: str) -> tuple[float, int, dict[str, int]]:
    """Seconds, peak bytes of the child, and its row counts."""
    code_map = PROJECT / "dbt_project" / "seeds" / "code_map.csv"
    begun = time.monotonic()
    child = subprocess.run(
        [sys.executable, "-c", _INGEST, str(root), str(code_map), memory_limit],
        check=True, capture_output=True, text=True, cwd=PROJECT,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, json.loads(child.stdout)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=2000)
    arguments.add_argument("--memory-limit", default="1GB")
    arguments.add_argument("--folder", default=None)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        rows = deliver(Path(folder), given.megabytes)
        seconds, peak, counts = measure(Path(folder), given.memory_limit)
    print(f"rows {rows:,}  seconds {seconds:.1f}  rows/s {rows / seconds:,.0f}  peak {peak / 1e6:,.0f} MB  {counts}")


if __name__ == "__main__":
    main()
