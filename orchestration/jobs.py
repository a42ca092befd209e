"""Jobs."""

from __future__ import annotations

import dagster as dg

#: Everything from the inbox to the release, with every gate. One process: DuckDB takes one writer.
monitoring_run = dg.define_asset_job(
    "monitoring_run",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="From the deliveries in the inbox to a gated release.",
)
