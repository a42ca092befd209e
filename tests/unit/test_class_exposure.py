"""Classes with practicants or young teachers beside others of their school: against least squares on the pupils themselves."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
import statsmodels.api as sm
from class_exposure_world import ONE, Classes, estimated, invented, rows_of, summed
from scipy.stats import t

from bilimkoz.settings import Settings
from estimators.class_exposure import class_exposure

#: Thirty schools that have both, some of them with classes of which nothing is known; others with one kind, or none known.
KINDS = [[0, 1]] * 12 + [[0, 1, 2]] * 8 + [[0, 0, 1, 1]] * 10 + [[1]] * 5 + [[0, 0]] * 10 + [[2]] * 5


def told(*models: Classes, model_id: str = "2024/25 all") -> dict[str, object]:
    (row,) = estimated(*models).filter(model_id=model_id, exposure="practicant").rows(named=True)
    return row


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_model_is_least_squares_with_schools(seed: int) -> None:
    """The difference, and its error by school but for the number that stands for schools: G / (G - 1), G = effective_n."""
    model = invented(KINDS, seed, -0.1, of_prior=0.5)
    row = told(model, model_id="2024/25 6 mathematics modo")
    y, columns, cluster = rows_of(model)
    fit = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    assert isclose(row["difference_sd"], fit.params[0], abs_tol=1e-8)
    effective = row["effective_n"]
    se = fit.bse[0] * (effective / (effective - 1)) ** 0.5
    assert isclose(row["difference_se"], se, rel_tol=1e-7)
    assert isclose(row["difference_ci_low"], fit.params[0] - t.ppf(0.975, effective - 1) * se, abs_tol=1e-7)
    assert isclose(row["difference_ci_high"] - row["difference_sd"], row["difference_sd"] - row["difference_ci_low"])
    # What is left of D by school, squared, says how many schools of one weight it is worth.
    rest = sm.OLS(columns[:, 0], columns[:, 1:]).fit().resid
    weight = np.bincount(cluster, rest**2)
    assert isclose(effective, weight.sum() ** 2 / (weight**2).sum(), rel_tol=1e-7)


def test_models_together_are_one_least_squares() -> None:
    """Two subjects of the same schools: columns and schools of each, one difference, and one cluster a school."""
    models = (
        invented(KINDS, 4, -0.2),
        invented(KINDS[5:40], 5, 0.1, key=(2024, 7, "physics", "modo")),
    )
    row = told(*models)
    y, columns, cluster = rows_of(*models)
    fit = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    assert isclose(row["difference_sd"], fit.params[0], abs_tol=1e-8)
    effective = row["effective_n"]
    assert isclose(row["difference_se"], fit.bse[0] * (effective / (effective - 1)) ** 0.5, rel_tol=1e-7)


def test_each_exposure_tells_its_own() -> None:
    """Practicants and young teachers are in classes that have nothing to do with each other; of some one is known, and not the
    other."""
    model = invented([[0, 1, 0, 1], [0, 0, 1, 2]] * 20, 7, -0.3)
    model.young = np.random.default_rng(8).choice(3, len(model.kind), p=[0.6, 0.3, 0.1])
    found = {row["exposure"]: row for row in estimated(model).filter(subject="mathematics").rows(named=True)}
    assert set(found) == {"practicant", "young_main"}
    for exposure, kind in (("practicant", model.kind), ("young_main", model.young)):
        row = found[exposure]
        y, columns, cluster = rows_of(model, exposure=exposure)
        fit = sm.OLS(y, columns).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
        assert isclose(row["difference_sd"], fit.params[0], abs_tol=1e-8)
        has = [np.bincount(model.school[kind == side], minlength=40) for side in (1, 0)]
        both = (has[0] > 0) & (has[1] > 0)
        counts = [own[both].sum() for own in has]
        assert [row[name] for name in ("institutions_n", "classes_with_n", "classes_without_n")] == [
            both.sum(),
            *counts,
        ]
        assert isclose(row["known_share"], (kind != 2)[model.of_class].mean())
    assert found["practicant"]["reading"] == "behind"
    assert abs(found["practicant"]["difference_sd"] - found["young_main"]["difference_sd"]) > 0.15


def test_a_difference_that_is_there_is_found() -> None:
    """Of -.2 and of 0 in two hundred schools, though pupils of classes with a practicant knew half a standard deviation more."""
    for difference in (-0.2, 0.0):
        row = told(invented([[0, 1], [0, 0, 1]] * 100, 11, difference, of_prior=0.5))
        assert row["difference_ci_low"] < difference < row["difference_ci_high"]
        assert row["difference_se"] < 0.03
        assert row["reading"] == ("behind" if difference else "not_behind")


def test_better_schools_that_host_practicants_do_not_make_them_better() -> None:
    """Schools with practicants are half a standard deviation better. Pupils of all schools side by side would say that it is the
    practicants; within schools there is nothing."""
    model = invented([[0, 1]] * 100 + [[0, 0]] * 100, 13, of_school=0.5)
    y, columns, _ = rows_of(model)
    plain = sm.OLS(y, np.column_stack([np.ones(len(y)), columns[:, :4]])).fit()
    assert plain.params[1] > 0.2
    row = told(model)
    assert isclose(row["difference_sd"], 0.0, abs_tol=2.5 * row["difference_se"])
    assert row["difference_se"] < 0.05
    assert (row["institutions_n"], row["contributing_share"]) == (100, 1.0)


def test_classes_that_nothing_is_known_of_are_on_no_side() -> None:
    """Whatever their level: they are in known_share and nowhere else. Taken for classes without, they would change everything."""
    model = invented([[0, 1, 2]] * 40 + [[1, 2]] * 10, 17)
    before = told(model)
    unknown = (model.kind == 2)[model.of_class]
    model.columns["outcome"] = model.columns["outcome"] + 5 * ONE * unknown
    after = told(model)
    assert after["difference_sd"] == pytest.approx(before["difference_sd"], abs=1e-9)
    assert {name: after[name] for name in after if name.endswith("_n")} == pytest.approx(
        {name: before[name] for name in before if name.endswith("_n")}, rel=1e-9
    )
    assert before["known_share"] == 1 - unknown.mean()
    # Schools whose other classes are unknown have none without to be set beside.
    assert (before["institutions_n"], before["contributing_share"]) == (40, 0.8)
    assert (before["classes_with_n"], before["classes_without_n"]) == (40, 40)
    in_both = np.isin(model.school, np.flatnonzero(np.bincount(model.school) == 3))[model.of_class]
    assert before["pupils_with_n"] == ((model.kind[model.of_class] == 1) & in_both).sum()
    assert before["pupils_without_n"] == ((model.kind[model.of_class] == 0) & in_both).sum()


STATUSES: dict[str, list[list[int]]] = {
    "not_collected": [[2, 2]] * 30,
    "not_applicable": [[0, 0]] * 30,
    "too_few": [[1]] * 20 + [[0, 2]] * 20,
    "too_few_institutions": [[0, 1]] * 19 + [[1]] * 20 + [[0]] * 20,
    "ok": [[0, 1]] * 20,
}


@pytest.mark.parametrize("status", STATUSES)
def test_why_there_is_no_figure(status: str) -> None:
    found = estimated(invented(STATUSES[status], 19))
    table = found.filter(exposure="practicant")
    assert table["status"].to_list() == [status] * 2
    assert set(found.filter(exposure="young_main")["status"]) == {"not_collected"}
    assert (table["difference_sd"].null_count() == 0) == (status == "ok")
    assert table["known_share"].null_count() == 0


def test_a_side_of_few_pupils_has_no_figure() -> None:
    """Twenty schools would be enough; of pupils there are nine, and ten."""
    found = {}
    for pupils in (9, 10):
        model = invented([[0, 1]] * 20, 23, size=20)
        left = np.flatnonzero((model.kind == 1)[model.of_class])
        keep = np.setdiff1d(np.arange(len(model.of_class)), left)
        keep = np.concatenate(
            [keep, [left[model.of_class[left] == place][0] for place in np.unique(model.of_class[left])][:pupils]]
        )
        columns = {name: column[keep] for name, column in model.columns.items()}
        found[pupils] = told(Classes(model.school, model.kind, model.of_class[keep], columns))["status"]
    assert found == {9: "too_few", 10: "too_few_institutions"}


def test_a_model_without_priors_is_left_out() -> None:
    model = invented(KINDS, 29)
    model.columns["prior"][:], model.columns["prior_missing"][:] = 0, 1
    assert set(estimated(model).filter(exposure="practicant")["status"]) == {"no_prior"}
    other = invented(KINDS, 31, key=(2024, 7, "physics", "modo"))
    assert told(model, other)["pupils_with_n"] == told(other)["pupils_with_n"]


def test_what_cannot_be_told_apart_is_not_told() -> None:
    """All pupils of classes with practicants are girls, and no others."""
    model = invented(KINDS, 37)
    model.columns["is_female"] = ((model.kind == 1)[model.of_class]).astype(np.int64)
    assert set(estimated(model).filter(exposure="practicant")["status"]) == {"not_estimable"}


def test_one_school_does_not_speak_for_twenty() -> None:
    """It has nearly all pupils: the difference is worth hardly more than one school, and the interval says so."""
    model = invented([[0, 1]] * 20, 41)
    row = told(model)
    of_first = np.flatnonzero((model.school == 0)[model.of_class])
    many = np.concatenate([np.tile(of_first, 60), np.arange(len(model.of_class))])
    columns = {name: column[many] for name, column in model.columns.items()}
    alone = told(Classes(model.school, model.kind, model.of_class[many], columns))
    assert row["effective_n"] > 15
    assert alone["status"] == "too_few_institutions"


def squares(*models: Classes) -> tuple[float, float]:
    """Difference and effective_n of models together, by least squares."""
    y, columns, cluster = rows_of(*models)
    weight = np.bincount(cluster, sm.OLS(columns[:, 0], columns[:, 1:]).fit().resid ** 2)
    return float(sm.OLS(y, columns).fit().params[0]), float(weight.sum() ** 2 / (weight**2).sum())


def subtracted(whole: tuple[float, float], part: tuple[float, float]) -> list[float]:
    """What differences one school more may have, from difference and effective_n of all and of a model: it weighs r of the model,
    (1 + r)^2 = effective_n of all (1 / effective_n of the model + r^2)."""
    weighs = np.roots([1 - whole[1], 2, 1 - whole[1] / part[1]])
    return [float(((1 + r) * whole[0] - part[0]) / r) for r in weighs.real if abs(r) > 1e-6]


OTHER = (2024, 7, "mathematics", "modo")


def elsewhere(model: Classes) -> Classes:
    """The same at a school, or schools, of their own."""
    model.school = model.school + 100
    return model


def test_one_school_is_not_had_by_subtraction() -> None:
    """A grade of one school has no figure. All of everything would give it away to the last digit; all of what is told is that
    and no more."""
    large = invented([[0, 1]] * 30, 43)
    hidden = elsewhere(invented([[0, 1]], 47, -0.4, size=20, key=OTHER))
    truth = squares(hidden)[0]
    assert min(abs(guess - truth) for guess in subtracted(squares(large, hidden), squares(large))) < 1e-6
    table = {row["model_id"]: row for row in estimated(large, hidden).filter(exposure="practicant").rows(named=True)}
    whole, told_one, other = table.values()
    assert [row["status"] for row in table.values()] == ["ok", "ok", "too_few_institutions"]
    assert {name for name, value in other.items() if value is not None} == {
        "model_id", "school_year", "grade", "subject", "test", "exposure", "known_share", "status"
    }  # fmt: skip
    names = {"model_id", "grade", "subject", "test"}
    assert {k: v for k, v in whole.items() if k not in names} == {k: v for k, v in told_one.items() if k not in names}
    # Whatever the hidden pupils have, no other row says it.
    hidden.columns["outcome"] = hidden.columns["outcome"] + 3 * ONE * (hidden.kind == 1)[hidden.of_class]
    assert told(large, hidden) == whole


@pytest.mark.parametrize(("schools", "is_in"), [(19, False), (20, True)])
def test_what_is_hidden_is_in_all_if_it_could_be_told_as_one(schools: int, is_in: bool) -> None:
    """Two grades of too few schools each, beside one that is told."""
    large = invented([[0, 1]] * 30, 43)
    first = elsewhere(invented([[0, 1]] * 10, 47, -0.4, key=OTHER))
    second = elsewhere(invented([[0, 1]] * (schools - 10), 48, -0.4, key=(2024, 8, "mathematics", "modo")))
    second.school = second.school + 100
    models = (large, first, second)
    table = estimated(*models).filter(exposure="practicant")
    assert table["status"].to_list() == ["ok", "ok", "too_few_institutions", "too_few_institutions"]
    row = told(*models)
    wanted = squares(*models) if is_in else squares(large)
    assert (row["difference_sd"], row["effective_n"]) == pytest.approx(wanted, abs=1e-7)
    assert row["institutions_n"] == 30 + schools * is_in


def test_where_no_model_is_told_all_is_of_everything() -> None:
    models = (invented([[0, 1]] * 12, 49), elsewhere(invented([[0, 1]] * 12, 50, key=OTHER)))
    assert estimated(*models).filter(exposure="practicant")["status"].to_list() == ["ok", *["too_few_institutions"] * 2]
    row = told(*models)
    assert (row["difference_sd"], row["effective_n"]) == pytest.approx(squares(*models), abs=1e-7)


@pytest.mark.parametrize(("difference", "reading"), [(0.3, "not_behind"), (-0.4, "behind"), (-0.1, "undecided")])
def test_how_it_reads(difference: float, reading: str) -> None:
    row = told(invented([[0, 1]] * 60, 53, difference))
    assert row["reading"] == reading
    assert (row["difference_ci_low"] > -0.1, row["difference_ci_high"] <= -0.1) == (
        reading == "not_behind",
        reading == "behind",
    )


def test_the_same_in_every_run() -> None:
    model = invented(KINDS, 59)
    assert estimated(model).equals(estimated(model))


def test_nothing_gives_an_empty_table() -> None:
    with summed(invented([[0, 1]], 61)) as connection:
        connection.execute("delete from intermediate.int_value_added_exposure")
        assert class_exposure(connection).is_empty()


def test_the_steward_says_who_is_young_and_for_how_long_a_class_has_one() -> None:
    told = Settings.model_validate(
        {"value_added": {"young_months": 24, "exposure_days": 0, "forms": ["slope"]}}
    ).dbt_vars
    assert told == {"young_months": 24, "exposure_days": 0, "value_added_forms": ["slope"]}
