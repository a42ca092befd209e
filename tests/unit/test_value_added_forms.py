"""Other forms of the model of value added, by dense algebra over the pupils that shares nothing with what is tested."""

from __future__ import annotations

from math import isclose

import duckdb
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2
from value_added_world import ONE, SD, Pupils, invented, summed

from estimators.value_added import value_added
from estimators.value_added_forms import value_added_forms

Floats = NDArray[np.float64]
#: Forty schools in eight districts, the last two schools in none that is known.
SIZES = [6, 10, 14, 18] * 10
DISTRICT = [f"D{school % 8}" for school in range(38)]


def _world(district_sd: float, slope_sd: float, seed: int) -> Pupils:
    pupils = invented(SIZES, seed=seed, spread=0.25, missing=0.1)
    random = np.random.default_rng(seed + 1)
    of_district = random.normal(0, district_sd, 8) if district_sd else np.zeros(8)
    of_slope = random.normal(0, slope_sd, len(SIZES)) if slope_sd else np.zeros(len(SIZES))
    outcome = pupils.columns["outcome"] + np.rint(
        ONE * of_district[pupils.school % 8] + of_slope[pupils.school] * pupils.columns["prior"]
    ).astype(np.int64)
    return Pupils(pupils.columns | {"outcome": outcome}, pupils.school)


def _forms(pupils: Pupils, *asked: str) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    with summed(pupils) as connection:
        _given(connection, list(asked))
        return value_added_forms(connection), value_added(connection)


def _given(connection: duckdb.DuckDBPyConnection, asked: list[str]) -> None:
    connection.execute("create table intermediate.int_value_added_form as select unnest(?::varchar[]) as form", [asked])
    connection.execute(
        """create table intermediate.int_institution_district as
        select 'S' || printf('%03d', place) as institution_id, district as district_code
        from (select unnest(?::varchar[]) as district, unnest(range(?)) as place)""",
        [DISTRICT, len(DISTRICT)],
    )


class _Dense:
    """A model of n pupils, its covariance written out: parts of it times variances, the last those of the residual."""

    def __init__(self, x: Floats, y: Floats, parts: list[Floats]) -> None:
        self.x, self.y, self.parts = x, y, [*parts, np.eye(len(y))]

    def covariance(self, variances: Floats) -> Floats:
        return np.asarray(sum(variance * part for variance, part in zip(variances, self.parts, strict=True)))

    def coefficients(self, variances: Floats) -> tuple[Floats, Floats]:
        inverse = np.linalg.inv(self.covariance(variances))
        spread = np.linalg.inv(self.x.T @ inverse @ self.x)
        return np.asarray(spread @ self.x.T @ inverse @ self.y), np.asarray(spread)

    def criterion(self, variances: Floats) -> float:
        """-2 log restricted likelihood, Patterson and Thompson (1971)."""
        whole = self.covariance(variances)
        sign, log_det = np.linalg.slogdet(whole)
        if sign <= 0:
            return float("inf")
        coefficients, spread = self.coefficients(variances)
        rest = self.y - self.x @ coefficients
        freedom = len(self.y) - self.x.shape[1]
        return float(
            freedom * np.log(2 * np.pi) + log_det - np.linalg.slogdet(spread)[1] + rest @ np.linalg.solve(whole, rest)
        )

    def predicted(
        self, variances: Floats, shared: Floats, own: Floats, among: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Floats]:
        """Best linear unbiased predictions of effects with covariance `own`, and `shared` with the pupils, and their errors; from
        the pupils that they are made of, coefficients and variances being those of all."""
        coefficients, spread = self.coefficients(variances)
        used = np.flatnonzero(np.ones(len(self.y), dtype=bool) if among is None else among)
        pull = np.linalg.solve(self.covariance(variances)[np.ix_(used, used)], shared[:, used].T).T
        left = pull @ self.x[used]
        errors = np.sqrt(np.diag(own - pull @ shared[:, used].T + left @ spread @ left.T))
        return pull @ (self.y - self.x @ coefficients)[used], errors


def _is_at_its_least(model: _Dense, variances: Floats) -> bool:
    """Whether no variance a little larger or smaller makes the criterion less."""
    least = model.criterion(variances)
    near = (variances * (1 + step * unit) for unit in np.eye(len(variances)) for step in (-0.003, 0.003))
    return all(model.criterion(other) > least for other in near)


def _of(pupils: Pupils) -> Floats:
    """(pupils, schools) who is where."""
    return np.asarray(pupils.school[:, None] == np.arange(len(SIZES)), dtype=np.float64)


