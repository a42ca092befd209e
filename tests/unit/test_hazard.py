"""Hazard ratios of the values on the first day, from a grouped table written by hand."""

from __future__ import annotations

from math import exp, gamma, isclose, log, pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from statsmodels.duration.hazard_regression import PHReg

from bilimkoz.connection import connect, registered
from estimators.hazard import COVARIATES, SCHEMA, retention_hazard

ORACLE = Path(__file__).parents[1] / "oracle"
PLAIN = {
    "level": "profession",
    "cohort_start_year": 2018,
    "institution_id": "A",
    "in_network_at_entry": "false",
    "urban_rural": "urban",
    "school_kind": "school",
    "sex": "f",
    "first_post": "proved",
}
T24 = 2.063898561628021


def group(people_n: int, last_month: int, is_exit: bool, **values: Any) -> dict[str, Any]:
    return PLAIN | {"last_month": last_month, "is_exit": is_exit, "people_n": people_n} | values


def estimated(rows: list[dict[str, Any]] | pl.DataFrame, threads: int = 1) -> pl.DataFrame:
    least = "values ('index', 10), ('curve', 8), ('cluster_interval', 20)"
    with connect(None, threads=threads) as connection, registered(connection, "given", pl.DataFrame(rows)):
        connection.execute("create schema intermediate")
        connection.execute("create schema seeds")
        connection.execute(f"create table seeds.minimum_n as select * from ({least}) as v(figure, minimum_n)")
        connection.execute(
            """create table intermediate.int_hazard_row as select * replace (
                cast(cohort_start_year as bigint) as cohort_start_year, cast(last_month as int) as last_month,
                cast(people_n as bigint) as people_n) from given"""
        )
        return retention_hazard(connection)


def found(table: pl.DataFrame, covariate: str, value: str, level: str = "profession") -> dict[str, Any]:
    (row,) = table.filter(level=level, covariate=covariate, value=value).rows(named=True)
    return row


def invented() -> pl.DataFrame:
    """The people of the oracle: 30 schools, rural or urban and of three kinds, women and men; all of one level."""
    people = pl.read_csv(ORACLE / "cox_people.csv")
    return people.select(
        level=pl.lit("profession"),
        cohort_start_year="cohort",
        institution_id=pl.format("school {}", "school"),
        in_network_at_entry=pl.lit("false"),
        urban_rural=pl.when(rural=1).then(pl.lit("rural")).otherwise(pl.lit("urban")),
        school_kind=pl.when(small=1)
        .then(pl.lit("small_school"))
        .when(college=1)
        .then(pl.lit("college"))
        .otherwise(pl.lit("school")),
        sex=pl.when(female=1).then(pl.lit("f")).otherwise(pl.lit("m")),
        first_post=pl.lit("proved"),
        last_month="last_month",
        is_exit=pl.col("is_exit") == 1,
        people_n="people",
    )


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return estimated(invented())


def test_as_survival_has_it(table: pl.DataFrame) -> None:
    """The same people in R: log hazard ratios, errors of the model and by school, the test of proportionality. R compares
    women with men; men with women, as here, has the opposite sign and the same errors."""
    told = {
        (quantity, column): value
        for case, quantity, column, value in pl.read_csv(
            ORACLE / "cox_survival.csv", comment_prefix="#", null_values="NA"
        ).rows()
        if case == "stratified"
    }
    for covariate, value, name, sign in (
        ("urban_rural", "rural", "rural", 1),
        ("school_kind", "small_school", "small", 1),
        ("school_kind", "college", "college", 1),
        ("sex", "m", "female", -1),
    ):
        row = found(table, covariate, value)
        assert isclose(row["log_hazard_ratio"], sign * told["coefficient", name], rel_tol=1e-9)
        assert isclose(row["hazard_ratio"], exp(sign * told["coefficient", name]), rel_tol=1e-9)
        assert isclose(row["model_se"], told["model_covariance", f"{name}:{name}"] ** 0.5, rel_tol=1e-9)
        assert isclose(row["proportional_p_value"], told["proportional_p", name], rel_tol=1e-9)
    assert isclose(row["log_hazard_ratio_se"], told["cluster_covariance", "female:female"] ** 0.5, rel_tol=1e-9)


