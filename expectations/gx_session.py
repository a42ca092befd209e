"""Great Expectations over one schema of one DuckDB file: suites go in, verdicts and pages come out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# Before the library is imported, which reads it then.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation
from sqlalchemy import URL, NullPool

from expectations import data_docs
from expectations.duckdb_dialect import DRIVER, DuckDBSource
from expectations.sql_expectations import ExpectNoRowsFound, ExpectRowsToHold
from expectations.suite import Rule, Suite

# Counts only: no value of the data may stand in a result, and so on a page.
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
_SITE = "data_docs"


@dataclass(frozen=True)
class Verdict:
    """What became of one rule. `breaking_n` is None where nothing could be counted."""

    rule: str
    holds: bool
    breaking_n: int | None


class GxSession:
    """A context of Great Expectations that lives as long as the `with` block; it keeps nothing outside `pages`.

    Connections are opened read-only for each statement and closed after it; none is left when the block ends.

    Args:
        database: the DuckDB file.
        schema: the schema whose tables are judged.
        pages: folder for the data docs, written when the block ends without an error; None for no pages.
        run_id: stands on the pages.
        memory_limit, temp_directory: of the connection; they must be those of any other connection to the same file.
    """

    def __init__(
        self,
        database: Path,
        schema: str,
        *,
        pages: Path | None,
        run_id: str,
        memory_limit: str | None = None,
        temp_directory: Path | None = None,
    ) -> None:
        options = {"memory_limit": memory_limit, "temp_directory": str(temp_directory) if temp_directory else None}
        url = URL.create(DRIVER.replace(".", "+"), database=str(database))
        url = url.update_query_dict({name: value for name, value in options.items() if value is not None})
        self._pages = pages
        self._run = RunIdentifier(run_name=run_id)
        self._context = gx.get_context(mode="ephemeral", project_config=_configuration(pages))
        # It would write the whole configuration, every table of it, twice a table, to a store in memory that nobody reads.
        self._context._save_project_config = _save_nothing  # type: ignore[method-assign]
        self._source = DuckDBSource(
            name=schema,
            connection_string=url.render_as_string(hide_password=False),
            kwargs={"poolclass": NullPool},
            database_schema=schema,
        )
        self._context.add_datasource(datasource=self._source)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._pages is not None:
                self._context.build_data_docs(site_names=[_SITE])
                data_docs.make_self_contained(self._pages)
        finally:
            self._source.get_execution_engine().engine.dispose()
            self._source.get_engine().dispose()

    def judge(self, suite: Suite, rules: tuple[Rule, ...]) -> list[Verdict]:
        """The verdict on each of `rules` for the suite's table, which must be there, in the order of the rules."""
        batch = self._source.add_table_asset(suite.table).add_batch_definition_whole_table("all rows")
        wanted = gx.ExpectationSuite(name=suite.asset, expectations=[_expectation(rule) for rule in rules])
        definition = gx.ValidationDefinition(name=suite.asset, data=batch, suite=self._context.suites.add(wanted))
        self._context.validation_definitions.add(definition)
        outcome = definition.run(result_format=_COUNTS_ONLY, run_id=self._run)
        found = {item.expectation_config.meta["rule"]: item for item in outcome.results if item.expectation_config}
        return [Verdict(rule.name, bool(found[rule.name].success), _breaking(found[rule.name])) for rule in rules]


def _save_nothing() -> None:
    """Of a context that ends with its block there is nothing to save."""


def _configuration(pages: Path | None) -> DataContextConfig:
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        # A page of what was asked would say again what the page of what was found says.
        "site_section_builders": {"expectations": "None", "profiling": "None"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(pages)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_how_to_buttons": False},
    }
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={} if pages is None else {_SITE: site},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )


def _expectation(rule: Rule) -> Expectation:
    kind: Any
    arguments: Mapping[str, Any]
    if rule.built_in is not None:
        kind, arguments = getattr(gx.expectations, rule.built_in[0]), rule.built_in[1]
    elif rule.condition is not None:
        kind, arguments = ExpectRowsToHold, {"condition": rule.condition}
    else:
        kind, arguments = ExpectNoRowsFound, {"query": rule.query}
    made: Expectation = kind(**arguments, description=rule.description, meta={"rule": rule.name})
    return made


def _breaking(outcome: Any) -> int | None:
    counted = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
    return counted if isinstance(counted, int) else None
