"""A larger file takes more time, not more memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from ingest_inbox import SCHOOL, Inbox

_INGEST = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ingest_inbox import Inbox
from ingest.readers import text
text._BLOCK_BYTES = 6 << 20
done = Inbox(Path(sys.argv[1])).ingest()
counts = done.parses[0]["counts"]["staff_employment"]
# The peak of this process alone; what `resource` tells counts the one that started it too.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(counts["landed_n"], counts["quarantined_n"], peak)
"""


def _peak(root: Path, rows: int) -> tuple[int, int, int]:
    """Rows landed, rows quarantined and peak megabytes of an ingest in its own process, with a limit of 200 MB."""
    root.mkdir()
    inbox = Inbox(root)
    inbox.agree("school", 'register = "school"')
    lines = "".join(f"p{n},{SCHOOL},teacher,2020-09-01,{'1' if n % 1000 else 'many'}\n" for n in range(rows))
    inbox.deliver(
        "school", "1", {"staff.csv": f"person_id,institution_id,position,start_date,load_fte\n{lines}".encode()}
    )
    tests = str(Path(__file__).parent)
    script = _INGEST.replace("Inbox(Path(sys.argv[1])).ingest()", "Inbox(Path(sys.argv[1])).ingest(limit='200MB')")
    told = subprocess.run(
        [sys.executable, "-c", script, str(root), tests], check=True, capture_output=True, text=True
    ).stdout.split()
    return int(told[0]), int(told[1]), int(told[2]) // 1024


def test_peak_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Three times the rows, both several times what is read at once: growth stays under 100 MB, all rows are accounted for."""
    small = _peak(tmp_path / "small", 600_000)
    large = _peak(tmp_path / "large", 1_800_000)
    assert (small[:2], large[:2]) == ((599_400, 600), (1_798_200, 1_800))
    assert large[2] - small[2] < 100
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024 >= large[2] > 0


def test_out_of_memory_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """The run dies and the file stays unread; with memory enough it is read, and was never known as unreadable."""
    inbox = Inbox(tmp_path)
    inbox.agree("school", 'register = "school"')
    record = f'{{"person_id": "p%d", "institution_id": "{SCHOOL}", "position": "t", "start_date": "2020-09-01"}}'
    content = ("[" + ", ".join(record % number for number in range(150_000)) + "]").encode()
    inbox.deliver("school", "1", {"staff.json": content}, rows=150_000)
    with pytest.raises(MemoryError) as caught:
        inbox.ingest(limit="40MB")
    assert "p149999" not in str(caught.value)
    assert inbox.log().entries == []
    assert inbox.ingest(limit="1GB").parses[0]["counts"]["staff_employment"]["landed_n"] == 150_000
