"""A fault of the engine in a step outside dbt is told by its kind: what it quotes is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from bilimkoz.connection import connect
from expectations.runner import run_suites
from expectations.suite import Rule, Suite
from ingest.problems import Refusal
from orchestration import assets, checks
from orchestration.discretion import FaultError, discreet, unquoted

PLANTED = "810101300018"


def _duckdb() -> None:
    with connect(None) as connection:
        connection.execute(f"select cast('{PLANTED}x' as integer)")


def _polars() -> None:
    pl.Series([f"{PLANTED}x"]).cast(pl.Int64)


def _python() -> None:
    int(f"{PLANTED}x")


def _nested() -> None:
    try:
        _duckdb()
    except duckdb.Error as error:
        raise RuntimeError(PLANTED) from error


@pytest.mark.parametrize("fault", [_duckdb, _polars, _python, _nested])
def test_events_name_the_kind_of_fault_and_where(fault: Callable[[], None], capfd: pytest.CaptureFixture[str]) -> None:
    """In the store of events and on the terminal, which `run` writes to run.log."""

    @dg.asset
    def step() -> None:
        with unquoted():
            fault()

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([step], instance=instance, raise_on_error=False)
        stored = "".join(
            record.event_log_entry.to_json() for record in instance.get_records_for_run(result.run_id).records
        )
    assert not result.success
    printed = "".join(capfd.readouterr())
    assert "STEP_FAILURE" in printed
    assert PLANTED not in stored
    assert PLANTED not in printed
    kinds = {
        _duckdb: "ConversionException",
        _polars: "InvalidOperationError",
        _python: "ValueError",
        _nested: "RuntimeError",
    }
    for text in (stored, printed):
        assert kinds[fault] in text
        assert fault.__name__ in text


def test_ours_speak_for_themselves_and_not_for_what_they_follow_from() -> None:
    def refuse() -> None:
        try:
            _duckdb()
        except duckdb.Error as error:
            raise Refusal("key_missing") from error

    with pytest.raises(Refusal, match="key_missing") as caught, unquoted():
        refuse()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_step_is_discreet() -> None:
    """Steps that yield, too: a fault after the first result is told the same way."""
    steps = [assets.deliveries, assets.raw, checks.suite_checks("raw"), checks.gates_of_pipeline, checks.silent_cohort]
    for step in steps:
        assert hasattr(step.op.compute_fn.decorated_fn, "__wrapped__"), step.op.name  # type: ignore[union-attr]

    @discreet
    def yielding() -> Iterator[int]:
        yield 1
        _duckdb()

    taken = yielding()
    assert next(taken) == 1
    with pytest.raises(FaultError) as caught:
        next(taken)
    assert PLANTED not in str(caught.value)


def test_a_rule_that_cannot_be_judged_quotes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Great Expectations keeps what the engine said with the verdict, and writes it on its pages."""
    database = tmp_path / "warehouse.duckdb"
    with connect(database) as connection:
        connection.execute(f"create schema raw; create table raw.t as select '{PLANTED}x' as s")
    rules = (
        Rule("a condition", "a condition", condition="cast(s as integer) > 0"),
        Rule("a query", "a query", query="select 1 from raw.t where cast(s as integer) > 0"),
    )
    suite = Suite(layer="raw", table="t", description="texts", columns={"s": None}, rules=rules)
    pages, gates = tmp_path / "pages", tmp_path / "gates.parquet"
    (result,) = run_suites("raw", database, gates, run_id="run-1", suites=[suite], data_docs=pages)
    assert not result.passed
    assert "could not be judged" in result.observed
    said = [*capfd.readouterr(), caplog.text, str(result), str(pl.read_parquet(gates).to_dicts())]
    written = [path.read_text(errors="replace") for path in pages.rglob("*") if path.is_file()]
    assert written
    assert not [text for text in (*said, *written) if PLANTED in text]
