"""What joining a network changes, in worlds where it is known; and where there is no figure."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from network_world import YEARS, Networks

from bilimkoz.connection import connect
from estimators.network_effect import _why_unknown

#: Spring of 2021 was hard for all.
SHOCK = {(3, 2021): -0.8, (4, 2021): -0.5, (1, 2020): 0.3}


def world(
    clusters: int,
    controls: int = 30,
    effect: float = 0.3,
    drift: float = 0.0,
    noise: float = 0.0,
    terms: tuple[int, ...] = (0,),
    joining: tuple[int, ...] = (2020, 2021, 2022),
) -> Networks:
    """Two members a network, which join by turns; members drift apart from others by `drift` a year."""
    made, random = Networks(), np.random.default_rng(7)
    for cluster in range(clusters):
        joined = joining[cluster % len(joining)]
        for number in range(2):
            made.member(f"m{cluster}-{number}", f"c{cluster}", joined)
            for term in terms:
                values = {
                    year: cluster / 10
                    + SHOCK.get((term, year), 0)
                    + drift * year
                    + effect * (year >= joined)
                    + noise * random.normal()
                    for year in YEARS
                }
                made.outcome(f"m{cluster}-{number}", values, term=term, n=20 + 10 * number + cluster)
    for control in range(controls):
        for term in terms:
            values = {year: -control / 10 + SHOCK.get((term, year), 0) + noise * random.normal() for year in YEARS}
            made.outcome(f"k{control}", values, term=term, n=40 + control)
    return made


def told(tables: dict[str, pl.DataFrame], aggregation: str = "overall") -> dict[str, float]:
    of = tables["network_effect"].filter(pl.col("aggregation") == aggregation, pl.col("status") != "not_collected")
    return dict(of.select("aggregation_value", "effect_value").iter_rows())


def test_an_effect_that_is_the_same_for_all_is_found_by_every_average() -> None:
    """Seasons and levels differ, and nothing else does: so nought before joining and .3 after. Controls are thirty others, and in
    2020 the sixteen members of 2021 and the sixteen of 2022."""
    tables = world(25, terms=(1, 2, 3, 4)).estimated()
    assert told(tables) == pytest.approx({"all": 0.3})
    assert told(tables, "cohort") == pytest.approx({"2020/21": 0.3, "2021/22": 0.3, "2022/23": 0.3})
    assert told(tables, "calendar") == pytest.approx({"2020/21": 0.3, "2021/22": 0.3, "2022/23": 0.3, "2023/24": 0.3})
    assert told(tables, "event") == pytest.approx(
        {"-4": 0, "-3": 0, "-2": 0, "0": 0.3, "1": 0.3, "2": 0.3, "3": 0.3}, abs=1e-12
    )
    row = tables["network_effect"].row(0, named=True)
    assert (row["clusters_n"], row["institutions_n"], row["control_institutions_n"], row["status"]) == (
        25,
        50,
        62,
        "ok",
    )


def test_who_joins_in_the_middle_of_a_year_is_a_member_from_that_term_on() -> None:
    """Joined in term 3 of 2020/21: autumn of that year is before, and the year that autumns are measured from."""
    made = world(24)
    for school in ("late", "later"):
        made.member(school, f"c-{school}", 2020, {1: 2021, 2: 2021})
        for term in (1, 3):
            values = {year: 1.0 * (year + (term == 3) > 2020) for year in YEARS}
            made.outcome(school, values, name="attendance", term=term)
    for term in (1, 3):
        for control in range(20):
            made.outcome(f"k{control}", dict.fromkeys(YEARS, 0.0), name="attendance", term=term)
    of = made.estimated()["network_effect"].filter(outcome="attendance")
    assert dict(of.filter(aggregation="cohort").select("aggregation_value", "effect_value").iter_rows()) == {
        "2020/21": 1.0
    }
    assert dict(of.filter(aggregation="event").select("aggregation_value", "effect_value").iter_rows()) == {
        "-3": 0.0, "-2": 0.0, "0": 1.0, "1": 1.0, "2": 1.0, "3": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clusters", "controls", "status", "has_effect", "has_interval"),
    [
        (25, 30, "ok", True, True),
        (19, 30, "few_clusters", True, True),
        (5, 22, "few_clusters", True, True),
        (4, 22, "too_few", True, False),
        (1, 22, "too_few", False, False),
    ],
)
def test_statuses(clusters: int, controls: int, status: str, has_effect: bool, has_interval: bool) -> None:
    tables = world(clusters, controls, noise=0.2).estimated()
    row = tables["network_effect"].row(0, named=True)
    assert (row["status"], row["effect_value"] is not None, row["effect_ci_low"] is not None) == (
        status,
        has_effect,
        has_interval,
    )
    assert (row["effect_se"] is not None) == has_interval
    assert (tables["network_effect_check"].height == 1) == has_interval


def test_nineteen_others_are_too_few() -> None:
    """Of networks that all join in one year nobody is a control but those who never join."""
    made = Networks()
    for cluster in range(25):
        made.member(f"m{cluster}", f"c{cluster}", 2020)
        made.outcome(f"m{cluster}", dict.fromkeys(YEARS, 1.0))
    for control in range(19):
        made.outcome(f"k{control}", dict.fromkeys(YEARS, 0.0))
    (row,) = made.estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert (row["status"], row["effect_value"], row["aggregation"]) == ("too_few_controls", None, "overall")


def test_members_of_old_say_nothing() -> None:
    made = world(0)
    for cluster in range(25):
        made.member(f"old{cluster}", f"c{cluster}", 2010)
        made.outcome(f"old{cluster}", dict.fromkeys(YEARS, 1.0))
    (row,) = made.estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert (row["status"], row["effect_value"]) == ("no_year_before", None)


def test_a_drift_that_goes_on_explains_the_whole_effect() -> None:
    """Members gain .1 a year on others before and after joining: .1 in the year of joining, then .2 and .3, a mean of .2. A drift
    of once the step of .1 explains it."""
    tables = world(25, effect=0.0, drift=0.1, joining=(2021,)).estimated()
    assert told(tables, "event") == pytest.approx({"-3": -0.2, "-2": -0.1, "0": 0.1, "1": 0.2, "2": 0.3})
    (row,) = tables["network_effect_check"].iter_rows(named=True)
    assert (row["years_before_n"], row["largest_step_value"]) == (2, pytest.approx(0.1))
    assert (row["bound_ci_low"], row["bound_ci_high"]) == (pytest.approx(0, abs=1e-9), pytest.approx(0.4))
    assert row["breakdown_value"] == pytest.approx(1)


def test_a_drift_before_joining_is_found_and_noise_is_not() -> None:
    for drift, is_found in ((0.0, False), (0.15, True)):
        (row,) = world(25, drift=drift, noise=0.2).estimated()["network_effect_check"].iter_rows(named=True)
        assert (row["trend_p_value"] < 0.05) == is_found
        assert 0 < row["detectable_trend_value"] < 0.15


def test_one_known_year_before_leaves_nothing_to_check() -> None:
    made = world(25)
    made.rows = [row for row in made.rows if row[3] >= 2021 or row[2].startswith("k")]
    for cluster in range(25):
        made.rows = [
            row for row in made.rows if not (row[2].startswith(f"m{cluster}-") and row[3] < 2019 + cluster % 3)
        ]
    tables = made.estimated()
    (row,) = tables["network_effect_check"].iter_rows(named=True)
    assert (row["status"], row["years_before_n"], row["bound_ci_low"]) == ("no_year_before", 0, None)


def test_a_year_of_preparing_is_not_what_changes_are_measured_from() -> None:
    """Schools that prepare for a year gain .3 in it already: measured from it joining brings nought, from the year before .3.
    The years before are then those before that one."""
    for years, effect in (("0", 0.0), ("1", 0.3)):
        made = world(25, effect=0.0, joining=(2021,))
        made.rows = [
            (*row[:4], row[4] + 0.3 * (row[2].startswith("m") and row[3] >= 2020), row[5]) for row in made.rows
        ]
        made.bounds["network_anticipation_years"] = years
        tables = made.estimated()
        assert told(tables) == pytest.approx({"all": effect}, abs=1e-12)
        (row,) = tables["network_effect_check"].iter_rows(named=True)
        assert (row["years_before_n"], row["largest_step_value"]) == (
            2 - int(years),
            pytest.approx(0.3 - effect, abs=1e-12),
        )


def test_what_pupils_knew_is_told_of_the_year_of_joining_alone() -> None:
    """A year later last year's score holds what the network has added: .3 here, and no sign of other pupils."""
    made = world(25, effect=0.0, joining=(2021,))
    made.rows = [
        ("intake_prior", *row[1:4], row[4] + 0.3 * (row[2].startswith("m") and row[3] >= 2022), row[5])
        for row in made.rows
    ]
    tables = made.estimated()
    assert told(tables) == pytest.approx({"all": 0}, abs=1e-12)
    assert list(told(tables, "event")) == ["-3", "-2", "0"]


