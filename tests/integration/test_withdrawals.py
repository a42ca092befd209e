"""What a full list withdraws and what it must not: leavers, parts that wait, bad rows, corrected days, silent schools.

All scenes lie in one data root and are built once; each has a sender and a school of its own name, and names a person by
the title of the post.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import iin
from staged import Root, table

NATIONAL = 'register = "kz.iin"\n'
OBLAST = {
    "region_code": "750000000",
    "name_kk": "А",
    "name_ru": "А",
    "name_en": "A",
    "level": "oblast",
    "parent_code": "",
    "urban_rural": "",
}
Row = dict[str, Any]


def _people() -> Iterator[str]:
    """Identifiers of people who do not exist; one in eleven bodies has no valid check digit and is left out."""
    for number in itertools.count(1):
        try:
            yield iin(f"8501013{number:04d}")
        except ValueError:
            continue


class Scenes:
    """The data root of all scenes. A scene is a school and its sender; rows of `name` are about one person."""

    def __init__(self, folder: Path) -> None:
        self.root = Root(folder)
        self.people: dict[str, str] = {}
        self.free = _people()
        self.schools: list[str] = []
        self.root.sender("registry", NATIONAL)

    def school(self, name: str, *senders: str, more: str = "") -> None:
        """A school, and senders (its own by default) that speak for it alone."""
        self.schools.append(name)
        for sender in senders or (name,):
            self.root.sender(sender, NATIONAL + more + f'institutions = ["{name}"]\n')

    def row(self, name: str, school: str, start: str = "2020-09-01", end: str = "", **more: Any) -> Row:
        person = self.people.setdefault(name, "") or self.people.update({name: next(self.free)}) or self.people[name]
        given = {"person_id": person, "institution_id": school, "position": name, "start_date": start}
        return given | {"end_date": end, "load_fte": "1", "confirmed_on": ""} | more

    def crowd(self, school: str, people_n: int) -> list[Row]:
        """Colleagues, so that one bad row among them does not hold up the file."""
        return [self.row(f"{school} colleague {number}", school) for number in range(people_n)]

    def list(self, sender: str, created: str, *parts: list[Row], full: bool = True, **more: Any) -> None:
        files = {f"staff_employment_{number}.csv": table(part) for number, part in enumerate(parts)}
        self.root.deliver(sender, created, f"{created}T06:00:00Z", files, full=full, **more)

    def registry(self) -> None:
        schools = [
            {"institution_id": name, "name_kk": name, "kind": "school", "region_code": "750000000", "status": "active"}
            for name in self.schools
        ]
        # A village in a district in an oblast nobody has delivered, and two regions that are each other's parent.
        below = (
            ("751000000", "759999999"),
            ("751100000", "751000000"),
            ("752000000", "753000000"),
            ("753000000", "752000000"),
        )
        more = [OBLAST | {"region_code": code, "level": "district", "parent_code": parent} for code, parent in below]
        schools.append(schools[0] | {"institution_id": "village", "region_code": "751100000"})
        files = {"regions.csv": table([OBLAST, *more]), "institutions.csv": table(schools)}
        self.root.deliver("registry", "base", "2024-01-01T00:00:00Z", files, period=None)


def leaver(scenes: Scenes) -> None:
    """Open in 2024/25, ended before and in the next year by that year's list, and no longer listed after that."""
    scenes.school("leaver")
    stays = scenes.row("stays", "leaver")
    leavers = [scenes.row("in summer", "leaver"), scenes.row("in autumn", "leaver")]
    scenes.list("leaver", "2025-01-10", [*leavers, stays], period="2024/25")
    ended = [leavers[0] | {"end_date": "2025-06-25"}, leavers[1] | {"end_date": "2025-09-05"}]
    scenes.list("leaver", "2025-09-10", [*ended, stays])
    scenes.list("leaver", "2026-01-10", [stays])


def returner(scenes: Scenes) -> None:
    """Left out of one full list, and told of again by a correction of a single row."""
    scenes.school("returner")
    stays = scenes.row("kept", "returner")
    scenes.list("returner", "2025-10-10", [scenes.row("returner", "returner"), stays])
    scenes.list("returner", "2025-11-10", [stays])
    scenes.list("returner", "2025-12-10", [scenes.row("returner", "returner", load_fte="0.5")], full=False)


def back_and_forth(scenes: Scenes) -> None:
    """Full lists A, B and again A, byte for byte."""
    scenes.school("back")
    for created, load in (("2025-10-10", "1"), ("2025-11-10", "0.5"), ("2025-12-10", "1")):
        scenes.list("back", created, [scenes.row("back", "back", load_fte=load)])


def two_senders(scenes: Scenes) -> None:
    """Office and school tell of the same two posts; the school, which spoke last, drops one. Then the office says both."""
    scenes.school("shared", "office", "shared")
    scenes.school("again", "office2", "again")
    for school, office in (("shared", "office"), ("again", "office2")):
        both = [scenes.row(f"{school} dropped", school), scenes.row(f"{school} kept", school)]
        scenes.list(office, "2025-09-10", both)
        scenes.list(school, "2025-10-10", [both[0] | {"load_fte": "0.5"}, both[1]])
        scenes.list(school, "2025-11-10", [both[1]])
    scenes.list("office2", "2025-12-10", both)