def test_districts_as_a_third_level() -> None:
    pupils = _world(0.3, 0.0, seed=4)
    forms, usual = _forms(pupils, "district")
    (told,) = forms["value_added_form"].rows(named=True)
    assert (told["status"], told["districts_n"], told["institutions_n"]) == ("ok", 8, 40)
    where = _of(pupils)
    # Schools 38 and 39 are each a district.
    lies = np.zeros((40, 10))
    lies[np.arange(40), [*(school % 8 for school in range(38)), 8, 9]] = 1
    schools, districts = where @ where.T, where @ lies @ lies.T @ where.T
    model = _Dense(pupils.x, pupils.y, [schools, districts])
    variances = np.array([told["institution_variance"], told["district_variance"], told["residual_variance"]])
    assert isclose(told["criterion_value"], model.criterion(variances), abs_tol=1e-6)
    assert _is_at_its_least(model, variances)
    own = variances[0] * np.eye(40) + variances[1] * lies @ lies.T
    # Variances and coefficients are of all pupils; effects are told from those of schools that are told of.
    few = np.array(SIZES) < 10
    value, error = model.predicted(variances, own @ where.T, own, ~few[pupils.school])
    told_of = ~few
    for row in forms["value_added_form_institution"].rows(named=True):
        school = int(row["institution_id"][1:])
        if SIZES[school] < 10:
            assert row["status"] == "too_few"
            assert row["effect_value"] is row["band"] is row["effect_prediction_se"] is None
            continue
        assert isclose(row["effect_sd"], value[school], abs_tol=1e-9)
        assert isclose(row["effect_value"], SD * value[school], abs_tol=1e-8)
        assert isclose(row["effect_prediction_se"], SD * error[school], rel_tol=1e-8)
        assert row["slope_sd"] is None
    # How many lie in another band, and the correlation, from the two-level model written out the same way.
    two = _Dense(pupils.x, pupils.y, [schools])
    (of_two,) = usual["value_added_model"].rows(named=True)
    levels = np.array([of_two["institution_variance"], of_two["residual_variance"]])
    before, before_error = two.predicted(levels, levels[0] * where.T, levels[0] * np.eye(40))
    assert isclose(told["agreement_value"], np.corrcoef(before[told_of], value[told_of])[0, 1], abs_tol=1e-7)
    sides = [np.sign(v) * (abs(v) > 1.96 * e) for v, e in ((before, before_error), (value, error))]
    assert told["moved_n"] == (sides[0] != sides[1])[told_of].sum() > 0
    gained = of_two["criterion_value"] - told["criterion_value"]
    assert gained > 5
    assert isclose(told["form_p_value"], chi2.sf(gained, 1) / 2, rel_tol=1e-6)


def test_slopes_of_the_prior() -> None:
    pupils = _world(0.0, 0.3, seed=7)
    forms, usual = _forms(pupils, "slope")
    (told,) = forms["value_added_form"].rows(named=True)
    where, prior = _of(pupils), pupils.x[:, 1]
    # Covariance of a school's effects: intercept, slope, and what they have in common.
    sloped = where * prior[:, None]
    parts = [where @ where.T, sloped @ sloped.T, where @ sloped.T + sloped @ where.T]
    model = _Dense(pupils.x, pupils.y, parts)
    between, sloping, within = (told[f"{name}_variance"] for name in ("institution", "slope", "residual"))
    in_common = told["slope_correlation_value"] * (between * sloping) ** 0.5
    variances = np.array([between, sloping, in_common, within])
    assert isclose(told["criterion_value"], model.criterion(variances), abs_tol=1e-6)
    assert _is_at_its_least(model, variances)
    intercept, slope, both, _ = variances
    effect = model.predicted(variances, intercept * where.T + both * sloped.T, intercept * np.eye(40))
    of_slope = model.predicted(variances, slope * sloped.T + both * where.T, slope * np.eye(40))
    for row in forms["value_added_form_institution"].filter(status="ok").rows(named=True):
        school = int(row["institution_id"][1:])
        assert isclose(row["effect_sd"], effect[0][school], abs_tol=1e-8)
        assert isclose(row["effect_prediction_se"], SD * effect[1][school], rel_tol=1e-7)
        if ((pupils.school == school) & (pupils.x[:, 2] == 0)).sum() < 10:
            assert row["slope_sd"] is row["slope_se"] is None
            continue
        assert isclose(row["slope_sd"], of_slope[0][school], abs_tol=1e-8)
        assert isclose(row["slope_se"], of_slope[1][school], rel_tol=1e-7)
    gained = usual["value_added_model"]["criterion_value"][0] - told["criterion_value"]
    assert isclose(told["form_p_value"], (chi2.sf(gained, 1) + chi2.sf(gained, 2)) / 2, rel_tol=1e-6)
    assert told["form_p_value"] < 0.01