def test_controls_of_one_network_are_one() -> None:
    """Twenty-five schools of one network that joins later share what befalls them: they are worth one control."""
    made = world(25, controls=0, noise=0.2, joining=(2020,))
    for number in range(25):
        made.member(f"late{number}", "late", 2023)
        made.outcome(f"late{number}", dict.fromkeys(YEARS, 0.1 * number))
    (row,) = made.estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert (row["status"], row["effect_value"]) == ("too_few_controls", None)


def test_one_large_control_is_not_twenty() -> None:
    made = world(25, controls=24, noise=0.2, joining=(2021,))
    made.outcome("large", dict.fromkeys(YEARS, 0.0), n=5_000)
    (row,) = made.estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert (row["status"], row["effect_value"]) == ("too_few_controls", None)


def test_who_joined_last_is_not_observed_yet_and_nobody_is_no_network() -> None:
    made = world(25, joining=(2024,))
    (row,) = made.estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert row["status"] == "not_yet_observed"
    (row,) = world(0).estimated()["network_effect"].filter(outcome="score").iter_rows(named=True)
    assert row["status"] == "not_applicable"


def test_every_outcome_has_a_row_and_says_why_there_is_no_figure() -> None:
    """Nobody has delivered attendance; the intake is told of nine pupils a school, special needs of no member."""
    made = world(25)
    made.outcome("m0-0", {2020: 0.5}, name="intake_disadvantaged", n=9)
    made.outcome("k0", {2020: 0.5}, name="intake_disadvantaged", n=9)
    made.outcome("k0", {2020: 0.5}, name="intake_special_needs", n=9)
    of = made.estimated()["network_effect"].filter(aggregation="overall")
    assert dict(of.select("outcome", "status").iter_rows()) == {
        "score": "ok",
        "residual": "not_collected",
        "attendance": "not_collected",
        "staff_stability": "not_collected",
        "intake_prior": "not_collected",
        "intake_disadvantaged": "no_year_before",
        "intake_special_needs": "not_applicable",
    }
    assert not of.filter(pl.col("outcome") != "score")["effect_value"].drop_nulls().len()


