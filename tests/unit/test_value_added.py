"""Effects of schools from their cross-products: what is told of whom, by formulas worked out a second time from the pupils."""

from __future__ import annotations

from math import isclose

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize_scalar
from value_added_world import ONE, SD, SIZES, Pupils, estimated, invented, summed

from estimators.cross_products import COLUMNS
from estimators.value_added import residual_means

EFFECT = (
    "residual_mean_value", "residual_mean_se", "effect_value", "effect_sd", "effect_se", "effect_prediction_se", "effect_ci_low",
    "effect_ci_high", "reliability_share", "band",
)  # fmt: skip


@pytest.fixture(scope="module")
def pupils() -> Pupils:
    return invented(SIZES, seed=3)


@pytest.fixture(scope="module")
def tables(pupils: Pupils) -> dict[str, pl.DataFrame]:
    return estimated(pupils)


def test_an_effect_is_what_the_pupils_say(pupils: Pupils, tables: dict[str, pl.DataFrame]) -> None:
    """From the residuals of the pupils: their mean, drawn towards nought by lambda = tau^2 / (tau^2 + sigma^2 / n)."""
    (model,) = tables["value_added_model"].rows(named=True)
    between, within = model["institution_variance"], model["residual_variance"]
    coefficients = dict(tables["value_added_coefficient"].select("term", "estimate").iter_rows())
    assert list(coefficients) == ["constant", "prior", "prior_missing"]
    rest = pupils.y - pupils.x @ np.array(list(coefficients.values()))
    for row in tables["value_added_institution"].rows(named=True):
        mine = rest[pupils.school == int(row["institution_id"][1:])]
        assert row["pupils_n"] == len(mine)
        if len(mine) < 10:
            assert row["status"] == "too_few"
            assert not [name for name in (*EFFECT, "rank_low") if row[name] is not None]
            continue
        share = between / (between + within / len(mine))
        assert isclose(row["reliability_share"], share, rel_tol=1e-12)
        assert isclose(row["residual_mean_value"], SD * mine.mean(), rel_tol=1e-6, abs_tol=1e-9)
        assert isclose(row["residual_mean_se"], SD * (within / len(mine)) ** 0.5, rel_tol=1e-12)
        assert isclose(row["effect_sd"], share * mine.mean(), rel_tol=1e-6, abs_tol=1e-9)
        assert isclose(row["effect_value"], SD * row["effect_sd"], rel_tol=1e-12)
        assert isclose(row["effect_se"], SD * (between * (1 - share)) ** 0.5, rel_tol=1e-9)
        assert (row["status"] == "ok") == (share >= 0.7) == (row["rank_low"] is not None)
        assert row["status"] in ("ok", "unreliable")


def test_the_error_of_a_prediction_has_three_parts(pupils: Pupils, tables: dict[str, pl.DataFrame]) -> None:
    """tau^2 (1 - lambda), lambda^2 x'V x of the coefficients, and twice what an unknown tau^2 adds (Prasad and Rao 1990)."""
    (model,) = tables["value_added_model"].rows(named=True)
    between, within = model["institution_variance"], model["residual_variance"]
    sizes = np.array(SIZES, dtype=float)
    covariance = within * np.eye(len(pupils.y)) + between * (pupils.school[:, None] == pupils.school)
    of_coefficients = np.linalg.inv(pupils.x.T @ np.linalg.solve(covariance, pupils.x))
    of_variance = 2 / np.sum((between + within / sizes) ** -2.0)
    for row in tables["value_added_institution"].drop_nulls("effect_value").rows(named=True):
        own = pupils.school == int(row["institution_id"][1:])
        n, share = own.sum(), row["reliability_share"]
        mean = share * pupils.x[own].mean(axis=0)
        third = (within / n) ** 2 / (between + within / n) ** 3 * of_variance
        wanted = between * (1 - share) + mean @ of_coefficients @ mean + 2 * third
        assert isclose(row["effect_prediction_se"], SD * wanted**0.5, rel_tol=1e-6)
        assert isclose(row["effect_ci_high"] - row["effect_value"], 1.959963984540054 * SD * wanted**0.5, rel_tol=1e-6)


def test_the_number_of_pupils_for_a_reliable_effect(tables: dict[str, pl.DataFrame]) -> None:
    """n = sigma^2 / tau^2 x .7 / .3, and with one pupil fewer the effect would not be."""
    (model,) = tables["value_added_model"].rows(named=True)
    between, within, n = model["institution_variance"], model["residual_variance"], model["reliable_n"]
    assert between / (between + within / n) >= 0.7 > between / (between + within / (n - 1))


