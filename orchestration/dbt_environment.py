"""What dbt is told of the machine and of a run, without the key."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from bilimkoz import secret
from bilimkoz.settings import Settings

#: Unit tests judge the SQL by rows of their own and not what was delivered: they are of the tests, and no gates of a run.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def executable() -> str:
    return str(Path(sys.executable).parent / "dbt")


def candidate(settings: Settings) -> Path:
    """The folder of the run, under one name for all runs; `reuse_parse` makes it lead there.

    dbt counts the paths of its profile among what a parse depends on, and would parse the project anew for each run.
    """
    return settings.place("work") / "dbt" / ".candidate"


def environment(settings: Settings, warehouse: Path, spill: Path, as_of: date | None = None) -> dict[str, str]:
    """What dbt needs to know of the machine, and of the run: what happened after `as_of` is not known to it."""
    if warehouse.parent.parent == settings.place("work"):
        warehouse, spill = candidate(settings) / warehouse.name, candidate(settings) / spill.name
    return ({"BILIMKOZ_AS_OF": as_of.isoformat()} if as_of else {}) | {
        "BILIMKOZ_WAREHOUSE": str(warehouse),
        "BILIMKOZ_TEMP": str(spill),
        "BILIMKOZ_MEMORY_LIMIT": settings.memory_limit,
        "BILIMKOZ_THREADS": str(settings.threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        # Its log file would quote rows in the words of errors.
        "DBT_LOG_LEVEL_FILE": "none",
    }


def inherited() -> dict[str, str]:
    """The environment of this process as dbt may have it."""
    with secret.hidden():
        return dict(os.environ)
