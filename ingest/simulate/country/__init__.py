"""Whole oblasts and countries of deliveries with known truth, as large as real ones.

`scenario` says what may hold in a country, `size` how large it is, `schools`, `pupils`, `staff` and the other modules how
one oblast comes about, `oblast` puts one together and `make` all of them. The model is written down in
docs/methods/simulator.md.
"""

from __future__ import annotations

from ingest.simulate.country.make import write_country
from ingest.simulate.country.scenario import SCENARIOS
from ingest.simulate.country.size import SIZES
from ingest.simulate.country.world import Order

__all__ = ["SCENARIOS", "SIZES", "Order", "write_country"]