def test_the_intake_as_columns() -> None:
    pupils = _world(0.0, 0.0, seed=11)
    forms, usual = _forms(pupils, "intake")
    (told,) = forms["value_added_form"].rows(named=True)
    where, missing = _of(pupils), pupils.x[:, 2]
    with_prior = (1 - missing) @ where
    mean = (pupils.x[:, 1] @ where) / with_prior
    share = 1 - with_prior / np.array(SIZES)
    model = _Dense(np.column_stack([pupils.x, where @ share, where @ mean]), pupils.y, [where @ where.T])
    variances = np.array([told["institution_variance"], told["residual_variance"]])
    assert isclose(told["criterion_value"], model.criterion(variances), abs_tol=1e-6)
    assert _is_at_its_least(model, variances)
    value, error = model.predicted(variances, variances[0] * where.T, variances[0] * np.eye(40))
    # As in the usual model, twice what an unknown variance adds (Prasad and Rao 1990).
    sizes = np.array(SIZES, dtype=float)
    means = variances[0] + variances[1] / sizes
    error = np.sqrt(error**2 + 4 * (variances[1] / sizes) ** 2 / means**3 / np.sum(means**-2.0))
    rows = forms["value_added_form_institution"].filter(status="ok")
    of = [int(name[1:]) for name in rows["institution_id"]]
    assert np.allclose(rows["effect_sd"], value[of], atol=1e-8)
    assert np.allclose(rows["effect_prediction_se"], SD * error[of], rtol=1e-7)
    assert told["form_p_value"] is None
    before = usual["value_added_institution"].filter(pl.col("effect_sd").is_not_null())
    both = before.join(rows, on="institution_id", suffix="_form")
    assert both.height == 30
    assert np.corrcoef(both["effect_sd"], both["effect_sd_form"])[0, 1] > 0.9


def test_only_what_is_asked_for() -> None:
    pupils = _world(0.0, 0.0, seed=11)
    for table in _forms(pupils)[0].values():
        assert table.is_empty()
    forms, _ = _forms(pupils, "intake", "district", "slope")
    assert forms["value_added_form"]["form"].to_list() == ["district", "intake", "slope"]


def test_slopes_without_effects_for_the_mean_pupil() -> None:
    """Where schools differ in the slope alone, effects are all nought: nothing to compare, and no number that is none."""
    pupils = invented([10] * 40, seed=13, spread=0.0, missing=0.0)
    slope = np.random.default_rng(13).normal(0, 0.5, 40)[pupils.school]
    outcome = pupils.columns["outcome"] + np.rint(slope * pupils.columns["prior"]).astype(np.int64)
    forms, _ = _forms(Pupils(pupils.columns | {"outcome": outcome}, pupils.school), "slope")
    (told,) = forms["value_added_form"].rows(named=True)
    assert (told["status"], told["institution_variance"]) == ("ok", 0)
    assert told["slope_variance"] > 0.1
    assert told["agreement_value"] is told["moved_n"] is told["slope_correlation_value"] is None


def test_schools_without_a_place_are_no_districts() -> None:
    with summed(invented([20] * 40, seed=2)) as connection:
        _given(connection, ["district"])
        connection.execute(
            "delete from intermediate.int_institution_district where district_code not in ('D0', 'D1', 'D2')"
        )
        (told,) = value_added_forms(connection)["value_added_form"].rows(named=True)
    assert told["status"] == "too_few_districts"


@pytest.mark.parametrize(
    ("sizes", "wanted"), [([20] * 29, ["too_few_institutions"]), ([20] * 30, ["too_few_districts"])]
)
def test_too_few(sizes: list[int], wanted: list[str]) -> None:
    """Under thirty institutions no form is fitted, and districts are not where there are four."""
    with summed(invented(sizes, seed=2)) as connection:
        _given(connection, ["district"])
        connection.execute(
            """create or replace table intermediate.int_institution_district as
            select 'S' || printf('%03d', school) as institution_id, 'D' || school % 4 as district_code
            from range(40) as t(school)"""
        )
        assert value_added_forms(connection)["value_added_form"]["status"].to_list() == wanted


@pytest.mark.parametrize(("missing", "status"), [(0.9, "no_prior"), (0.1, "not_estimable")])
def test_without_a_prior_that_says_something(missing: float, status: str) -> None:
    """Too few have one, or all have the same: an intake has no mean then, and a prior no slope."""
    pupils = invented([20] * 40, seed=2, missing=missing)
    pupils = Pupils(pupils.columns | {"prior": np.zeros(len(pupils.school), dtype=np.int64)}, pupils.school)
    forms, _ = _forms(pupils, "intake", "slope")
    assert forms["value_added_form"]["status"].to_list() == [status, status]
    assert forms["value_added_form_institution"].is_empty()
