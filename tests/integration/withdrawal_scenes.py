"""Scenes of the tests of withdrawal: what senders deliver, one after another.

All scenes lie in one data root; each has a sender and a school of its own name, and names a person by the title of the
post. What must come of them stands in `test_withdrawals`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