def test_the_interval_of_the_variance_is_where_the_likelihood_falls(
    pupils: Pupils, tables: dict[str, pl.DataFrame]
) -> None:
    """With the variance held at an end, the restricted likelihood of the pupils is at best 3.84 worse than at the estimate."""
    (model,) = tables["value_added_model"].rows(named=True)
    same = (pupils.school[:, None] == pupils.school).astype(float)
    freedom = len(pupils.y) - pupils.x.shape[1]

    def height(residual: float, between: float) -> float:
        inverse = np.linalg.inv(residual * np.eye(len(pupils.y)) + between * same)
        information = pupils.x.T @ inverse @ pupils.x
        rest = pupils.y - pupils.x @ np.linalg.solve(information, pupils.x.T @ inverse @ pupils.y)
        logs = np.linalg.slogdet(information)[1] - np.linalg.slogdet(inverse)[1]
        return float(freedom * np.log(2 * np.pi) + logs + rest @ inverse @ rest)

    assert isclose(
        height(model["residual_variance"], model["institution_variance"]), model["criterion_value"], rel_tol=1e-8
    )
    around = (0.9 * model["residual_variance"], 1.1 * model["residual_variance"])
    for end in ("institution_variance_ci_low", "institution_variance_ci_high"):
        best = minimize_scalar(height, bounds=around, args=(model[end],), method="bounded", options={"xatol": 1e-6}).fun
        assert isclose(best - model["criterion_value"], 3.841458820694124, abs_tol=1e-3)


def test_ranks_are_spans(tables: dict[str, pl.DataFrame]) -> None:
    """Of all that are reliable: the largest effect may be the first, and where each stands is within its span."""
    ranked = tables["value_added_institution"].filter(status="ok").sort("effect_value", descending=True)
    assert ranked["ranked_n"].unique().to_list() == [ranked.height]
    assert ranked["rank_low"][0] == 1
    assert ranked["rank_high"][-1] == ranked.height
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    places = np.arange(1, ranked.height + 1)
    assert ((ranked["rank_low"].to_numpy() <= places) & (places <= ranked["rank_high"].to_numpy())).all()


def test_the_same_in_every_run(pupils: Pupils, tables: dict[str, pl.DataFrame]) -> None:
    again = estimated(pupils)
    assert all(again[name].equals(table) for name, table in tables.items())


def test_a_model_without_priors_is_not_fitted() -> None:
    """With a prior of 49 in a hundred; with 51 it is."""
    found = {}
    for share in (0.49, 0.51):
        pupils = invented([40] * 50, seed=5)
        missing = np.arange(2000) >= 2000 * share
        pupils.columns["prior"][missing] = 0
        pupils.columns["prior_missing"][:] = missing
        found[share] = estimated(pupils)
    assert found[0.49]["value_added_model"]["status"].to_list() == ["no_prior"]
    assert set(found[0.49]["value_added_institution"]["status"]) == {"no_prior"}
    assert found[0.49]["value_added_institution"]["effect_value"].null_count() == 50
    assert found[0.49]["value_added_coefficient"].is_empty()
    assert found[0.51]["value_added_model"]["status"].to_list() == ["ok"]


@pytest.mark.parametrize(("schools", "status"), [(29, "too_few_institutions"), (30, "ok")])
def test_few_institutions_have_no_effects(schools: int, status: str) -> None:
    """But the variance between them is told, with its interval."""
    tables = estimated(invented([40] * schools, seed=7))
    (model,) = tables["value_added_model"].rows(named=True)
    assert model["status"] == status
    assert model["institution_variance_ci_low"] < model["institution_variance"] < model["institution_variance_ci_high"]
    assert (tables["value_added_institution"]["effect_value"].null_count() == schools) == (status != "ok")
    assert tables["value_added_coefficient"].is_empty() == (status != "ok")


@pytest.mark.parametrize("sizes", [[40], [1] * 60, [2, 1, 1, 1]])
def test_what_pupils_do_not_tell_is_not_told(sizes: list[int]) -> None:
    """One school; as many schools as pupils; hardly more pupils than schools. Nothing fails, and nothing is told."""
    tables = estimated(invented(sizes, seed=13, missing=0.0))
    (model,) = tables["value_added_model"].rows(named=True)
    assert model["status"] == "not_estimable"
    names = (
        "institution_variance",
        "institution_variance_ci_high",
        "residual_variance",
        "criterion_value",
        "reliable_n",
    )
    assert [model[name] for name in names] == [None] * 5
    assert tables["value_added_coefficient"].is_empty()
    assert (model["coverage_share"] is None) == (sum(sizes) < 10)


