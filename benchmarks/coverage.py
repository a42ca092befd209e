"""How often the 95 % intervals of the retention marts hold the truth.

    PYTHONPATH=tests/integration:tests/oracle .venv/bin/python benchmarks/coverage.py [replicates] [study:people …]

Cohorts are drawn from the chain of `tests/oracle/career_chain.py`, whose expected shares are computed exactly, and go through
the same `dbt build` as the product. Each replicate is a value of the segment `subject` of one cohort, so its rows of
`retention_index` and `retention_curve` are the replicate's, made by no SQL but theirs.

Days. All start on 1 September, so month j of a career is a calendar month. Who leaves in it has a last day drawn evenly from
those that make it the exit month (last day + 1 within it or on the first of the next), and a next post starts on the first of
a month. Pauses within a stay are of at most 92 days, absences of at least 181, and the tolerance is 120.

Studies: `alone`, independent careers, the plain intervals. `together`, a frailty of the entry institution, drawn anew for each
replicate, with an ICC of .05: intervals that reckon with institutions. `lost`, independent careers at institutions half of
which were last confirmed on an earlier day, people being at one or the other by chance: the curve.

Columns: `bias` of the mean estimate in its standard errors; `error`, the Monte Carlo one of the coverage; coverage outside
93.5–97 % in bold. `expected` is the coverage computed without careers and SQL (`coverage_expected.py`): for `alone` exact, for
`together` from 20 000 draws of counts (error under .2).
`plain` is the coverage of the intervals that take colleagues for independent.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dbt_in_process
import numpy as np
import polars as pl
from career_chain import (
    ESTIMANDS,
    LEVELS,
    NETWORK,
    OUTSIDE,
    POSTS,
    Chain,
    States,
    drawn,
    frailty_variance,
    intraclass,
    shares,
    truth,
)  # fmt: skip
from coverage_expected import DRAWS, by_institution, enumerated
from numpy.typing import NDArray
from retention_world import TYPES, WRITTEN, World, columns_of, write

from bilimkoz.connection import connect
from bilimkoz.settings import Settings
from orchestration.dbt_parse import manifest_path

T0 = np.datetime64("2015-09-01")
#: The window ends 120 days earlier, on 3 October 2018, so that 36 months can be read.
AS_OF = np.datetime64("2019-01-31")
HORIZONS = (12, 36)
#: Of leaving, by month from September: more in the summer, and more in the first year than later.
HAZARD = (*(0.012,) * 9, *(0.04,) * 3, *((*(0.010,) * 9, *(0.03,) * 3) * 3)[:29])
CHAIN = Chain(hazard=HAZARD)
#: Variance of the gamma frailty: ICC .05 of staying at the workplace for 12 months.
FRAILTY = frailty_variance(CHAIN, 0.05)
INSTITUTIONS = {30: 20, 100: 20, 1_000: 40}
#: People of one build, as the memory limit of dbt asks for.
BUILD_PEOPLE = 500_000
LOW, HIGH = 93.5, 97.0
MODELS = ("+retention_index", "+retention_curve")


@dataclass(frozen=True)
class Study:
    name: str
    variance: float = 0
    is_lost: bool = False


STUDIES = {study.name: study for study in (Study("alone"), Study("together", FRAILTY), Study("lost", is_lost=True))}


def institution_of(people: int, institutions: int) -> NDArray[np.intp]:
    """Entry institution of each of a cohort: one at each, the others in numbers that rise evenly from the first to the last."""
    others = (np.arange(people - institutions) + 0.5) / (people - institutions)
    return np.concatenate([np.arange(institutions), (institutions * np.sqrt(others)).astype(np.intp)])


def confirmed(institutions: int, *, is_lost: bool) -> NDArray[np.datetime64]:
    """Day of the last list of each institution. Of the lost, windows end 6 to 34.5 months after the first day."""
    day = np.full(institutions, AS_OF)
    if is_lost:
        months = np.linspace(6, 34.5, institutions // 2)
        day[1::2] = T0 + np.round(months * 365.25 / 12).astype(int) + 120
    return day


def posts(where: States, place: NDArray[np.intp], subject: NDArray[np.intp], last_list: NDArray[np.datetime64],
          random: np.random.Generator) -> pl.DataFrame:  # fmt: skip
    """Rows of the staff feed as it is accepted, from states by month. A stay in a post is a run of one state.

    where: shape (people, months + 1). place: number of the entry institution of each; a school of its network and one outside
        are `last_list` in common with it, so that who moves is followed no further than who stays. subject: replicate of each.
    """
    width = where.shape[1]
    begins = np.ones(where.shape, dtype=bool)
    begins[:, 1:] = where[:, 1:] != where[:, :-1]
    run = np.flatnonzero(begins)
    person, month, state = run // width, run % width, where.ravel()[run]
    following = np.append(run[1:], -1)
    ends = np.where(following // width == person, following % width, width)
    first = T0.astype("datetime64[M]") + np.arange(width + 1)
    starts_on = first[month].astype("datetime64[D]")
    month_begins, month_ends = (first[ends + step].astype("datetime64[D]") for step in (-1, 0))
    days = (month_ends - month_begins).astype(int)
    ends_on = month_begins + (random.random(run.size) * days).astype(int)
    known = last_list[place[person]]
    kept = (state < POSTS) & (starts_on <= known)
    is_open = (ends == width) | (ends_on > known)
    kind = np.select([state == NETWORK, state == OUTSIDE], ["network", "outside"], "entry")
    made = pl.DataFrame(
        {
            "person": person[kept],
            "kind": kind[kept],
            "place": place[person][kept],
            "replicate": subject[person][kept],
            "start_date": starts_on[kept],
            "last_on": ends_on[kept],
            "is_open": is_open[kept],
            "confirmed_on": known[kept],
        }
    )
    return accepted(made)


def accepted(made: pl.DataFrame) -> pl.DataFrame:
    types = columns_of("staff_employment")
    ended = ~pl.col("is_open")
    made = made.with_columns(
        person_id=pl.format("p{}", "person"),
        institution_id=pl.format("{}-{}", "kind", "place"),
        subject=pl.format("r{}", "replicate"),
        end_date=pl.when(ended).then("last_on"),
        end_reason=pl.when(ended).then(pl.lit("resigned")),
        teaching_since=pl.lit(T0.item()),
        position=pl.lit("teacher"),
        position_group=pl.lit("teacher"),
        person_is_local=pl.lit(False),
        is_full_list=pl.lit(True),
        _sender=pl.lit("department"),
        _register=pl.lit("kz.iin"),
        _delivery=pl.lit("delivery"),
        _source_feed=pl.lit("staff_employment"),
        _row=pl.int_range(2, pl.len() + 2),
    )
    absent = [pl.lit(None).alias(name) for name in types if name not in made.columns]
    return made.with_columns(absent).select(pl.col(name).cast(TYPES[kind]) for name, kind in types.items())


def world(study: Study, people: int, replicates: range, random: np.random.Generator) -> World:
    """A cohort for each replicate, all at the same institutions; frailties and places are drawn for each."""
    institutions = INSTITUTIONS[people]
    shape = (len(replicates), people)
    place = np.broadcast_to(institution_of(people, institutions), shape)
    frailty = np.ones(shape)
    if study.is_lost:
        place = random.integers(institutions, size=shape)
    if study.variance:
        each = random.gamma(1 / study.variance, study.variance, (len(replicates), institutions))
        frailty = np.take_along_axis(each, place, axis=1)
    subject = np.repeat(np.array(replicates), people)
    where = drawn(CHAIN, frailty.ravel(), random)
    made = World(as_of=str(AS_OF))
    made.cluster("network")
    for number in range(institutions):
        for kind in ("entry", "network", "outside"):
            made.school(f"{kind}-{number}")
            if kind != "outside":
                made.joins("network", f"{kind}-{number}", "2010-09-01")
    last_list = confirmed(institutions, is_lost=study.is_lost)
    made.frames["staff_employment"] = [posts(where, place.ravel(), subject, last_list, random)]
    return made


_READ = f"""
    select estimand as figure, level, horizon_months as month, index_share as share, index_ci_low as low, index_ci_high as high,
        index_cluster_ci_low as cluster_low, index_cluster_ci_high as cluster_high
    from marts.retention_index
    where segment = 'subject' and cohort_year = '2015/16' and horizon_months in {HORIZONS}
    union all
    select 'survival', level, month, survival_share, survival_ci_low, survival_ci_high,
        case when survival_share in (0, 1) then survival_ci_low else survival_cluster_ci_low end,
        case when survival_share in (0, 1) then survival_ci_high else survival_cluster_ci_high end
    from marts.retention_curve
    where segment = 'subject' and cohort_year = '2015/16' and month in {HORIZONS}"""


def replicated(study: Study, people: int, replicates: int) -> Iterator[pl.DataFrame]:
    """Estimates and intervals by replicate, figure, level and month, from one build after another."""
    step = max(1, BUILD_PEOPLE // people)
    for start in range(0, replicates, step):
        # The first replicates are the same however many follow.
        random = np.random.default_rng([2026, list(STUDIES).index(study.name), people, start])
        cohorts = world(study, people, range(start, min(start + step, replicates)), random)
        with tempfile.TemporaryDirectory() as folder:
            warehouse = Path(folder) / "warehouse.duckdb"
            write(cohorts, warehouse)
            dbt_in_process.build(warehouse, str(AS_OF), MODELS, without=[f"+{model}" for model in WRITTEN], tests=False)
            with connect(warehouse, read_only=True) as connection:
                yield connection.execute(_READ).pl()


def lines(study: Study, people: int, found: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """Rows of the table: of each figure, level and month."""
    for (figure, level, month), part in sorted(found.group_by("figure", "level", "month"), key=_order):
        if study.is_lost and figure != "survival":
            continue
        p = float(truth(CHAIN, study.variance)[_outcome(figure, level)][month])
        held = part.drop_nulls("low").select(
            plain=pl.col("low").le(p) & pl.col("high").ge(p),
            cluster=pl.col("cluster_low").le(p) & pl.col("cluster_high").ge(p),
        )
        plain = held["plain"].to_numpy().mean()
        judged = held["cluster"].to_numpy().mean() if study.variance else plain
        share = part["share"].drop_nulls().to_numpy()
        yield (
            study.name,
            str(people),
            f"{figure}, {level}, {month}",
            f"{p:.4f}",
            f"{(share.mean() - p) / (share.std() / share.size**0.5):+.1f}",
            str(held.height),
            f"{100 * judged:.2f}" if LOW <= 100 * judged <= HIGH else f"**{100 * judged:.2f}**",
            f"{100 * (judged * (1 - judged) / held.height) ** 0.5:.2f}",
            *expected(study, people, figure, level, month, p),
            f"{100 * plain:.2f}" if study.variance else "",
        )


def expected(study: Study, people: int, figure: str, level: str, month: int, p: float) -> tuple[str, str]:
    """Coverage to be expected and the ICC, where they are known."""
    if study.is_lost:
        return "", ""
    if not study.variance:
        return f"{100 * enumerated(figure, people, p):.2f}", ""
    outcome, random = _outcome(figure, level), np.random.default_rng([2026, people, month])
    sizes = np.bincount(institution_of(people, INSTITUTIONS[people]))
    frailty = random.gamma(1 / study.variance, study.variance, (DRAWS, sizes.size))
    # The share retained is smooth in the frailty, so a fine grid of exact values serves.
    grid = np.linspace(0, frailty.max(), 2_000)
    chances = np.interp(frailty, grid, shares(CHAIN, grid)[outcome][month])
    covered = by_institution(figure, sizes, chances, p, random)
    icc = intraclass(CHAIN, study.variance)[outcome][month - 1]
    return f"{100 * covered:.2f}", f"{icc:.3f}"


def _outcome(figure: str, level: str) -> tuple[str, str]:
    return "continuous" if figure == "survival" else figure, level


def _order(group: tuple[tuple[Any, ...], pl.DataFrame]) -> tuple[int, int, int]:
    figure, level, month = group[0]
    return (*ESTIMANDS, "survival").index(figure), list(LEVELS).index(level), month


HEAD = (
    "study", "people", "figure", "truth", "bias", "replicates", "coverage", "error", "expected", "ICC", "plain",
)  # fmt: skip


def main() -> None:
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    asked = sys.argv[2:] or [f"{name}:{people}" for name in STUDIES for people in INSTITUTIONS]
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    with tempfile.TemporaryDirectory() as folder:
        parsed = Settings(data_root=Path(folder))
        manifest_path(parsed)
        dbt_in_process.know(parsed)
        for name, people in (one.split(":") for one in asked):
            begun = time.perf_counter()
            rows = pl.concat(replicated(STUDIES[name], int(people), replicates))
            for line in lines(STUDIES[name], int(people), rows):
                print("| " + " | ".join(line) + " |", flush=True)
            print(f"{name} {people}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
