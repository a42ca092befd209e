"""The demo: known truth comes back inside the intervals, and the quarantine is exactly what was planted."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
from demo_copies import copies
from product import Product, quarantined

from bilimkoz.settings import Settings

FIRST_REPORTED = "2018/19"


@pytest.fixture(scope="module")
def demo(parsed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Product:
    product = Product(tmp_path_factory.mktemp("demo"))
    assert product.call("key", "init").returncode == 0
    assert product.call("simulate", "--profile", "demo").returncode == 0
    product.know_project_from(parsed.root)
    ran = product.call("run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return product


def _against_truth(product: Product) -> pl.DataFrame:
    """Each figure of the reported cohorts beside the share its generating hazards lead to."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{product.data}/published/current/internal/marts.duckdb' as marts (read_only)")
        return connection.execute(
            f"""select t.*, i.hired_n as found_hired_n, i.index_share, i.index_ci_low, i.index_ci_high, i.status
            from '{product.data}/truth/true_retention.parquet' as t
            left join marts.retention_index as i
                using (cohort_year, level, estimand, segment, segment_value, horizon_months)
            where t.is_observed and (t.cohort_year = 'all' or t.cohort_year >= '{FIRST_REPORTED}')"""
        ).pl()


def test_true_retention_is_recovered(demo: Product) -> None:
    """Every pooled figure holds the truth in its 95 % interval, and so do at least 19 of 20 of the others."""
    found = _against_truth(demo)
    shown = found.filter(pl.col("status").is_in(["ok", "too_few"]))
    assert set(shown["level"]) == {"workplace", "network", "profession"}
    assert set(shown["estimand"]) == {"employed_at", "continuous"}
    assert set(shown["horizon_months"]) == {12, 24, 36, 60}
    inside = shown.with_columns(holds=pl.col("expected_share").is_between("index_ci_low", "index_ci_high"))
    pooled = inside.filter((pl.col("cohort_year") == "all") & (pl.col("segment") == "all"))
    assert pooled.height == 24
    assert pooled["holds"].all()
    split = inside.filter((pl.col("cohort_year") != "all") | (pl.col("segment") != "all"))
    assert split.height > 300
    assert split["holds"].mean() >= 0.95


def test_a_figure_that_cannot_be_observed_says_so(demo: Product) -> None:
    """Unobserved by the marts means so in the truth: the last cohorts, and those whose tolerance has not run out."""
    hidden = _against_truth(demo).filter(pl.col("status") == "not_yet_observed")
    assert hidden.height > 10
    assert hidden["index_share"].is_null().all()
    assert (hidden["cohort_year"] >= "2022/23").all()


def test_members_of_a_cluster_are_counted_as_they_were_made(demo: Product) -> None:
    """People of a cluster have national identifiers, so their cohorts are recovered head by head; but for two whose EHIS card
    tells a career that the truth takes for one from before the registry: one each in two cohorts."""
    clusters = _against_truth(demo).filter((pl.col("segment") == "cluster") & (pl.col("cohort_year") != "all"))
    assert clusters.height > 100
    more = clusters.with_columns(more_n=pl.col("found_hired_n") - pl.col("hired_n").cast(pl.Int64))
    differing = more.filter(pl.col("more_n") != 0).select("cohort_year", "segment_value", "more_n").unique()
    assert sorted(differing.rows()) == [("2021/22", "K1", 1), ("2023/24", "K2", 1)]


@pytest.mark.parametrize(("kind", "least_share"), [("exact_copy", 1), ("near_copy", 0.9)])
def test_planted_copies_are_found_and_no_others(demo: Product, kind: str, least_share: float) -> None:
    """A near-copy has one remark of five of its own; of a few that are short else, that is more than a third."""
    release = demo.data / "published" / "current" / "restricted" / "warehouse.duckdb"
    planted_n, found_n, false_n = copies(release, demo.data / "truth" / "planted_copies.parquet", kind)
    assert planted_n > 50
    assert found_n >= least_share * planted_n
    assert false_n == 0


def test_quarantine_holds_exactly_what_was_planted(demo: Product) -> None:
    """By file, line, part, column and rule: no more and no fewer."""
    planted, found = quarantined(demo)
    assert len(planted) > 300
    assert found == planted


def test_files_that_did_not_load_are_those_planted_so(demo: Product) -> None:
    """Which files wait whole and which could not be read, by name; then a second run finds nothing new."""
    notes = pl.read_parquet(demo.data / "truth" / "planted_notes.parquet")
    kinds = {"file_waits": "waiting", "file_refused": "refused"}
    planted = notes.filter(pl.col("note").is_in(list(kinds))).select("sender", "delivery", "path", "note").rows()
    warehouse = next((demo.data / "work").glob("*/warehouse.duckdb"))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select sender, folder, path, state from log.files where state <> 'accepted'"
        ).fetchall()
    assert len(planted) == 3
    assert sorted(found) == sorted((*name, kinds[note]) for *name, note in planted)
    assert "Nothing new" in demo.call("run").stdout