@pytest.mark.parametrize("outcome", ["of the school", "the same for all", "the prior"])
def test_an_outcome_that_nothing_is_left_of_is_not_told(outcome: str) -> None:
    pupils = invented([20] * 40, seed=17, missing=0.0)
    pupils.columns["outcome"][:] = {
        "of the school": pupils.school * ONE,
        "the same for all": np.full(len(pupils.y), ONE),
        "the prior": pupils.columns["prior"],
    }[outcome]
    (model,) = estimated(pupils)["value_added_model"].rows(named=True)
    assert model["status"] == "not_estimable"


def test_a_term_of_few_pupils_is_named_and_not_told() -> None:
    """Nine girls and ten: with few the coefficient and a prior would give back a score."""
    found = {}
    for girls in (9, 10):
        pupils = invented([40] * 30, seed=19)
        pupils.columns["is_female"][:girls] = 1
        found[girls] = estimated(pupils)["value_added_coefficient"].filter(term="is_female").row(0, named=True)
    assert (found[9]["estimate"], found[9]["estimate_se"]) == (None, None)
    assert found[10]["estimate"] is not None


def test_all_terms_stand_where_they_belong() -> None:
    """Every column varies; the coefficients are those of the pupils' rows at the variances found."""
    pupils = invented([40] * 40, seed=23)
    random = np.random.default_rng(29)
    for name in COLUMNS:
        if name not in ("prior", "prior_missing", "outcome"):
            values = random.normal(size=1600) * ONE if name == "prior_other" else random.random(1600) < 0.3
            pupils.columns[name][:] = np.rint(values).astype(np.int64)
            pupils.columns["outcome"][:] += np.rint(
                0.1 * pupils.columns[name] * (1 if name == "prior_other" else ONE)
            ).astype(np.int64)
    tables = estimated(pupils)
    (model,) = tables["value_added_model"].rows(named=True)
    units = np.array([unit for name, unit in COLUMNS.items() if name != "outcome"])
    x = np.column_stack([pupils.columns[name] for name in COLUMNS if name != "outcome"]) / units
    x = np.column_stack([np.ones(1600), x])
    covariance = model["residual_variance"] * np.eye(1600)
    covariance += model["institution_variance"] * (pupils.school[:, None] == pupils.school)
    wanted = np.linalg.solve(x.T @ np.linalg.solve(covariance, x), x.T @ np.linalg.solve(covariance, pupils.y))
    told = tables["value_added_coefficient"]
    assert told["term"].to_list() == ["constant", *(name for name in COLUMNS if name != "outcome")]
    assert np.allclose(told["estimate"], wanted, atol=1e-6)


def test_institutions_that_do_not_differ_have_no_effects() -> None:
    """The same thirty pupils in each of forty schools."""
    one = invented([30], seed=9)
    pupils = Pupils({name: np.tile(column, 40) for name, column in one.columns.items()}, np.repeat(np.arange(40), 30))
    tables = estimated(pupils)
    (model,) = tables["value_added_model"].rows(named=True)
    assert (model["status"], model["institution_variance"], model["institution_variance_ci_low"]) == ("no_spread", 0, 0)
    assert model["institution_variance_ci_high"] > 0
    assert model["reliable_n"] is None
    assert set(tables["value_added_institution"]["status"]) == {"no_spread"}


def test_models_do_not_know_of_each_other(pupils: Pupils, tables: dict[str, pl.DataFrame]) -> None:
    other = invented(SIZES, seed=4, key=(2023, 5, "physics", "modo"))
    both = estimated(other, pupils)
    assert both["value_added_model"]["model_id"].to_list() == ["2023/24 5 physics modo", "2024/25 6 mathematics modo"]
    for name, table in tables.items():
        assert both[name].filter(subject="mathematics").equals(table)


def test_residual_means_are_those_of_the_mart_for_every_institution(
    pupils: Pupils, tables: dict[str, pl.DataFrame]
) -> None:
    """In standard deviations, small institutions too; of a model without a prior there are none."""
    without = invented(SIZES, seed=4, missing=1.0, key=(2023, 5, "physics", "modo"))
    with summed(without, pupils) as connection:
        found = residual_means(connection)
    assert set(found["subject"]) == {"mathematics"}
    assert found["institution_id"].to_list() == [f"S{number:03}" for number in range(len(SIZES))]
    beta = tables["value_added_coefficient"]["estimate"].to_numpy()
    rows = pupils.y - pupils.x @ beta
    wanted = [rows[pupils.school == number].mean() for number in range(len(SIZES))]
    assert found["mean"].to_list() == pytest.approx(wanted, abs=1e-9)
    told = tables["value_added_institution"].join(found, on="institution_id").drop_nulls("residual_mean_value")
    assert (told["residual_mean_value"] / SD).to_list() == pytest.approx(told["mean"].to_list(), abs=1e-12)
