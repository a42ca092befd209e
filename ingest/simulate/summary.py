"""What a simulation wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SimulationSummary:
    """What was written. `rows_n` counts records of tables, cards and institutions in open data, bad ones too."""

    deliveries_n: int
    files_n: int
    rows_n: int
    defects_n: int
    paths: dict[str, Path]
