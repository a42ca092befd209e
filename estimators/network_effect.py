"""Network against control: what joining a network changes (indicator VN; methodological guide, lines 10357-10366 and 10396-10404:
control cohorts and seasonal corrections are mandatory).

What is estimated is described in docs/methods/network-effect.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import polars as pl
from scipy.special import stdtr, stdtrit

from estimators.bounds import minimum_n, thresholds
from estimators.group_time import Cell, Ints, Scores, average, covariance
from estimators.network_panel import Outcome, outcomes
from estimators.parallel_trends import bias_per_step, largest_step, same_way
from estimators.wild_bootstrap import WildBootstrap

EFFECTS = pl.Schema(
    {
        "outcome": pl.String,
        "aggregation": pl.String,
        "aggregation_value": pl.String,
        "clusters_n": pl.Int64,
        "institutions_n": pl.Int64,
        "control_institutions_n": pl.Int64,
        "effect_value": pl.Float64,
        "effect_se": pl.Float64,
        "effect_ci_low": pl.Float64,
        "effect_ci_high": pl.Float64,
        "effect_p_value": pl.Float64,
        "status": pl.String,
    }
)
CHECKS = pl.Schema(
    {
        "outcome": pl.String,
        "years_before_n": pl.Int64,
        "trend_p_value": pl.Float64,
        "detectable_trend_value": pl.Float64,
        "largest_step_value": pl.Float64,
        "bound_ci_low": pl.Float64,
        "bound_ci_high": pl.Float64,
        "breakdown_value": pl.Float64,
        "status": pl.String,
    }
)
#: What is told of every release, by a figure or by why there is none.
OUTCOMES = (
    "score",
    "residual",
    "attendance",
    "staff_stability",
    "intake_prior",
    "intake_disadvantaged",
    "intake_special_needs",
)
#: Years since joining that are told each for itself.
EVENT_YEARS = range(-5, 9)
#: What pupils knew a year before: from the second year on the network has had a part in it, so the year of joining alone is told.
_OF_THE_YEAR_BEFORE = "intake_prior"


@dataclass(frozen=True)
class Rules:
    """Bounds of seeds.minimum_n and thresholds.

    Attributes:
        pupils: results, lessons or posts that a mean of an institution is told of.
        clusters, bootstrapped: clusters that joined under which there is no interval, and under which it is bootstrapped.
        controls: clusters of errors that had not joined, or what is worth as many of one size.
        anticipation: years before joining in which it may change something already.
    """

    pupils: int
    clusters: int
    bootstrapped: int
    controls: int
    anticipation: int


def network_effect(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Effects of joining by outcome, and how far they can be trusted.

    Returns:
        network_effect: EFFECTS, in units of the outcome. aggregation: overall; cohort (school year of joining); calendar
        (school year of the outcome); event (years since joining; under 0 before). status: ok; few_clusters (a bootstrap's
        interval); too_few (clusters: an effect without interval, and none of one cluster); and without a figure
        too_few_controls, no_year_before, not_yet_observed (joined too late), not_applicable (nobody joined), not_collected
        (nobody has delivered what it is told of) and not_estimable (scores are there, and no model of value added).
        network_effect_check: CHECKS, a row for each outcome whose overall effect has an interval.
    """
    minimum, bounds = minimum_n(connection), thresholds(connection)
    rules = Rules(
        pupils=minimum["value_added"],
        clusters=max(2, minimum["network_effect"]),
        bootstrapped=minimum["network_interval"],
        controls=minimum["network_controls"],
        anticipation=int(bounds["network_anticipation_years"]),
    )
    effects, checks = [], []
    for every in outcomes(connection, rules.pupils, rules.anticipation):
        last = 0 if every.name == _OF_THE_YEAR_BEFORE else np.inf
        usable = [cell for cell in every.cells if cell.since <= last and _is_compared(cell, every, rules)]
        outcome = replace(every, cells=usable)
        rows = list(_effects(outcome, rules)) or [_absent(every)]
        effects += rows
        checks += _checks(outcome, rows[0], rules)
    told = {str(row["outcome"]) for row in effects}
    effects += [_row_without(name, _why_unknown(connection, name)) for name in OUTCOMES if name not in told]
    return {
        "network_effect": pl.DataFrame(effects, schema=EFFECTS),
        "network_effect_check": pl.DataFrame(checks, schema=CHECKS),
    }


def _effects(outcome: Outcome, rules: Rules) -> Iterator[dict[str, object]]:
    """Rows of EFFECTS, the overall one first; none if nothing is known of members after joining."""
    if not any(cell.since >= 0 for cell in outcome.cells):
        return
    for aggregation, of in _aggregations(outcome.cells).items():
        for value, chosen in of.items():
            yield {
                "outcome": outcome.name,
                "aggregation": aggregation,
                "aggregation_value": value,
                **_told(chosen, average(chosen, outcome.cluster), rules),
            }


def _absent(outcome: Outcome) -> dict[str, object]:
    """The row of an outcome without figures, and why."""
    if any(cell.since >= 0 for cell in outcome.cells):
        status = "too_few_controls"
    elif outcome.cells:
        status = "not_yet_observed"
    else:
        status = "no_year_before" if outcome.members_n else "not_applicable"
    return _row_without(outcome.name, status)


