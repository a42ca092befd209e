"""dbt with less to do beside its work: `python -m orchestration.dbt_main build …` in place of `dbt build …`.

A run has some five hundred nodes, most of which are asked and answered in milliseconds; the time goes into what dbt does
around them. It reads the project anew and writes down what it read, although `dbt_parse` has just made sure of both; it
fills and words events of which nobody asked to hear; and it looks through all its objects for garbage again and again,
tens of thousands of which are the project and stay. Needs nothing of Dagster.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

#: Of these there are some twenty a node, and dbt itself takes notice of none.
_UNHEARD = {EventLevel.TEST, EventLevel.DEBUG}
#: Objects made between two looks for garbage; Python's own 700 are a fraction of what one node makes.
_OBJECTS = 50_000
_fire = EventManager.fire_event


def _fire_what_is_heard(
    self: EventManager, e: BaseEvent, level: EventLevel | None = None, *arguments: Any, **options: Any
) -> None:
    """Fires an event, unless it is for debugging and no logger listens to such."""
    if (level or e.level_tag()) not in _UNHEARD or any(logger.level in _UNHEARD for logger in self.loggers):
        _fire(self, e, level, *arguments, **options)


def fire_only_what_is_heard() -> None:
    """dbt makes the line of each event before it asks whether the line is wanted. From now on it asks first."""
    EventManager.fire_event = _fire_what_is_heard  # type: ignore[method-assign]


def read_parse(folder: Path) -> Manifest:
    """The project as a parse in that folder has it. From now on this process makes less of dbt's events and garbage."""
    manifest = Manifest.from_msgpack((folder / "partial_parse.msgpack").read_bytes())
    # What macros see as `graph`; dbt makes it when it reads a project.
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    fire_only_what_is_heard()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    return manifest


def main(arguments: list[str]) -> int:
    """Runs dbt on the parse that lies in its target folder (`dbt_parse.reuse_parse`); returns dbt's exit code."""
    manifest = read_parse(Path(os.environ["DBT_TARGET_PATH"]))
    done = dbtRunner(manifest=manifest).invoke(arguments)
    if done.exception is not None:
        return 2
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