def part_that_waits(scenes: Scenes) -> None:
    """The second full list comes in two parts; all rows of the first part are bad, so it waits whole."""
    scenes.school("parts")
    first, second = ([scenes.row(f"parts {half} {n}", "parts") for n in range(2)] for half in "ab")
    scenes.list("parts", "2025-10-10", first, second)
    bad = [row | {"start_date": "soon"} for row in first]
    scenes.list("parts", "2025-11-10", bad, [second[0] | {"load_fte": "0.5"}])


def bad_rows(scenes: Scenes) -> None:
    """A second list has one row wrong: beside the key, in the day it began, in the person; or two files disagree."""
    wrong: dict[str, Row] = {
        "typo": {"load_fte": "x"},
        "no day": {"start_date": "soon"},
        "no person": {"person_id": "1234"},
    }
    for name, error in wrong.items():
        school = name.replace(" ", "_")
        scenes.school(school)
        crowd, rows = scenes.crowd(school, 40), [scenes.row(name, school), scenes.row(f"{name} left", school)]
        scenes.list(school, "2025-10-10", [*crowd, *rows])
        scenes.list(school, "2025-11-10", [*crowd, rows[0] | error])
    scenes.school("quarrel")
    rows = [scenes.row("quarrel", "quarrel"), scenes.row("quarrel left", "quarrel")]
    scenes.list("quarrel", "2025-10-10", [*scenes.crowd("quarrel", 1), *rows])
    scenes.list("quarrel", "2025-11-10", [*scenes.crowd("quarrel", 1), rows[0]], [rows[0] | {"load_fte": "0.5"}])


def bad_row_of_one_school(scenes: Scenes) -> None:
    """An office tells of two schools; in its second list nobody knows who one row of the first school is about."""
    scenes.schools += ["doubt", "sure"]
    scenes.root.sender("office3", NATIONAL)
    rows = [
        *scenes.crowd("doubt", 20),
        *scenes.crowd("sure", 20),
        scenes.row("doubt", "doubt"),
        scenes.row("sure", "sure"),
    ]
    scenes.list("office3", "2025-10-10", rows)
    scenes.list("office3", "2025-11-10", [*rows[:40], rows[40] | {"person_id": "1234"}])


def bad_post_on_a_card(scenes: Scenes) -> None:
    """A person's second card has one post wrong and drops another; a third person's card cannot be told whose it is."""
    scenes.schools.append("cards")
    scenes.root.sender("ehis", 'register = "ee.isikukood"\n')
    post = {
        "liik": "POHIKOOL",
        "oppeasutusId": "cards",
        "ametikohtAlgus": "2012-08-14",
        "ametikohtLopp": None,
        "kehtiv": 1,
    }
    many = [post | {"ametikoht": f"colleague {number}"} for number in range(40)]
    first = [*many, post | {"ametikoht": "wrong"}, post | {"ametikoht": "dropped"}]
    second = [*many, post | {"ametikoht": "wrong", "amtikohtKoormus": "abc"}]
    unknown = _card([post | {"ametikoht": "nobody"}], 1762732800, "37605030298")
    for created, cards in (
        ("2025-10-10", [_card(first, 1760054400)]),
        ("2025-11-10", [_card(second, 1762732800), unknown]),
    ):
        files = {"ehis_person_cards.json": json.dumps(cards).encode()}
        rows = {"ehis_person_cards.json": len(cards)}
        scenes.root.deliver("ehis", created, f"{created}T06:00:00Z", files, rows=rows)


def confirmed(scenes: Scenes) -> None:
    """A list and then a correction of one row; a list whose row vouches for an earlier day; a school that has nobody left."""
    scenes.school("corrected")
    rows = [scenes.row("corrected", "corrected"), scenes.row("corrected 2", "corrected")]
    scenes.list("corrected", "2025-01-10", rows)
    scenes.list("corrected", "2025-06-10", [rows[0] | {"load_fte": "0.5"}], full=False)
    scenes.school("vouched")
    scenes.list(
        "vouched", "2025-06-10", [scenes.row("vouched", "vouched", confirmed_on="2024-01-01")], as_of="2025-06-08"
    )
    scenes.schools += ["full_house", "deserted"]
    scenes.root.sender("pair", NATIONAL + 'institutions = ["full_house", "deserted"]\n')
    scenes.list("pair", "2025-10-10", [scenes.row("there", "full_house"), scenes.row("gone", "deserted")])
    scenes.list("pair", "2025-11-10", [scenes.row("there", "full_house")])


