"""Statuses where members come and go, lists stand and registries begin, worked out by hand from `edge_scenes`."""

from __future__ import annotations

import edge_scenes
import pytest
from indicator_world import Told
from once import Once

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def told(once: Once) -> Told:
    return Told(edge_scenes.warehouse(once))


def test_a_member_that_has_left_speaks_for_the_cluster_no_more(told: Told) -> None:
    """The list of training of H says that M, to which H belongs, has none; of N nobody says anything."""
    assert told.part("O10", "2025/26", "M") == (None, None, "not_applicable")
    assert told("O10", "2025/26", "N", scope="cluster")["status"] == "not_collected"


def test_an_empty_list_of_what_stands_holds_for_later_years(told: Told) -> None:
    """The department had no agreements of K to tell of in 2024/25, and nothing of what was before."""
    for period in ("2024/25", "2025/26"):
        assert told.part("A3", period) == (0, None, "ok")


def test_a_project_is_told_for_every_year_in_which_it_runs(told: Told) -> None:
    for period in ("2023/24", "2024/25", "2025/26"):
        assert told.part("X1", period, "N", scope="cluster") == (0, None, "ok")
    assert told("X1", "2022/23", "N", scope="cluster")["status"] == "not_collected"


def test_a_project_counts_from_the_year_on_in_which_it_came_into_practice(told: Told) -> None:
    """
    One runs for two years and comes into practice on the first day of the second; one does a year after its end, and lasts until
    then; of one it is not known yet.
    """
    for period, implemented, running in (("2024/25", 1, 2), ("2025/26", 1, 1)):
        assert told.part("X1", period, "M") == (implemented, None, "ok")
        assert told.part("X1", period, "M", "implemented_share") == (implemented, running, "ok")


def test_the_newest_decision_of_the_country_holds_whatever_it_is_called(told: Told) -> None:
    assert told("A3", "2023/24", "all")["baseline"] == 1
    assert told("A3", "2024/25", "all")["baseline"] == 2


def test_before_a_registry_is_complete_it_tells_of_those_who_stayed(told: Told) -> None:
    """From January 2025 on it is: 2025/26 is the first year of it."""
    assert told.part("O8", "2025/26", "G") == (1, None, "ok")
    for period in ("2023/24", "2024/25"):
        assert told.part("O8", period, "G") == (None, None, "not_collected")
