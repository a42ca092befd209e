"""The index of clusters: who is compared with whom, what has no index or no rank, and what each indicator does."""

from __future__ import annotations

import csv
from dataclasses import replace

import polars as pl
import pytest
from index_world import PERIOD, IndexWorld, several

from bilimkoz.settings import PROJECT, Index, Settings
from estimators.cluster_index import INDEX, INFLUENCE, cluster_index, what_if


def test_the_index_on_paper() -> None:
    """Weights 0.4, 0.3, 0.15, 0.15; scores 1 + 99 · value."""
    row = IndexWorld({"a": [0.5, 0.25, 0.0, 1.0]}).rows()["a"]
    assert row["index_score"] == pytest.approx(50.5**0.4 * 25.75**0.3 * 1**0.15 * 100**0.15)
    assert (row["coverage_share"], row["status"], row["rank"], row["ranked_n"]) == (1, "too_few", None, 1)
    row = IndexWorld({"a": [0.5, 0.25, 0.0, 1.0]}, aggregation="arithmetic").rows()["a"]
    assert row["index_score"] == pytest.approx(0.4 * 50.5 + 0.3 * 25.75 + 0.15 * 101)


def test_seventy_per_cent_are_enough_and_less_is_not() -> None:
    """0.4 + 0.3 is the bound itself; 0.4 + 0.15 + 0.15 too; 0.3 + 0.15 + 0.15 is under it."""
    rows = IndexWorld(
        {
            "a": [0.5, 0.25, None, None],
            "b": [0.6, None, 0.1, 0.9],
            "c": [None, 0.5, 0.5, 0.5],
            "d": [0.1, 0.2, None, None],
        }
    ).rows()
    assert [rows[name]["coverage_share"] for name in "abcd"] == [0.7, 0.7, 0.6, 0.7]
    assert rows["a"]["index_score"] == pytest.approx(50.5 ** (4 / 7) * 25.75 ** (3 / 7))
    assert (rows["c"]["index_score"], rows["c"]["status"], rows["c"]["ranked_n"]) == (None, "low_coverage", 3)


def test_five_clusters_are_ranked_and_four_are_not() -> None:
    four, five = (IndexWorld(several(number)).rows() for number in (4, 5))
    assert {row["status"] for row in four.values()} == {"too_few"}
    assert all(row["index_score"] and row["rank"] is row["rank_ci_low"] is None for row in four.values())
    assert {name: row["rank"] for name, row in five.items()} == {"c1": 5, "c2": 4, "c3": 3, "c4": 2, "c5": 1}
    for row in five.values():
        assert (row["status"], row["ranked_n"]) == ("ok", 5)
        assert 1 <= row["rank_ci_low"] <= row["rank"] <= row["rank_ci_high"] <= 5


def test_of_four_clusters_only_min_max_is_taken() -> None:
    for asked in ("z", "rank"):
        four, five = (IndexWorld(several(number), normalisation=asked).rows() for number in (4, 5))
        assert {row["normalisation"] for row in four.values()} == {"minmax"}
        assert {row["normalisation"] for row in five.values()} == {asked}
    assert four["c1"]["index_score"] == IndexWorld(several(4)).rows()["c1"]["index_score"]


def test_the_fifth_that_has_no_index_does_not_count() -> None:
    rows = IndexWorld(several(4) | {"c5": [0.9, None, None, 0.9]}, normalisation="z").rows()
    assert {row["normalisation"] for row in rows.values()} == {"minmax"}
    assert [row["status"] for row in rows.values()] == ["too_few"] * 4 + ["low_coverage"]


def test_a_constant_indicator_counts_as_missing() -> None:
    clusters = {name: [*values[:3], 0.4] for name, values in several(5).items()}
    world = IndexWorld(clusters)
    assert {row["coverage_share"] for row in world.rows().values()} == {0.85}
    influence = world.made()["cluster_index_influence"].filter(indicator="J1")
    assert set(influence["status"]) == {"no_spread"}
    assert influence["indicator_score"].null_count() == influence.height == 5


