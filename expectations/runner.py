"""Runs the suites of a layer over a database and writes what they found to the gate log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from bilimkoz.connection import connect
from bilimkoz.sql import identifier
from expectations.gate_log import GateLog, GateResult
from expectations.suite import Rule, Suite, columns_are_there
from expectations.suites import suites_of

if TYPE_CHECKING:
    from expectations.gx_session import Verdict

_ALL_RULES = "every rule of the suite holds"
_SHOWN_N = 5


def run_suites(
    layer: str,
    database: Path,
    gates_path: Path,
    *,
    run_id: str,
    row_counts: Mapping[str, int] | None = None,
    data_docs: Path | None = None,
    pages: str | None = None,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    suites: Iterable[Suite] | None = None,
    told: Callable[[int, int], None] = lambda *_: None,
) -> list[GateResult]:
    """Judge every table of a layer and append one gate a suite to the run's log.

    A table that is not in the database, or lacks a column or has it with another type, fails its gate; its other rules
    are then not judged. No connection to the database is left open.

    Args:
        layer: `raw` or `marts`, also the name of the database schema.
        database: the candidate warehouse; it must not be open elsewhere in this process with other settings.
        gates_path: `gates.parquet` of the run.
        run_id: the run.
        row_counts: for the raw layer, rows by feed as the load log counts them; a feed that is not named is not held
            to a count.
        data_docs: folder of the run's data docs.
        pages: name of the folder in it where the pages go; that of the layer where none is given.
        memory_limit, temp_directory: of the DuckDB connection.
        suites: in place of the layer's own.
        told: called with how many suites have been judged, and how many there are.

    Returns:
        The results in the order of the suites, with up to five rows for each rule that does not hold.

    Raises:
        ForeignGateLogError: the log at `gates_path` is of another run.
        duckdb.Error: the database cannot be opened.
    """
    # The library takes seconds to load; whoever only asks for the names of the gates does not pay for it.
    from expectations.gx_session import GxSession

    chosen = tuple(suites_of(layer, row_counts) if suites is None else suites)
    own = connect(database, read_only=True, memory_limit=memory_limit, temp_directory=temp_directory)
    with own as connection:
        shapes = _columns_by_table(connection, layer)
        problems = {suite.asset: _shape_problem(suite, shapes) for suite in chosen}
        verdicts = {}
        # This connection keeps the database loaded while the session opens and closes its own for each statement.
        with GxSession(
            database,
            layer,
            pages=data_docs / (pages or layer) if data_docs else None,
            run_id=run_id,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
        ) as session:
            for number, suite in enumerate(chosen):
                told(number, len(chosen))
                if suite.table in shapes:
                    sound = problems[suite.asset] is None
                    rules = (columns_are_there(suite.columns), *(suite.rules if sound else ()))
                    verdicts[suite.asset] = session.judge(suite, rules)
        told(len(chosen), len(chosen))
        results = [_result(connection, suite, problems[suite.asset], verdicts.get(suite.asset, [])) for suite in chosen]
    GateLog(gates_path, run_id).append(results)
    return results


def _columns_by_table(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = ?", [schema]
    ).fetchall()
    for table, column, data_type in rows:
        tables.setdefault(table, {})[column] = data_type
    return tables


def _shape_problem(suite: Suite, shapes: Mapping[str, Mapping[str, str]]) -> str | None:
    shape = shapes.get(suite.table)
    if shape is None:
        return "not in the database"
    missing = [column for column in suite.columns if column not in shape]
    if missing:
        return f"no column {', '.join(missing)}"
    wrong = [(name, kind) for name, kind in suite.columns.items() if kind not in (None, shape[name])]
    return "; ".join(f"{name} is {shape[name]}, not {kind}" for name, kind in wrong) or None


def _result(
    connection: duckdb.DuckDBPyConnection, suite: Suite, problem: str | None, verdicts: list[Verdict]
) -> GateResult:
    if problem is not None:
        return GateResult(suite.gate, suite.asset, False, problem, _ALL_RULES)
    rows_n = _count(connection, suite.asset)
    broken = [verdict for verdict in verdicts if not verdict.holds]
    observed = f"{rows_n} rows; {len(verdicts) - len(broken)} of {len(verdicts)} rules hold"
    if broken:
        observed += "; not: " + ", ".join(_in_words(verdict) for verdict in broken)
    rules = {rule.name: rule for rule in suite.rules}
    failing = {verdict.rule: _shown(connection, suite, rules[verdict.rule]) for verdict in broken if verdict.breaking_n}
    return GateResult(suite.gate, suite.asset, not broken, observed, _ALL_RULES, failing)


def _in_words(verdict: Verdict) -> str:
    return verdict.rule + (" (could not be judged)" if verdict.breaking_n is None else f" ({verdict.breaking_n} rows)")


def _count(connection: duckdb.DuckDBPyConnection, asset: str) -> int:
    (rows_n,) = connection.execute(f"select count(*) from {asset}").fetchall()[0]
    return int(rows_n)


def _shown(connection: duckdb.DuckDBPyConnection, suite: Suite, rule: Rule) -> tuple[Mapping[str, str], ...]:
    """A few rows that break a rule, the same ones each time, without the columns that nobody is to see."""
    offenders = suite.offenders(rule)
    if offenders is None:
        return ()
    described = connection.execute(f"describe {offenders}").fetchall()
    names = [row[0] for row in described if row[0] not in suite.hidden]
    if not names:
        return ()
    shown = ", ".join(f"cast({identifier(name)} as varchar)" for name in names)
    rows = connection.execute(f"select {shown} from ({offenders}) order by all limit {_SHOWN_N}").fetchall()
    return tuple({name: value or "" for name, value in zip(names, row, strict=True)} for row in rows)
