"""What Dagster is given. Loading it needs no key and opens no warehouse."""

from __future__ import annotations

import dagster as dg

from bilimkoz.settings import Settings
from orchestration import assets, checks, dbt, dbt_assets, estimates
from orchestration.jobs import monitoring_run
from orchestration.resources import Pipeline

#: Names of the steps that judge the marts of each build.
MARTS = ("marts", "marts_estimated", "marts_indexed")


def build(settings: Settings) -> dg.Definitions:
    """The definitions for one installation."""
    models = dbt_assets.dbt_models(settings)
    return dg.Definitions(
        assets=[assets.deliveries, assets.raw, *models, *estimates.all_stages(), assets.release(models)],
        asset_checks=[
            checks.suite_checks("raw"),
            *(
                checks.suite_checks("marts", name, dbt_assets.marts_of(made))
                for name, made in zip(MARTS, models, strict=True)
            ),
            checks.gates_of_pipeline,
            checks.silent_cohort,
        ],
        jobs=[monitoring_run],
        resources={"pipeline": Pipeline(), "dbt_cli": dbt.resource(settings)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Those of this installation; made when Dagster asks, so that importing this module reads nothing."""
    return build(Settings())