def confirmed_in_part(scenes: Scenes) -> None:
    """Half of the newest full list waits; another school gave no full list at all."""
    scenes.school("halved")
    halves = [[scenes.row("halved 1", "halved")], [scenes.row("halved 2", "halved")]]
    scenes.list("halved", "2025-10-10", *halves)
    scenes.list("halved", "2025-11-10", halves[0], [halves[1][0] | {"start_date": "soon"}])
    scenes.school("unlisted")
    scenes.list("unlisted", "2025-10-12", [scenes.row("unlisted", "unlisted")], full=False)


def heard(scenes: Scenes) -> None:
    """Fell silent in 2021; last listed 400 and 401 days before 1 February 2026; heard of by a card; by a bad list."""
    for school, day in (
        ("silent", "2021-01-10"),
        ("just", "2024-12-28"),
        ("late", "2024-12-27"),
        ("stale", "2025-10-10"),
    ):
        scenes.school(school)
        scenes.list(school, day, [scenes.row(f"{school} {n}", school) for n in range(2)])
    scenes.list("stale", "2025-11-10", [scenes.row("stale 0", "stale", start="soon")])
    scenes.school("mended")
    for created, start in (("2025-10-10", "2020-09-01"), ("2025-11-10", "soon"), ("2025-12-10", "2020-09-01")):
        scenes.list("mended", created, [scenes.row("mended", "mended", start=start)])
    # Of five people one has left, one leaves on the day of the list, and one begins after it.
    scenes.school("counted")
    days = (("2020-09-01", ""), ("2020-09-01", "2025-10-10"), ("2020-09-01", "2025-10-09"), ("2025-10-11", ""))
    rows = [scenes.row(f"counted {n}", "counted", start, end) for n, (start, end) in enumerate(days)]
    scenes.list("counted", "2025-10-10", [*rows, rows[0] | {"position": "second post"}])
    scenes.school("absent")


def corrected_start(scenes: Scenes) -> None:
    """The next year's list gives another first day; a third list gives the old one again."""
    for school, starts in (
        ("newstart", ("2020-09-01", "2020-11-01")),
        ("oldstart", ("2020-09-01", "2020-11-01", "2020-09-01")),
    ):
        scenes.school(school)
        for year, start in enumerate(starts, 2022):
            period = f"{year}/{year - 1999}"
            scenes.list(school, f"{year + 1}-01-10", [scenes.row(school, school, start=start)], period=period)


def no_period(scenes: Scenes) -> None:
    """Lists of no school year in particular."""
    scenes.school("timeless")
    rows = [scenes.row("timeless 1", "timeless"), scenes.row("timeless 2", "timeless", "2015-09-01", "2019-06-25")]
    scenes.list("timeless", "2025-10-10", rows, period=None)
    scenes.list("timeless", "2025-11-10", rows[:1], period=None)


def left_in_between(scenes: Scenes) -> None:
    """Lists of current posts only. Of the first year's posts one ended in the summer, one ended and was taken up again, one
    of two held side by side ended, and one had ended long before."""
    scenes.school("current")
    went, back, two = (scenes.row(name, "current") for name in ("went", "back", "two"))
    first = [
        went,
        back,
        two,
        two | {"start_date": "2022-09-01"},
        scenes.row("past", "current", "2015-09-01", "2019-06-25"),
    ]
    scenes.list("current", "2024-10-10", [*first, scenes.row("stays on", "current")], period="2024/25")
    later = [back | {"start_date": "2025-09-10"}, first[3], scenes.row("stays on", "current")]
    scenes.list("current", "2025-10-10", later)
    # All that ever was, and then current posts only, in one period.
    scenes.school("history")
    everybody = [scenes.row("ended before", "history", "2015-09-01", "2019-06-25"), scenes.row("open", "history")]
    ended = scenes.row("ended in it", "history", "2015-09-01", "2025-09-02")
    scenes.list("history", "2025-10-10", [*everybody, ended])
    scenes.list("history", "2025-11-10", everybody[1:])


def _card(posts: list[Row], moment: int, person: str = "37605030299") -> Row:
    return {"request_timestamp": moment, "value": {"isikuandmed": {"isikukood": person}, "tootamine": posts}}


SCENES = [
    leaver, returner, back_and_forth, two_senders, part_that_waits, bad_rows, bad_row_of_one_school, bad_post_on_a_card,
    confirmed, confirmed_in_part, heard, corrected_start, no_period, left_in_between,
]  # fmt: skip


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
    waiting = "select region_code, reason from intermediate.int_regions__waiting order by 1"
    codes = ("751000000", "751100000", "752000000", "753000000")
    assert root.rows(warehouse, waiting) == [(code, "waiting for regions") for code in codes]
    assert root.rows(warehouse, "select region_code from intermediate.int_regions__accepted") == [("750000000",)]
    schools = "select institution_id, reason from intermediate.int_institutions__waiting"
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
        where read_n <> accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n"""
    assert root.rows(warehouse, unbalanced) == []
    fates = """select accepted_n, superseded_n, withdrawn_n from intermediate.int_row_balance
        where file like 'leaver/%' order by file"""
    assert root.rows(warehouse, fates) == [(0, 3, 0), (1, 1, 1), (1, 0, 0)]