def _row_without(name: str, status: str) -> dict[str, object]:
    return {"outcome": name, "aggregation": "overall", "aggregation_value": "all", "status": status}


def _why_unknown(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Why no institution has a mean of an outcome: nothing was delivered, all of them are small, or no model was fitted."""
    if name == "residual":
        ((scored,),) = connection.execute("select count(*) from intermediate.int_value_added_gram").fetchall()
        return "not_estimable" if scored else "not_collected"
    ((given, of_members),) = connection.execute(
        """select count(*), count(s.institution_id) from intermediate.int_network_outcome as o
        left join intermediate.int_network_start as s using (institution_id, term) where o.outcome = ?""",
        [name],
    ).fetchall()
    if not given:
        return "not_collected"
    return "no_year_before" if of_members else "not_applicable"


def _is_compared(cell: Cell, outcome: Outcome, rules: Rules) -> bool:
    """Whether the cell has controls, in as many clusters of errors as are asked for, or what is worth as many."""
    # Twenty of one size are twenty, but for rounding.
    return cell.effective_controls(outcome.cluster) >= rules.controls - 1e-9


def _aggregations(of: list[Cell]) -> dict[str, dict[str, list[Cell]]]:
    """Cells by what they are put together to."""
    after = [cell for cell in of if cell.since >= 0]
    return {
        "overall": {"all": after},
        "cohort": _by((_label(cell.joined), cell) for cell in after),
        "calendar": _by((_label(cell.year), cell) for cell in after),
        "event": _by((str(cell.since), cell) for cell in of if cell.since in EVENT_YEARS),
    }


def _by(pairs: Iterable[tuple[str, Cell]]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for value, cell in pairs:
        found.setdefault(value, []).append(cell)
    return found


def _label(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _told(chosen: list[Cell], scores: Scores, rules: Rules) -> dict[str, object]:
    told: dict[str, object] = {
        "clusters_n": scores.networks_n,
        "institutions_n": len(np.unique(np.concatenate([cell.units for cell in chosen]))),
        "control_institutions_n": len(np.unique(np.concatenate([cell.controls for cell in chosen]))),
        "status": "too_few",
    }
    # Of one network it would be what one network did.
    if scores.networks_n > 1:
        told["effect_value"] = scores.effect
    if scores.networks_n < rules.clusters:
        return told
    error = float(np.sqrt(scores.variance))
    told["effect_se"] = error
    if scores.networks_n < rules.bootstrapped:
        drawn = WildBootstrap(scores)
        (low, high), p_value = drawn.interval(), drawn.p_value()
    else:
        half = float(stdtrit(scores.df, 0.975)) * error
        low, high = scores.effect - half, scores.effect + half
        p_value = 2 * float(stdtr(scores.df, -abs(scores.effect) / error)) if error else float(np.nan)
    return told | {
        "effect_ci_low": _or_none(low),
        "effect_ci_high": _or_none(high),
        "effect_p_value": _or_none(p_value),
        "status": "few_clusters" if scores.networks_n < rules.bootstrapped else "ok",
    }


def years_before(of: list[Cell], cluster: Ints, least_networks: int, anticipation: int = 0) -> dict[int, Scores]:
    """Averages by years since joining, of those before the one that changes are measured from, which is -1."""
    by_year = _by((str(cell.since + anticipation), cell) for cell in of if cell.since + anticipation < -1)
    found = {int(since): average(chosen, cluster) for since, chosen in by_year.items()}
    return {since: scores for since, scores in found.items() if scores.networks_n >= least_networks}


def _checks(outcome: Outcome, overall: dict[str, object], rules: Rules) -> list[dict[str, object]]:
    """A row of CHECKS of an outcome that has an interval."""
    low, high, effect = overall.get("effect_ci_low"), overall.get("effect_ci_high"), overall.get("effect_value")
    if not isinstance(low, float) or not isinstance(high, float) or not isinstance(effect, float):
        return []
    told: dict[str, object] = {"outcome": outcome.name, "status": "ok"}
    before = years_before(outcome.cells, outcome.cluster, rules.clusters, rules.anticipation)
    told["years_before_n"] = len(before)
    if not before:
        return [told | {"status": "no_year_before"}]
    since = np.array(sorted(before), dtype=float)
    ordered = [before[int(year)] for year in since]
    effects = np.array([scores.effect for scores in ordered])
    clusters = int(np.any([scores.shares > 0 for scores in ordered], axis=0).sum())
    trend = same_way(effects, covariance(ordered), since, clusters)
    step = largest_step(effects, since)
    after = [cell for cell in outcome.cells if cell.since >= 0]
    weight = np.array([cell.weight for cell in after])
    bias = step * bias_per_step(
        weight / weight.sum(), np.array([cell.since + rules.anticipation for cell in after], dtype=float)
    )
    nearest = low if effect > 0 else -high
    return [
        told
        | {
            "trend_p_value": _or_none(trend.p_value),
            "detectable_trend_value": _or_none(trend.detectable),
            "largest_step_value": step,
            "bound_ci_low": low - bias,
            "bound_ci_high": high + bias,
            "breakdown_value": max(nearest, 0.0) / bias if bias else None,
        }
    ]


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