def test_what_is_the_same_but_for_rounding_is_constant() -> None:
    """All have risen by .1; in binary fractions .8 - .7 is a little more than .9 - .8, which is no difference."""
    rises = [0.8 - 0.7, 0.9 - 0.8, 0.4 - 0.3, 0.3 - 0.2, 0.6 - 0.5]
    assert len(set(rises)) > 1
    clusters = {name: [*values[:3], rise] for (name, values), rise in zip(several(5).items(), rises, strict=True)}
    world = IndexWorld(clusters, bounds=(None, None))
    assert {row["coverage_share"] for row in world.rows().values()} == {0.85}
    assert set(world.made()["cluster_index_influence"].filter(indicator="J1")["status"]) == {"no_spread"}


@pytest.mark.parametrize("asked", ["minmax", "z", "rank"])
def test_who_falls_out_for_want_of_a_spread_is_compared_with_nobody(asked: str) -> None:
    """L4 is .5 of all and scores nothing. c1 has P1 and J1 beside it, .55 of .70; the four others are as they were alone."""
    others = {name: [0.1 * n, 0.3 - 0.05 * n, 0.5, 0.2 * n] for n, name in enumerate(("c2", "c3", "c4", "c5"), 1)}
    world = IndexWorld({"c1": [0.9, None, 0.5, 0.9]} | others, normalisation=asked, bounds=(None, None))
    five, four = world.rows(), replace(world, values=others).rows()
    assert (five["c1"]["status"], five["c1"]["coverage_share"]) == ("low_coverage", 0.55)
    assert {name: five[name] for name in others} == four
    assert {row["normalisation"] for row in five.values()} == {"minmax"}


def test_groups_are_clusters_of_a_kind_and_stage() -> None:
    clusters = several(5) | {f"d{n}": values for n, values in enumerate(several(5).values())}
    kinds = {f"d{n}": ("pedagogical_network", "scaling") for n in range(5)}
    rows = IndexWorld(clusters, kinds=kinds | {"c1": ("psychology_hub", None)}).rows()
    assert [rows[name]["ranked_n"] for name in ("c1", "c2", "d0")] == [1, 4, 5]
    assert rows["c1"]["cluster_stage"] == "unknown"


@pytest.mark.parametrize("status", ["not_applicable", "not_yet_observed"])
def test_why_there_is_no_index(status: str) -> None:
    rows = IndexWorld(several(2) | {"x": [None] * 4}, statuses={"x": status}).rows()
    assert (rows["x"]["status"], rows["x"]["index_score"], rows["x"]["coverage_share"]) == (status, None, 0)


@pytest.mark.parametrize(("to_come", "why"), [("P1", "not_yet_observed"), ("J1", "low_coverage")])
def test_what_is_to_come_is_waited_for_where_it_can_be_enough(to_come: str, why: str) -> None:
    """G3 and L4 are .45: with P1, of .4, that would be .85, with J1, of .15, .60 and under .70."""
    rows = IndexWorld(several(2) | {"x": [None, 0.3, 0.3, None]}, statuses={("x", to_come): "not_yet_observed"}).rows()
    assert (rows["x"]["status"], rows["x"]["coverage_share"]) == (why, pytest.approx(0.45))


def test_weights_that_are_given_are_named() -> None:
    assert {row["weighting"] for row in IndexWorld(several(2)).rows().values()} == {"equal"}
    assert {row["weighting"] for row in IndexWorld(several(2), given=True).rows().values()} == {"given"}


def test_what_each_indicator_does() -> None:
    """a is ahead by P1 alone: without it a falls from first to last, and the four others rise by one: 8 / 5 places."""
    clusters = {"a": [1.0, 0.3, 0.3, 0.3]} | {f"b{n}": [0.0, 0.4, 0.4 + n / 50, 0.4 + n / 50] for n in range(4)}
    world = IndexWorld(clusters, aggregation="arithmetic")
    rows = world.rows()
    assert rows["a"]["rank"] == 1
    mine = world.made()["cluster_index_influence"].filter(cluster_id="a", indicator="P1").row(0, named=True)
    assert (mine["indicator_score"], mine["without_rank"], mine["status"]) == (100, 5, "ok")
    assert mine["without_score"] == pytest.approx(1 + 99 * 0.3)
    assert mine["mean_shift_rank"] == pytest.approx((4 + 1 + 1 + 1 + 1) / 5)
    assert mine["weight_share"] == pytest.approx(0.4)


