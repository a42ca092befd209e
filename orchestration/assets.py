"""The two ends of the graph: deliveries and raw, and the release. Between them are `dbt_assets` and `estimates`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dagster as dg

from bilimkoz import lock
from bilimkoz.connection import connect
from bilimkoz.project_tests import refuse_unknown_tests
from ingest.contract import contract, target_feeds
from ingest.deliveries import ingest
from ingest.expose import expose
from ingest.problems import Refusal
from ingest.sender import read_all
from orchestration import progress
from orchestration.discretion import discreet
from orchestration.inputs import release_inputs
from orchestration.resources import Pipeline
from orchestration.run import Run, newest_warehouse, places
from publish.release import STAGES, GateFailed, publish_release
from publish.release_record import current_release, goes_aside

LOG_TABLES = ("files", "parses", "quarantine", "texts", "signatures", "answered", "doubles", "senders")


@contextmanager
def _read_out(run: Run) -> Iterator[None]:
    """What a person can mend is kept in the run's folder; a failed step alone would say too little."""
    try:
        yield
    except Refusal as why:
        run.refuse(why)
        raise dg.Failure(why.code, allow_retries=False) from None


@dg.asset(
    group_name="deliveries",
    description="New deliveries of the inbox: checked, judged row by row, and landed.",
    kinds={"python"},
)
@discreet
def deliveries(context: dg.AssetExecutionContext, pipeline: Pipeline) -> dg.MaterializeResult[None]:
    """Lands what is new and settles the as-of date of the run."""
    settings, run = pipeline.settings, pipeline.run(context)
    lock.hold(settings.place("work"))
    run.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _read_out(run):
        refuse_unknown_tests(settings)
        key, now = pipeline.key(), pipeline.moment(context)
        refused: list[tuple[str, Refusal]] = []
        done = ingest(
            places(settings),
            key,
            now,
            settings.memory_limit,
            pipeline.extra_deliveries(now, refused),
            lambda _, number, total: progress.tell("ingest", number, total),
        )
        # Why such a folder is refused says more than that it has no manifest.
        done.refused = [*(item for item in done.refused if item[0] not in dict(refused)), *refused]
        as_of = pipeline.settled_as_of(key.id)
    is_aside = goes_aside(as_of, current_release(settings.root))
    # Other commands go on reading what holds now.
    newest = newest_warehouse(settings) if is_aside else None
    run.remove_others(keep=newest.parent if newest else None)
    run.begin(
        {
            "as_of": as_of.isoformat(),
            "is_aside": is_aside,
            "key_id": key.id,
            "inputs": release_inputs(settings, key.id, as_of),
            "deliveries": [entry["delivery_id"] for entry in done.deliveries],
            "parses": [entry["parse_id"] for entry in done.parses],
            "refused": [{"delivery": name, "code": why.code, "facts": why.facts} for name, why in done.refused],
        }
    )
    counts = [count for parse in done.parses for count in parse["counts"].values()]
    return dg.MaterializeResult(
        metadata={
            "as_of": as_of.isoformat(),
            "deliveries_new": len(done.deliveries),
            "deliveries_refused": len(done.refused),
            "files_parsed": len(done.parses),
            **{
                f"rows_{name}": sum(count[f"{name}_n"] for count in counts)
                for name in ("read", "landed", "quarantined", "repeated", "empty")
            },
        }
    )


@contextmanager
def _missing_kept(run: Run) -> Iterator[None]:
    """Which gates did not run is kept too: their log says nothing of them."""
    try:
        yield
    except GateFailed as why:
        run.lack(why.review.missing)
        raise dg.Failure(str(why), allow_retries=False) from None


def _raw_specs() -> list[dg.AssetSpec]:
    feeds = [
        dg.AssetSpec(
            ["raw", feed],
            deps=[deliveries],
            group_name="raw",
            kinds={"parquet"},
            description=f"Landed rows of {contract(feed).labels['en']}.",
        )
        for feed in target_feeds()
    ]
    return feeds + [
        dg.AssetSpec(
            ["log", name], deps=[deliveries], group_name="log", kinds={"duckdb"}, description=f"Load log: {name}."
        )
        for name in LOG_TABLES
    ]


@dg.multi_asset(specs=_raw_specs(), name="raw")
@discreet
def raw(context: dg.AssetExecutionContext, pipeline: Pipeline) -> Iterator[dg.MaterializeResult[None]]:
    """Opens the candidate warehouse of this run with landing as schema raw and the load log as schema log."""
    settings, run = pipeline.settings, pipeline.run(context)
    run.warehouse.unlink(missing_ok=True)
    with connect(run.warehouse, memory_limit=settings.memory_limit) as connection:
        expose(
            connection,
            settings.place("landing"),
            read_all(settings.place("senders")),
            run.facts["key_id"],
            settings.code_map,
        )
        run.warehouse.chmod(0o600)
        for schema, names in (("raw", target_feeds()), ("log", LOG_TABLES)):
            for name in names:
                rows = connection.execute(f'select count(*) from {schema}."{name}"').fetchall()[0][0]
                yield dg.MaterializeResult(asset_key=[schema, name], metadata={"dagster/row_count": rows})


def release(models: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """The release asset, after every gated asset; it verifies each gate itself and trusts no graph."""
    gated = [*(key for definition in models for key in definition.keys), *raw.keys]

    @dg.asset(
        name="release",
        group_name="release",
        deps=gated,
        kinds={"duckdb"},
        description="The release that readers get, swapped in as one; of an older day, one kept aside.",
    )
    @discreet
    def released(context: dg.AssetExecutionContext, pipeline: Pipeline) -> dg.MaterializeResult[None]:
        settings, run = pipeline.settings, pipeline.run(context)
        with _missing_kept(run):
            published = publish_release(
                settings.root,
                run.warehouse,
                as_of=run.as_of,
                inputs=run.facts["inputs"],
                run_id=context.run.run_id,
                gates_path=run.gates,
                manifest_json=run.dbt_target / "manifest.json",
                at=pipeline.moment(context),
                by="monitoring_run",
                keep_last=settings.releases_kept,
                memory_limit=settings.memory_limit,
                temp_directory=run.spill,
                on_stage=lambda stage: progress.tell("release", STAGES.index(stage) + 1, len(STAGES)),
            )
        return dg.MaterializeResult(
            metadata={
                "release": published.id,
                "tables": len(published.tables["restricted"]),
                "gates": published.gates_n,
            }
        )

    return released
