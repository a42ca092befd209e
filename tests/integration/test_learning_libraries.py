"""The marts of learning in a world of chance, against statsmodels and scipy: errors by institution are those of a regression with
clusters, the spread that of an analysis of variance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from learning_world import LearningWorld, label, one
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")
PASS = [("2023/24", "all", 151), ("2023/24", "physics", 52)]
Figure = tuple[float, float, int]


class Chance(LearningWorld):
    """Fifty-two schools of one to eight pupils a year; what is told of a pupil is kept, to be reckoned with here."""

    def __init__(self) -> None:
        super().__init__()
        self.rng = np.random.default_rng(20260915)
        self.told: list[dict[str, Any]] = []
        self.tests: list[dict[str, Any]] = []
        for school in range(52):
            # The last two stand in no register.
            if school < 50:
                self.school(f"S{school:02}", "city" if school % 2 else "village")
        for year in (2023, 2024):
            for school in range(52):
                # One school has no pupils in the first year, another none in the second.
                if (year, school) not in ((2023, 0), (2024, 1)):
                    self.year(year, school)
        self.build_scales()

    def year(self, year: int, school: int) -> None:
        name = f"S{school:02}"
        level = self.rng.normal(0, 5) + (4 if school % 2 else 0)
        for number in range(int(self.rng.integers(1, 9))):
            pupil = f"{year}-{school}-{number}"
            disadvantaged = [True, False, False, None, "off"][int(self.rng.integers(0, 5))]
            if disadvantaged != "off":
                self.on_roll(pupil, name, year, disadvantaged)
            before = round(float(self.rng.normal(48, 9)), 1) if self.rng.random() < 0.9 else None
            level_here = level + 0.5 * ((before or 48) - 48) - 3 * (disadvantaged is True)
            score = round(float(50 + level_here + self.rng.normal(0, 8)), 1)
            if before is not None:
                # Some came from another school.
                former = f"S{(school + 1) % 52:02}" if self.rng.random() < 0.2 else name
                self.score(pupil, former, year - 1, before, grade=5)
            self.score(pupil, name, year, score)
            place = "unknown" if school >= 50 else "urban" if school % 2 else "rural"
            side = "true" if disadvantaged is True else "false" if disadvantaged is False else "unknown"
            self.told.append(
                {"year": year, "school": school, "place": place, "side": side, "score": score, "before": before}
            )
            if year == 2023:
                points = {"mathematics": round(2 * score), "physics": round(before or 50)}
                for subject, value in points.items():
                    self.score(pupil, name, year, value, grade=11, subject=subject, test="ubt")
                self.tests.append({"school": school, "side": side, **points})

    def build_scales(self) -> None:
        """Standard scores: of grade 5 on 2022, of grade 6 on 2023."""
        first = [row for row in self.told if row["year"] == 2023]
        before = np.array([row["before"] for row in first if row["before"] is not None])
        scores = np.array([row["score"] for row in first])
        for row in self.told:
            row["z"] = (row["score"] - scores.mean()) / scores.std()
            row["gain"] = None if row["before"] is None else row["z"] - (row["before"] - before.mean()) / before.std()


@pytest.fixture(scope="module")
def chance() -> Chance:
    return Chance()


@pytest.fixture(scope="module")
def warehouse(chance: Chance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    built: Path = chance.build(tmp_path_factory.mktemp("chance"), PASS)
    with connect(built, read_only=True) as connection:
        yield connection


def regressed(y: Any, columns: list[Any], schools: Any) -> Figure:
    """The last coefficient with its error by school, without the correction for the number of columns, and the schools."""
    x = np.column_stack([np.ones(len(y)), *columns])
    schools = np.array(schools)
    fit = sm.OLS(np.array(y, dtype=float), x).fit(
        cov_type="cluster", cov_kwds={"groups": schools, "use_correction": False}
    )
    clusters = len(set(schools.tolist()))
    return fit.params[-1], fit.bse[-1] * (clusters / (clusters - 1)) ** 0.5, clusters


def agree(row: dict[str, Any], prefix: str, figure: str, wanted: Figure) -> None:
    estimate, error, clusters = wanted
    t = stats.t.ppf(0.975, clusters - 1)
    assert row[figure] == pytest.approx(estimate, abs=1e-6)
    assert row[f"{prefix}_se"] == pytest.approx(error, rel=1e-5)
    assert row[f"{prefix}_ci_low"] == pytest.approx(estimate - t * error, abs=1e-5)
    assert row[f"{prefix}_ci_high"] == pytest.approx(estimate + t * error, abs=1e-5)


@pytest.mark.parametrize("measure", ["score", "gain"])
@pytest.mark.parametrize("year", [2023, 2024])
@pytest.mark.parametrize(("segment", "value"), [("all", "all"), ("urban_rural", "rural"), ("disadvantaged", "unknown")])
def test_means(warehouse: Any, chance: Chance, measure: str, year: int, segment: str, value: str) -> None:
    column = {"score": "z", "gain": "gain"}[measure]
    told = [row for row in chance.told if row["year"] == year and row[column] is not None]
    if segment != "all":
        told = [row for row in told if row[{"urban_rural": "place", "disadvantaged": "side"}[segment]] == value]
    row = one(
        warehouse, "learning_growth", grade=6, school_year=label(year), test="modo", measure=measure, segment=segment,
        segment_value=value,
    )  # fmt: skip
    schools = [pupil["school"] for pupil in told]
    # In 2024 the two schools of no register have under ten pupils, so that those of rural schools are not counted either.
    hidden = (year, value) == (2024, "rural")
    counted = ("suppressed_secondary", None) if hidden else ("ok", len(told))
    assert (row["status"], row["pupils_n"]) == counted
    assert row["institutions_n"] == len(set(schools))
    agree(row, "mean", "mean_sd", regressed([pupil[column] for pupil in told], [], schools))


@pytest.mark.parametrize("measure", ["score", "gain"])
@pytest.mark.parametrize(
    ("segment", "column", "first", "second"),
    [("urban_rural", "place", "urban", "rural"), ("disadvantaged", "side", "false", "true")],
)
def test_gaps_and_their_change(
    warehouse: Any, chance: Chance, measure: str, segment: str, column: str, first: str, second: str
) -> None:
    """The change is the coefficient of side times year in a regression of both years."""
    measured = {"score": "z", "gain": "gain"}[measure]
    told = [row for row in chance.told if row[measured] is not None and row[column] in (first, second)]
    for year in (2023, 2024):
        of_year = [row for row in told if row["year"] == year]
        row = one(
            warehouse, "learning_gap", grade=6, school_year=label(year), test="modo", measure=measure, segment=segment
        )
        sides = np.array([pupil[column] == first for pupil in of_year], dtype=float)
        schools = [pupil["school"] for pupil in of_year]
        wanted = regressed([pupil[measured] for pupil in of_year], [sides], schools)
        assert (row["status"], row["institutions_n"], row["baseline_school_year"]) == ("ok", wanted[2], "2023/24")
        agree(row, "gap", "gap_sd", wanted)
        if year == 2023:
            baseline = wanted[0]
            assert row["change_sd"] is row["change_se"] is None
        assert row["baseline_sd"] == pytest.approx(baseline, abs=1e-6)
    side = np.array([pupil[column] == first for pupil in told], dtype=float)
    later = np.array([pupil["year"] == 2024 for pupil in told], dtype=float)
    schools = [pupil["school"] for pupil in told]
    agree(row, "change", "change_sd", regressed([p[measured] for p in told], [side, later, side * later], schools))


def variances(groups: dict[int, list[float]]) -> tuple[float, float]:
    """F = MSB / MSW of scipy, and n0."""
    sizes = np.array([len(group) for group in groups.values()])
    n0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    return float(stats.f_oneway(*groups.values()).statistic), float(n0)


def spread(groups: dict[int, list[float]]) -> float:
    f, n0 = variances(groups)
    return (f - 1) / (f - 1 + n0)


def left_out(groups: dict[int, list[float]]) -> dict[int, float]:
    """What each school does to the share: the mean of the shares without one school less that without this."""
    without = {
        school: spread({other: group for other, group in groups.items() if other != school}) for school in groups
    }
    mean = np.mean(list(without.values()))
    return {school: float(mean - share) * (len(groups) - 1) / len(groups) for school, share in without.items()}


def test_the_share_between_schools_and_its_change(warehouse: Any, chance: Chance) -> None:
    by_year: dict[int, dict[int, list[float]]] = {2023: {}, 2024: {}}
    for row in chance.told:
        by_year[row["year"]].setdefault(row["school"], []).append(row["score"])
    done = {year: left_out(groups) for year, groups in by_year.items()}
    for year, groups in by_year.items():
        row = one(warehouse, "learning_spread", grade=6, subject="mathematics", test="modo", school_year=label(year))
        assert (row["status"], row["institutions_n"], row["baseline_school_year"]) == ("ok", len(groups), "2023/24")
        assert row["pupils_n"] == sum(map(len, groups.values()))
        assert row["between_share"] == pytest.approx(spread(groups), abs=1e-6)
        n = len(groups)
        # The usual form of the jackknife: (J - 1) / J times the sum of squares about the mean.
        error = ((n - 1) / n * sum((u * n / (n - 1)) ** 2 for u in done[year].values())) ** 0.5
        assert row["between_se"] == pytest.approx(error, rel=1e-4)
        f, n0 = variances(groups)
        # The slope of the share in ln F, by a difference.
        slope = ((f * 1.0001 - 1) / (f * 1.0001 - 1 + n0) - (f / 1.0001 - 1) / (f / 1.0001 - 1 + n0)) / (
            2 * np.log(1.0001)
        )
        for end, sign in (("low", -1), ("high", 1)):
            moved = f * np.exp(sign * stats.t.ppf(0.975, n - 1) * error / slope)
            assert row[f"between_ci_{end}"] == pytest.approx(max(0, (moved - 1) / (moved - 1 + n0)), abs=1e-5)
        assert row["baseline_share"] == pytest.approx(spread(by_year[2023]), abs=1e-6)
    schools = set(by_year[2023]) | set(by_year[2024])
    moved = [done[2024].get(school, 0) - done[2023].get(school, 0) for school in schools]
    error = (len(schools) / (len(schools) - 1) * sum(u * u for u in moved)) ** 0.5
    change = spread(by_year[2024]) - spread(by_year[2023])
    assert row["change_value"] == pytest.approx(change, abs=1e-6)
    assert row["change_se"] == pytest.approx(error, rel=1e-4)
    t = stats.t.ppf(0.975, len(schools) - 1)
    assert row["change_ci_high"] == pytest.approx(change + t * error, abs=1e-5)


@pytest.mark.parametrize(("subject", "least"), [("physics", 52), ("all", 151), ("mathematics", None)])
@pytest.mark.parametrize("side", [None, "false"])
def test_the_national_test(warehouse: Any, chance: Chance, subject: str, least: int | None, side: str | None) -> None:
    told = [row for row in chance.tests if side in (None, row["side"])]
    points = [row["mathematics"] + row["physics"] if subject == "all" else row[subject] for row in told]
    schools = [row["school"] for row in told]
    segment = {"segment": "disadvantaged", "segment_value": side} if side else {"segment": "all"}
    row = one(warehouse, "national_test", school_year="2023/24", subject=subject, **segment)
    assert (row["status"], row["pupils_n"], row["institutions_n"]) == ("ok", len(told), len(set(schools)))
    agree(row, "mean", "mean_score", regressed(points, [], schools))
    if least is None:
        assert row["passed_status"] == "no_pass_score"
        assert row["passed_share"] is row["passed_ci_low"] is row["pass_score"] is None
        return
    # Somebody has just so many points, and passes.
    assert side or least in points
    passed = [float(value >= least) for value in points]
    share, error, clusters = regressed(passed, [], schools)
    assert (row["passed_status"], row["pass_score"]) == ("ok", least)
    assert row["passed_share"] == pytest.approx(share, abs=1e-12)
    size = min(len(told), share * (1 - share) / error**2)
    alpha = 2 * stats.norm.sf(stats.t.ppf(0.975, clusters - 1))
    low, high = proportion_confint(share * size, size, alpha=alpha, method="wilson")
    assert row["passed_ci_low"] == pytest.approx(low, rel=1e-5)
    assert row["passed_ci_high"] == pytest.approx(high, rel=1e-5)


def test_the_same_rows_in_another_order_give_the_same_digits(warehouse: Any, tmp_path: Path) -> None:
    other = Chance()
    for feed in other.world.rows.values():
        feed.reverse()
    with connect(other.build(tmp_path, PASS), read_only=True) as connection:
        for mart in ("learning_growth", "learning_gap", "learning_spread", "national_test"):
            ours, theirs = (
                told.execute(f"select * from marts.{mart} order by all").pl() for told in (warehouse, connection)
            )
            assert isinstance(ours, pl.DataFrame)
            assert ours.height
            assert ours.equals(theirs), mart