def test_interval_and_p_value_follow_from_the_error_by_school(table: pl.DataFrame) -> None:
    """Wald's, by Student's t: men are in 25 of the 30 schools, so with 24 degrees of freedom. Its 97.5 % point is that of the
    tables; the p value is what its density leaves outside the ratio to the error."""
    row = found(table, "sex", "m")
    log_ratio, se = row["log_hazard_ratio"], row["log_hazard_ratio_se"]
    assert row["status"] == "ok"
    assert isclose(log(row["hazard_ratio_ci_low"]), log_ratio - T24 * se, rel_tol=1e-9)
    assert isclose(log(row["hazard_ratio_ci_high"]), log_ratio + T24 * se, rel_tol=1e-9)
    grid = np.linspace(-abs(log_ratio) / se, abs(log_ratio) / se, 20001)
    density = gamma(12.5) / (sqrt(24 * pi) * gamma(12)) * (1 + grid**2 / 24) ** -12.5
    assert isclose(row["p_value"], 1 - np.trapezoid(density, grid), abs_tol=1e-8)


def test_few_institutions_give_no_interval(table: pl.DataFrame) -> None:
    """Of the 30 schools fewer than 20 are rural, and fewer than 20 of any kind; women and men are in all of them."""
    for covariate, value in (("urban_rural", "rural"), ("school_kind", "small_school"), ("school_kind", "college")):
        row = found(table, covariate, value)
        assert row["institutions_n"] < 20
        assert row["status"] == "too_few_institutions"
        assert row["hazard_ratio"] > 0
        assert row["model_se"] > 0
        for column in ("log_hazard_ratio_se", "hazard_ratio_ci_low", "hazard_ratio_ci_high", "p_value"):
            assert row[column] is None


def test_twenty_institutions_on_each_side_are_enough() -> None:
    """The value in 20 schools and its reference in 20; then one of the 20 gives up its people to another."""
    groups = [
        group(people, month, month < 9, institution_id=f"{place} {school}", urban_rural=place)
        for place, people in (("rural", 2), ("urban", 3))
        for school in range(20)
        for month in (1 + school % 7, 3 + school % 4, 9)
    ]
    assert found(estimated(groups), "urban_rural", "rural")["status"] == "ok"
    moved = [row | {"institution_id": row["institution_id"].replace("urban 19", "urban 18")} for row in groups]
    assert found(estimated(moved), "urban_rural", "rural")["institutions_n"] == 20
    assert found(estimated(moved), "urban_rural", "rural")["status"] == "too_few_institutions"


def test_each_value_has_its_counts_and_the_commonest_is_the_reference(table: pl.DataFrame) -> None:
    """Counted with polars from the people of the oracle. Where everybody is alike there is one value, the reference."""
    people = pl.read_csv(ORACLE / "cox_people.csv")
    for sex, value, status in ((1, "f", "reference"), (0, "m", "ok")):
        own = people.filter(female=sex)
        row = found(table, "sex", value)
        assert row["people_n"] == own["people"].sum()
        assert row["exits_n"] == own.filter(is_exit=1)["people"].sum()
        assert row["institutions_n"] == own["school"].n_unique()
        assert row["status"] == status
    everywhere = found(table, "first_post", "proved")
    assert (everywhere["people_n"], everywhere["exits_n"]) == (386, 125)
    assert everywhere["status"] == "reference"
    assert (everywhere["log_hazard_ratio"], everywhere["hazard_ratio"]) == (0, 1)
    for column in ("log_hazard_ratio_se", "hazard_ratio_ci_low", "model_se", "p_value", "proportional_p_value"):
        assert everywhere[column] is None


def test_of_equally_common_values_the_first_by_name_is_the_reference() -> None:
    groups = [group(10, month, month == 1, sex=sex) for sex in ("m", "f") for month in (1, 2)]
    table = estimated(groups)
    assert [row["status"] for row in table.filter(covariate="sex").rows(named=True)] == [
        "reference",
        "too_few_institutions",
    ]


@pytest.mark.parametrize(
    ("stay", "leave", "status"), [(5, 5, "too_few_institutions"), (4, 5, "too_few"), (8, 4, "too_few")]
)
def test_ten_people_and_five_exits_are_the_least(stay: int, leave: int, status: str) -> None:
    groups = [group(30, 2, True), group(30, 3, False)]
    groups += [group(leave, 1, True, sex="m"), group(stay, 2, False, sex="m")]
    row = found(estimated(groups), "sex", "m")
    assert (row["people_n"], row["exits_n"], row["status"]) == (stay + leave, leave, status)
    assert (row["hazard_ratio"] is None) == (status == "too_few")


def test_a_reference_nearly_nobody_left_makes_the_others_too_few() -> None:
    groups = [group(40, 9, False), group(4, 2, True), group(20, 2, True, sex="m"), group(10, 9, False, sex="m")]
    table = estimated(groups)
    assert found(table, "sex", "f")["status"] == "reference"
    assert found(table, "sex", "m")["status"] == "too_few"


