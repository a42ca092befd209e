"""What a full list withdraws and what it must not: leavers, parts that wait, bad rows, corrected days, silent schools.

All scenes lie in one data root and are built once.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from staged import Root
from withdrawal_scenes import SCENES, Scenes

pytestmark = pytest.mark.usefixtures("dbt")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Root, Path]:
    scenes = Scenes(tmp_path_factory.mktemp("scenes"))
    for scene in SCENES:
        scene(scenes)
    scenes.registry()
    return scenes.root, scenes.root.build(as_of="2026-02-01", select="+int_row_balance +institution_coverage")


def held(built: tuple[Root, Path], school: str) -> dict[str, str]:
    """Posts that hold at a school: title of the post -> load."""
    root, warehouse = built
    query = f"""select position, cast(load_fte as double)::varchar from intermediate.int_staff_employment__accepted
        where institution_id = '{school}' and position not like '%colleague%'"""
    return dict(root.rows(warehouse, query))


def test_a_leaver_is_not_employed_again_by_an_older_list(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    query = """select position, end_date::varchar from intermediate.int_staff_employment__accepted
        where institution_id = 'leaver' order by 1"""
    assert root.rows(warehouse, query) == [("in summer", "2025-06-25"), ("stays", None)]


def test_a_newer_delivery_brings_a_withdrawn_row_back(built: tuple[Root, Path]) -> None:
    assert held(built, "returner") == {"returner": "0.5", "kept": "1.0"}


def test_a_correction_corrected_back_holds(built: tuple[Root, Path]) -> None:
    assert held(built, "back") == {"back": "1.0"}


def test_the_last_word_holds_whichever_sender_speaks_it(built: tuple[Root, Path]) -> None:
    """What the school replaced and then dropped does not come back from the office, until the office says it again."""
    assert held(built, "shared") == {"shared kept": "1.0"}
    assert held(built, "again") == {"again dropped": "1.0", "again kept": "1.0"}


def test_a_list_with_a_part_that_waits_withdraws_nothing(built: tuple[Root, Path]) -> None:
    """What was accepted of it holds; what waits leaves the last accepted rows, and so do rows no part speaks of."""
    assert held(built, "parts") == {"parts a 0": "1.0", "parts a 1": "1.0", "parts b 0": "0.5", "parts b 1": "1.0"}


def test_a_row_the_list_has_wrong_is_still_held(built: tuple[Root, Path]) -> None:
    """Who is in the list with a typo stays as last told; who is in it no more goes."""
    assert held(built, "typo") == {"typo": "1.0"}
    assert held(built, "quarrel") == {"quarrel": "1.0"}


def test_a_bad_key_withdraws_nobody_it_may_mean(built: tuple[Root, Path]) -> None:
    """No readable day: the person's posts stay. No readable person: everybody's at that school, and only there."""
    assert held(built, "no_day") == {"no day": "1.0"}
    assert held(built, "no_person") == {"no person": "1.0", "no person left": "1.0"}
    assert held(built, "doubt") == {"doubt": "1.0"}
    assert held(built, "sure") == {}


def test_a_post_a_card_has_wrong_is_still_held(built: tuple[Root, Path]) -> None:
    assert held(built, "cards").keys() == {"wrong"}


def test_a_school_is_confirmed_by_full_lists_alone(built: tuple[Root, Path]) -> None:
    """On the day the list describes, with rows of the school or without; one corrected row vouches for itself."""
    root, warehouse = built
    query = """select institution_id, confirmed_through_on::varchar, is_listed
        from intermediate.int_institution_confirmed
        where institution_id in ('corrected', 'vouched', 'full_house', 'deserted', 'halved', 'unlisted') order by 1"""
    assert root.rows(warehouse, query) == [
        ("corrected", "2025-01-10", True), ("deserted", "2025-11-10", True), ("full_house", "2025-11-10", True),
        ("halved", "2025-10-10", True), ("unlisted", "2025-10-12", False), ("vouched", "2025-06-08", True),
    ]  # fmt: skip
    rows = """select position, confirmed_on::varchar from intermediate.int_staff_employment__accepted
        where institution_id in ('corrected', 'vouched') order by 1"""
    assert root.rows(warehouse, rows) == [
        ("corrected", "2025-06-10"), ("corrected 2", "2025-01-10"), ("vouched", "2024-01-01"),
    ]  # fmt: skip


def test_coverage_counts_who_was_heard_of_lately(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    query = """select institution_id, is_delivered, head_n, is_stale from marts.institution_coverage
        where institution_id in ('silent', 'just', 'late', 'stale', 'mended', 'counted', 'absent', 'corrected', 'deserted')
        order by 1"""
    assert root.rows(warehouse, query) == [
        ("absent", False, 0, False), ("corrected", True, 2, False), ("counted", True, 2, False),
        ("deserted", True, 0, False), ("just", True, 2, False), ("late", False, 0, False), ("mended", True, 1, False),
        ("silent", False, 0, False), ("stale", True, 2, True),
    ]  # fmt: skip


def test_a_file_is_stale_while_a_newer_one_is_not_taken_in(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    query = """select sender, state, is_stale, is_of_old_rules from staging.stg_delivered_file
        where sender in ('stale', 'mended') order by sender, delivery_no"""
    assert root.rows(warehouse, query) == [
        ("mended", "accepted", False, False), ("mended", "waiting", False, False), ("mended", "accepted", False, False),
        ("stale", "accepted", True, False), ("stale", "waiting", False, False),
    ]  # fmt: skip


def test_whatever_lies_in_a_region_that_waits_waits_too(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    waiting = """select s.region_code, w.reason from intermediate.int_waiting_row as w
        join staging.stg_regions as s using (_delivery, _parse, _row, _item) order by 1"""
    codes = ("751000000", "751100000", "752000000", "753000000")
    assert root.rows(warehouse, waiting) == [(code, "waiting for regions") for code in codes]
    assert root.rows(warehouse, "select region_code from intermediate.int_regions__accepted") == [("750000000",)]
    schools = """select s.institution_id, w.reason from intermediate.int_waiting_row as w
        join staging.stg_institutions as s using (_delivery, _parse, _row, _item)"""
    assert root.rows(warehouse, schools) == [("village", "waiting for regions")]


def starts(built: tuple[Root, Path], school: str) -> list[tuple[str, str]]:
    root, warehouse = built
    query = f"""select position, start_date::varchar from intermediate.int_staff_employment__accepted
        where institution_id = '{school}' order by all"""
    return root.rows(warehouse, query)


def test_a_corrected_first_day_makes_no_second_career(built: tuple[Root, Path]) -> None:
    """Whatever period the lists are of; corrected back, the first one holds."""
    assert starts(built, "newstart") == [("newstart", "2020-11-01")]
    assert starts(built, "oldstart") == [("oldstart", "2020-09-01")]


def test_who_left_between_two_lists_is_not_forgotten(built: tuple[Root, Path]) -> None:
    """The list of a year need not hold a post that ended before it. What it leaves out stays as it was last told, open as
    far as it was confirmed: to withdraw it would leave only those in the cohorts who stayed."""
    assert starts(built, "current") == [
        ("back", "2020-09-01"), ("back", "2025-09-10"), ("past", "2015-09-01"), ("stays on", "2020-09-01"),
        ("two", "2020-09-01"), ("two", "2022-09-01"), ("went", "2020-09-01"),
    ]  # fmt: skip
    assert starts(built, "history") == [("ended before", "2015-09-01"), ("open", "2020-09-01")]


def test_a_list_of_no_year_speaks_of_all_it_was_told(built: tuple[Root, Path]) -> None:
    assert held(built, "timeless") == {"timeless 1": "1.0"}


def test_every_row_has_one_fate(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    unbalanced = """select file from intermediate.int_row_balance
        where read_n <> accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n
            + without_consent_n"""
    assert root.rows(warehouse, unbalanced) == []
    fates = """select accepted_n, superseded_n, withdrawn_n from intermediate.int_row_balance
        where file like 'leaver/%' order by file"""
    assert root.rows(warehouse, fates) == [(0, 3, 0), (1, 1, 1), (1, 0, 0)]
