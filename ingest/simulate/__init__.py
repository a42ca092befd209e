"""Deliveries of an oblast that does not exist, with known truth: `simulate` writes them; `chain` says what is true.

How the world is made is written down in docs/methods/simulator.md.
"""

from __future__ import annotations

from ingest.simulate.summary import SimulationSummary
from ingest.simulate.whole import is_occupied, simulate, world_of

__all__ = ["SimulationSummary", "is_occupied", "simulate", "world_of"]