def test_scores_without_a_model_have_no_residual() -> None:
    with connect(None) as connection:
        world(25).write(connection)
        connection.execute(
            "insert into intermediate.int_value_added_gram (subject, test, institution_id, start_year, grade) "
            "values ('mathematics', 'modo', 'k0', 2020, 5)"
        )
        assert _why_unknown(connection, "residual") == "not_estimable"


def test_a_mean_of_few_pupils_is_in_no_effect() -> None:
    """One pupil at a member would be that pupil; ten may be told of."""
    for pupils, n in ((9, 50), (10, 51)):
        made = world(25)
        made.member("small", "c0", 2020)
        made.outcome("small", {year: 5.0 * (year >= 2020) for year in YEARS}, n=pupils)
        assert made.estimated()["network_effect"]["institutions_n"][0] == n


def test_every_year_before_is_looked_at() -> None:
    """Members were 3 higher up to seven years before joining, out of sight of the years that are told each for itself."""
    made = world(25, joining=(2021,))
    for cluster in range(25):
        for number in range(2):
            early = {2013: 3.0 + cluster / 10, 2014: cluster / 10}
            made.outcome(f"m{cluster}-{number}", early)
    for control in range(30):
        made.outcome(f"k{control}", {2013: -control / 10, 2014: -control / 10}, n=40 + control)
    (row,) = made.estimated()["network_effect_check"].iter_rows(named=True)
    assert (row["years_before_n"], row["largest_step_value"]) == (4, pytest.approx(3.0))
