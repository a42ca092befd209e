"""Makes a country (or an oblast, or a district), then ingests it, each in processes of their own; prints what both took.

    python benchmarks/country.py country [--threads 2] [--memory-limit 2GB] [--folder FOLDER] [--no-ingest]

Seconds are of the wall clock and start with an interpreter that has loaded nothing. Peak is the most that a process and all
it started held together (the sum of their proportional sets, `smaps_rollup`, every quarter of a second). The quarantine is
compared with what was planted: by sender, delivery, path, feed, row and rule.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[1]

_MAKE = """
import sys
from pathlib import Path
from ingest.simulate import simulate
if __name__ == "__main__":
    made = simulate(Path(sys.argv[1]), sys.argv[2], 1, threads=int(sys.argv[3]))
    print(f"deliveries {made.deliveries_n:,}  files {made.files_n:,}  rows {made.rows_n:,}  bad rows {made.defects_n:,}")
"""
_INGEST = """
import sys
from pathlib import Path
from ingest.deliveries import Places, ingest
from ingest.pseudonym import Key
root, code_map, limit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
places = Places(root / "inbox", root / "landing", root / "senders", root / "work", code_map)
done = ingest(places, Key(b"benchmark key of thirty-two bytes"), None, limit)
assert not done.refused, done.refused
print(f"files {len(done.parses):,}")
"""


def measured(script: str, arguments: list[str]) -> tuple[str, float, int]:
    """What a script printed, the seconds it took, and the peak of it and its children in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        # A file, since processes that are started afresh read the script again.
        path = Path(folder) / "script.py"
        path.write_text(script)
        begun = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, str(path), *arguments], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        peak = 0
        while child.poll() is None:
            peak = max(peak, sum(map(_held, _family(child.pid))))
            time.sleep(0.25)
        seconds = time.monotonic() - begun
    assert child.stdout is not None
    printed = child.stdout.read().strip()
    if child.returncode:
        raise SystemExit(f"failed with {child.returncode}")
    return printed, seconds, peak


def _family(process: int) -> list[int]:
    """The process and all that it started."""
    started = []
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            started += listed.read_text().split()
        except OSError:  # ended in the meantime
            continue
    return [process, *(one for child in started for one in _family(int(child)))]


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def differences(root: Path) -> tuple[int, int, int]:
    """Bad rows that are in the quarantine as planted; planted and not found; found and not planted."""
    files = f"""(
        select sender, parse_path(filename)[-2] as delivery, file.path as path, file.sha256 as file_sha256
        from (select filename, sender, unnest(files) as file from read_json('{root}/inbox/*/*/manifest.json',
            columns = {{sender: 'varchar', files: 'struct(path varchar, sha256 varchar)[]'}}, filename = true))
    )"""
    planted = f"""select file_sha256, feed, row, item, rule
        from '{root}/truth/planted_defects.parquet' join {files} using (sender, delivery, path)"""
    found = f"""select file_sha256, feed, row_no, coalesce(item, ''), rule
        from read_parquet('{root}/landing/_quarantine/*.parquet')"""
    queries = (
        f"({planted}) intersect all ({found})",
        f"({planted}) except all ({found})",
        f"({found}) except all ({planted})",
    )
    with duckdb.connect() as engine:
        same, missed, more = (engine.sql(f"select count(*) from ({query})").fetchall()[0][0] for query in queries)
    return same, missed, more


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("profile", choices=["district", "oblast", "country"])
    arguments.add_argument("--threads", default="2")
    arguments.add_argument("--memory-limit", default="2GB")
    arguments.add_argument("--folder", default=None)
    arguments.add_argument("--no-ingest", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        root = Path(folder)
        printed, seconds, peak = measured(_MAKE, [folder, given.profile, given.threads])
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
        print(f"made      {seconds:7.1f} s  peak {peak / 1e6:7,.0f} MB  {size / 1e9:.2f} GB  {printed}", flush=True)
        if given.no_ingest:
            return
        code_map = PROJECT / "dbt_project" / "seeds" / "code_map.csv"
        printed, seconds, peak = measured(_INGEST, [folder, str(code_map), given.memory_limit])
        print(f"ingested  {seconds:7.1f} s  peak {peak / 1e6:7,.0f} MB  {printed}")
        print("bad rows found {}, missed {}, found and not planted {}".format(*differences(root)))


if __name__ == "__main__":
    main()