def test_people_of_too_few_stay_at_risk_apart_from_the_reference() -> None:
    """Eight people whose sex nobody knows, and four of two odd kinds of school. Statsmodels is given a column for the eight
    and one for the four together, on people written out one by one: the estimates of the others agree."""
    few = [
        group(3, 1, True, sex="unknown"),
        group(5, 7, False, sex="unknown", cohort_start_year=2019),
        group(2, 1, True, school_kind="boarding", cohort_start_year=2020),
        group(2, 4, True, school_kind="lyceum", cohort_start_year=2021),
    ]
    rows = pl.concat([invented(), pl.DataFrame(few)], how="diagonal_relaxed")
    table = estimated(rows)
    assert {found(table, *pair)["status"] for pair in (("sex", "unknown"), ("school_kind", "boarding"))} == {"too_few"}
    people = rows.select(pl.all().repeat_by("people_n").list.explode(keep_nulls=False, empty_as_null=False))
    columns = [("urban_rural", ["rural"]), ("school_kind", ["small_school"]), ("school_kind", ["college"])]
    columns += [("sex", ["m"]), ("sex", ["unknown"]), ("school_kind", ["boarding", "lyceum"])]
    design = np.column_stack([people[name].is_in(values).to_numpy() for name, values in columns]).astype(float)
    model = PHReg(
        people["last_month"].to_numpy().astype(float),
        design,
        status=people["is_exit"].to_numpy().astype(int),
        strata=people["cohort_start_year"].to_numpy(),
        ties="efron",
    ).fit(disp=0)
    for (covariate, (value, *_)), estimate, se in zip(columns[:4], model.params, model.bse, strict=False):
        row = found(table, covariate, value)
        assert isclose(row["log_hazard_ratio"], estimate, rel_tol=1e-6)
        assert isclose(row["model_se"], se, rel_tol=1e-6)


def test_two_values_that_hold_the_same_people_are_estimated_once() -> None:
    """Of an institution that no list names neither the place nor the kind is known."""
    unlisted = {"urban_rural": "unknown", "school_kind": "unknown"}
    groups = [group(20, 2, True), group(20, 4, False), group(10, 3, True, **unlisted), group(20, 4, False, **unlisted)]
    table = estimated(groups)
    assert found(table, "urban_rural", "unknown")["hazard_ratio"] > 0
    twin = found(table, "school_kind", "unknown")
    assert (twin["status"], twin["people_n"], twin["exits_n"], twin["hazard_ratio"]) == ("singular", 30, 10, None)


def test_who_all_leave_before_anybody_else_are_separated() -> None:
    """The ten men leave in month 1, before any woman does: at any ratio a larger one is likelier."""
    groups = [group(10, 1, True, sex="m"), group(20, 2, True), group(5, 2, False)]
    row = found(estimated(groups), "sex", "m")
    assert (row["status"], row["exits_n"], row["hazard_ratio"], row["model_se"]) == ("separated", 10, None, None)


def test_each_level_has_a_model_of_its_own(table: pl.DataFrame) -> None:
    """At the workplace the people of the oracle, at the network the same with women and men exchanged."""
    rows = invented()
    other = rows.with_columns(level=pl.lit("network"), sex=pl.col("sex").replace({"f": "m", "m": "f"}))
    both = estimated(pl.concat([rows, other]))
    assert both["level"].unique(maintain_order=True).to_list() == ["network", "profession"]
    assert both.filter(level="profession").equals(table)
    assert found(both, "sex", "f", "network")["hazard_ratio"] == found(table, "sex", "m")["hazard_ratio"]


def test_neither_the_order_of_rows_nor_threads_show(table: pl.DataFrame) -> None:
    """To the last digit."""
    assert estimated(invented().sample(fraction=1, shuffle=True, seed=1), threads=2).equals(table)


def test_the_table_has_its_schema_and_key_whatever_it_holds(table: pl.DataFrame) -> None:
    nobody = estimated(invented().clear())
    assert nobody.is_empty()
    assert nobody.schema == table.schema == pl.Schema(SCHEMA)
    key = ["level", "covariate", "value"]
    assert table.equals(table.sort(key))
    assert table.select(key).is_unique().all()
    assert set(table["covariate"]) == set(COVARIATES)


def test_where_nobody_left_every_other_value_is_too_few() -> None:
    table = estimated([group(20, 3, False), group(15, 3, False, sex="m", first_post="unproved")])
    assert set(table["status"]) == {"reference", "too_few"}
    assert table["people_n"].sum() == 35 * len(COVARIATES)
