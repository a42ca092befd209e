"""One run at a time, whoever starts it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bilimkoz import lock

TRY = """
import sys
from pathlib import Path
from bilimkoz.lock import BusyError, run_lock
try:
    with run_lock(Path(sys.argv[1])):
        print("held")
except BusyError:
    print("busy")
"""

READ = """
import sys
from pathlib import Path
from bilimkoz.lock import BusyError, read_lock
try:
    with read_lock(Path(sys.argv[1])):
        pass
except BusyError:
    sys.exit(9)
"""

KILLED = """
import os, signal, sys
from pathlib import Path
from bilimkoz.lock import hold
hold(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def _try(work: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", TRY, str(work)], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_second_process_is_turned_away_until_the_first_is_done(tmp_path: Path) -> None:
    with lock.run_lock(tmp_path):
        assert _try(tmp_path) == "busy"
        lock.hold(tmp_path)
        assert _try(tmp_path) == "busy"
    assert _try(tmp_path) == "held"


def test_a_reader_keeps_runs_waiting_and_a_run_turns_readers_away(tmp_path: Path) -> None:
    """A run asks for five seconds, since who reads is done in moments; a reader does not wait for a run."""
    assert _try(tmp_path) == "held"
    with lock.read_lock(tmp_path), lock.read_lock(tmp_path):
        assert _try(tmp_path) == "busy"
    with lock.run_lock(tmp_path):
        with lock.read_lock(tmp_path):
            assert _try(tmp_path) == "busy"
        assert subprocess.run([sys.executable, "-c", READ, str(tmp_path)], check=False).returncode == 9
    waiting = subprocess.Popen([sys.executable, "-c", TRY, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with lock.read_lock(tmp_path):
        time.sleep(0.5)
    assert waiting.communicate()[0].strip() == "held"


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """A process that is killed while it holds the lock leaves none behind."""
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False).returncode == -9
    assert _try(tmp_path) == "held"
