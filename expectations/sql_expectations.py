"""Two expectations in SQL that answer with a count and never with a value of the data.

What is asked of single rows of a table becomes one aggregate each, and Great Expectations sends all aggregates of a
suite as one statement: one scan a table, however many rules it has.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

_BREAKING = "table.rows_that_break"
_FOUND = "table.rows_found"


class _RowsThatBreak(TableMetricProvider):
    metric_name = _BREAKING
    value_keys = ("condition",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805  # Great Expectations passes the class, by this name
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> tuple[sa.ColumnElement[int], dict[str, Any], dict[str, Any]]:
        condition = metric_value_kwargs["condition"]
        counted: sa.ColumnElement[int] = sa.literal_column(f"count(*) filter (where ({condition}) is not true)")
        return counted, metric_domain_kwargs, {}


class _RowsFound(TableMetricProvider):
    metric_name = _FOUND
    value_keys = ("query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805  # Great Expectations passes the class, by this name
        execution_engine: SqlAlchemyExecutionEngine,
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> int:
        # As a column, since SQLAlchemy would read a colon in a text clause as a parameter.
        query = metric_value_kwargs["query"]
        counted: sa.ColumnElement[int] = sa.literal_column(f"(select count(*) from ({query}) as found)")
        return int(execution_engine.execute_query(sa.select(counted)).scalar_one())


class _ExpectNone(BatchExpectation):
    """Holds when the one metric it asks for is 0."""

    def _validate(
        self,
        metrics: dict[str, int],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002  # called by name
        execution_engine: Any = None,  # noqa: ARG002  # called by name
    ) -> dict[str, Any]:
        (found_n,) = (metrics[name] for name in self.metric_dependencies)
        return {"success": found_n == 0, "result": {"observed_value": found_n}}


class ExpectRowsToHold(_ExpectNone):
    """Every row of the table makes `condition`, a SQL expression over its columns, true; null is not true."""

    condition: str
    metric_dependencies: ClassVar[tuple[str, ...]] = (_BREAKING,)
    success_keys: ClassVar[tuple[str, ...]] = ("condition",)


class ExpectNoRowsFound(_ExpectNone):
    """`query`, a SQL statement over any tables of the database, finds no row."""

    query: str
    metric_dependencies: ClassVar[tuple[str, ...]] = (_FOUND,)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)