def test_a_missing_one_widens_the_interval() -> None:
    sure = IndexWorld(several(8), error=None).rows()["c4"]
    unsure = IndexWorld(several(8) | {"c4": [0.4, 0.45, None, None]}, error=None).rows()["c4"]
    assert (sure["rank_ci_low"], sure["rank_ci_high"]) == (5, 5)
    assert unsure["rank_ci_low"] < 5 < unsure["rank_ci_high"]


def test_the_same_twice_and_in_any_order() -> None:
    world = IndexWorld(several(9), error=0.2)
    turned = replace(world, values=dict(reversed(world.values.items())))
    for name, table in world.made().items():
        assert table.equals(world.made()[name])
        assert table.equals(turned.made()[name])


def test_a_group_of_which_nothing_is_told() -> None:
    made = IndexWorld({"a": [None] * 4, "b": [0.1, None, None, 0.2]}).made()
    assert made["cluster_index"]["status"].to_list() == ["low_coverage"] * 2
    assert made["cluster_index_influence"].is_empty()


def test_of_nothing_nothing_is_made() -> None:
    with IndexWorld(several(1)).open() as connection:
        connection.execute("delete from marts.cluster_criteria")
        made = cluster_index(connection)
    assert made["cluster_index"].schema == INDEX
    assert made["cluster_index_influence"].schema == INFLUENCE
    assert made["cluster_index"].is_empty()


def test_what_if_an_indicator_reached_a_value() -> None:
    world = IndexWorld(several(6), error=0.05)
    with world.open() as connection:
        index = cluster_index(connection)["cluster_index"]
        connection.execute("create table marts.cluster_index as select * from index")
        # A release has marts and nothing else.
        connection.execute("drop schema seeds cascade; drop schema intermediate cascade")
        found = what_if(connection, "c2", "P1", 1.0)
        with pytest.raises(ValueError, match="does not stand once"):
            what_if(connection, "c2", "P2", 1.0)
        with pytest.raises(ValueError, match="has no index in 2019/20"):
            what_if(connection, "c2", "P1", 1.0, "2019/20")
    now, then = found.rows(named=True)
    told = index.filter(cluster_id="c2").row(0, named=True)
    assert now == {name: told.get(name, now[name]) for name in now}
    assert (now["scenario"], now["value"], then["scenario"], then["value"]) == ("now", 0.2, "if", 1)
    assert then["index_score"] == pytest.approx(now["index_score"] * (100 / 20.8) ** 0.4)
    reached = IndexWorld(several(6) | {"c2": [1.0, *several(2)["c2"][1:]]}).rows()["c2"]
    assert (then["rank"], then["period"]) == (reached["rank"], PERIOD)
    assert then["rank_ci_low"] < now["rank_ci_low"]


def test_what_if_a_missing_one_is_told() -> None:
    with IndexWorld(several(5) | {"c1": [0.1, 0.15, None, 0.1]}).open() as connection:
        index: pl.DataFrame = cluster_index(connection)["cluster_index"]
        connection.register("made", index)
        connection.execute("create table marts.cluster_index as select * from made")
        now, then = what_if(connection, "c1", "L4", 0.9).rows(named=True)
    assert (now["value"], then["value"]) == (None, 0.9)
    assert then["index_score"] > now["index_score"]


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_criteria_are_made_of_figures_that_have_a_better_side() -> None:
    measures = {(row["code"], "main"): row["direction"] for row in seed("indicators")}
    measures |= {(row["indicator"], row["measure"]): row["direction"] for row in seed("indicator_measures")}
    rows = seed("criteria_indicators")
    assert {measures[row["indicator"], row["measure"]] for row in rows} <= {"higher", "lower"}
    assert {row["criterion"] for row in rows} == {row["criterion"] for row in seed("criteria")}
    weights = [row["weight"] for name in ("criteria", "criteria_indicators") for row in seed(name)]
    assert all(float(weight) > 0 for weight in weights if weight)


def test_settings_say_how_the_index_is_made() -> None:
    settings = Settings(index=Index(normalisation="z", aggregation="arithmetic"))
    assert settings.dbt_vars == {"index_normalisation": "z", "index_aggregation": "arithmetic"}
