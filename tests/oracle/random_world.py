"""Small nasty worlds for comparing two implementations of the retention figures, the same for the same seed.

A true career is drawn first; what the institutions' last lists could know of it becomes the rows. Dates crowd around
the edges where rules differ: gaps of 115 to 125 days, starts 44 to 46 days apart, ends on the anniversary, August,
29 February, the last day of the window. Identifiers are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from career_days import Row, add_months

FEEDS = (
    "institutions", "regions", "institution_successions", "clusters", "cluster_members", "staff_employment",
    "person_links", "studies", "qualifications", "senders",
)  # fmt: skip


@dataclass(frozen=True)
class RandomWorld:
    """A date to look from and the rows of each feed; staff rows as the accepted feed holds them."""

    as_of: date
    feeds: dict[str, list[Row]]


def random_world(seed: int) -> RandomWorld:
    """The world of `seed`: 5-40 people, 3-6 institutions, 1-2 clusters."""
    return _Maker(Random(seed)).make()


@dataclass(frozen=True)
class Stint:
    """A stretch of work as it truly was."""

    place: str
    start: date
    end: date
    reason: str | None
    position: str = "teacher"


class _Maker:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.as_of = date(2025, 9, 1) + timedelta(rng.randrange(0, 180))
        self.feeds: dict[str, list[Row]] = {feed: [] for feed in FEEDS}
        self.sender_of: dict[str, str] = {}
        self.list_day: dict[str, date] = {}

    def make(self) -> RandomWorld:
        self.make_institutions()
        self.make_clusters()
        self.make_successions()
        for number in range(self.rng.randint(5, 40)):
            self.make_person(number)
        self.drop_repeated_keys()
        return RandomWorld(self.as_of, self.feeds)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(self.rng.randint(0, max(0, (last - first).days)))

    def make_institutions(self) -> None:
        rng = self.rng
        for code, level, parent, kind in (
            ("000000000", "country", None, None), ("100000000", "oblast", "000000000", None),
            ("101000000", "city", "100000000", "urban"), ("102000000", "settlement", "100000000", "rural"),
        ):  # fmt: skip
            names = {f"name_{language}": f"Region {code}" for language in ("kk", "ru", "en")}
            self.feeds["regions"].append(
                {"region_code": code, "level": level, "parent_code": parent, "urban_rural": kind} | names
            )
        register_starts = rng.choice([None, date(2015, 9, 1), date(2017, 9, 1), date(2019, 9, 1)])
        self.ids = [f"7501400000{n:02d}" for n in range(1, rng.randint(3, 6) + 1)]
        for n, institution_id in enumerate(self.ids):
            shares_the_registry = n > 0 and self.chance(0.5)
            sender = "registry" if n == 0 or shares_the_registry else f"school-{n:04d}"
            if all(row["sender"] != sender for row in self.feeds["senders"]):
                starts = register_starts if n == 0 else rng.choice([None, register_starts, date(2018, 9, 1)])
                self.feeds["senders"].append({"sender": sender, "register": "kz.iin", "registry_complete_from": starts})
            self.sender_of[institution_id] = sender
            age = rng.choice([0, 0, 0, 0, 1, 5, 30, 119, 120, 121, 240, 500, 1200])
            self.list_day[institution_id] = self.as_of - timedelta(age)
            self.feeds["institutions"].append(
                {
                    "institution_id": institution_id, "name_kk": None, "name_ru": None, "name_local": None,
                    "name_en": f"Institution {n}", "kind": rng.choice(["school", "small_school", "college"]),
                    "region_code": rng.choice([None, "101000000", "102000000"]), "ownership": None,
                    "teaching_languages": None, "status": "active", "opened_on": None, "closed_on": None,
                    "support_school": None, "target_school": None,
                }
            )  # fmt: skip

    def make_clusters(self) -> None:
        rng = self.rng
        for number in range(rng.randint(1, 2)):
            cluster_id = f"cluster-{number + 1}"
            self.feeds["clusters"].append(
                {
                    "cluster_id": cluster_id, "name_kk": cluster_id, "name_ru": None, "name_en": None,
                    "kind": rng.choice(["pedagogical_network", "education_production"]), "region_code": "100000000",
                    "founded_on": date(2015, 1, 1), "legal_form": None, "specialisations": None, "stage": None,
                    "goals": None, "monitoring_kpis": None,
                }
            )  # fmt: skip
            for institution_id in rng.sample(self.ids, rng.randint(1, len(self.ids))):
                joined = rng.choice([date(2015, 1, 1), self.day_between(date(2017, 1, 1), self.as_of + timedelta(30))])
                left = self.day_between(joined, self.as_of + timedelta(60)) if self.chance(0.3) else None
                self.add_member(cluster_id, institution_id, joined, left)
                if left and self.chance(0.4):
                    self.add_member(cluster_id, institution_id, left + timedelta(rng.choice([1, 90, 400])), None)

    def add_member(self, cluster_id: str, institution_id: str, joined: date, left: date | None) -> None:
        member = {"cluster_id": cluster_id, "institution_id": institution_id, "joined_on": joined, "left_on": left}
        self.feeds["cluster_members"].append(member | {"role": "partner_school", "founder": None, "duties": None})

    def make_successions(self) -> None:
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            old, new = self.rng.sample(self.ids, 2)
            on = self.rng.choice([date(2021, 9, 1), self.day_between(date(2019, 1, 1), self.as_of + timedelta(20))])
            keys = {(row["old_id"], row["new_id"]) for row in self.feeds["institution_successions"]}
            if (old, new) not in keys and (new, old) not in keys:
                self.feeds["institution_successions"].append(
                    {"old_id": old, "new_id": new, "succeeded_on": on, "kind": "merger"}
                )

    def first_day(self) -> date:
        year = self.rng.randint(2017, self.as_of.year)
        edges = [date(year, 9, 1), date(year, 8, 1), date(year, 7, 31), date(year, 8, 25), date(2020, 2, 29)]
        anywhere = self.day_between(date(year, 1, 1), date(year, 12, 31))
        return self.rng.choice(
            [*edges, anywhere, date(year, 9, 1), self.day_between(date(year, 8, 15), date(year, 9, 20))]
        )

    def make_person(self, number: int) -> None:
        rng = self.rng
        t0 = self.first_day()
        person_id = f"{number:032x}"
        traits: Row = {
            "person_id": person_id,
            "sex": rng.choice(["f", "f", "m", None]),
            "birth_year": rng.choice([None, None, t0.year - 24, t0.year - 25, t0.year - 26, t0.year - 40]),
            "teaching_since": t0 - timedelta(days)
            if (days := rng.choice([None, None, None, None, 0, 30, 119, 120, 121, 3000])) is not None
            else None,
        }
        rows = self.career(t0, traits)
        if self.chance(0.15) and rows:
            self.make_local(person_id, rows)
        self.feeds["staff_employment"] += rows
        if self.chance(0.3):
            awarded = add_months(t0, -24) + timedelta(rng.choice([-1, 0, 1, 300, 740]))
            only_year = self.chance(0.3)
            self.feeds["qualifications"].append(
                {
                    "person_id": person_id, "document": "diploma", "awarded_year": awarded.year, "institution_id": None,
                    "awarded_on": None if only_year else awarded, "level": "bachelor",
                    "field": rng.choice([None, "Pedagogy", "pedagogy of physics", "nursing"]),
                }
            )  # fmt: skip
            self.feeds["studies"].append(
                {
                    "person_id": person_id, "institution_id": rng.choice(self.ids), "programme_code": "none",
                    "start_date": add_months(awarded, -48), "end_date": awarded, "level": "bachelor",
                    "status": "graduated", "study_form": None,
                }
            )  # fmt: skip

    def career(self, t0: date, traits: Row) -> list[Row]:
        """Posts one after another with gaps, now and then a second post beside, until it ends or runs on."""
        rng = self.rng
        rows: list[Row] = []
        place, start = rng.choice(self.ids), t0
        for _ in range(rng.choice([1, 1, 2, 2, 3, 4, 6])):
            if start > self.as_of + timedelta(40):
                break
            end = self.last_day(t0, start)
            reason = self.end_reason()
            rows += self.seen(traits, Stint(place, start, end, reason))
            if self.chance(0.2):
                beside_start = rng.choice([start, self.day_between(start, end)])
                beside_end = self.day_between(beside_start, end + timedelta(200))
                beside = Stint(rng.choice(self.ids), beside_start, beside_end, self.end_reason())
                rows += self.seen(traits, beside)
            if self.chance(0.12):
                again = start + timedelta(rng.choice([1, 30, 44, 45, 46, 47]))
                rows += self.seen(traits, Stint(place, again, max(end, again), reason, "teacher again"))
            if reason in ("died", "not_started") and self.chance(0.8):
                break
            gap = rng.choice([0, 1, 30, 61, 61, 92, rng.randint(115, 125), 119, 120, 121, 200, 400, 1000, 1200])
            start = end + timedelta(gap + 1)
            place = rng.choice(self.ids) if self.chance(0.5) else place
        return rows

    def last_day(self, t0: date, start: date) -> date:
        anniversary = add_months(t0, self.rng.choice([1, 6, 12, 12, 24, 36, 60]))
        near_anniversary = anniversary + timedelta(self.rng.randint(-2, 1))
        near_edge = self.as_of - timedelta(self.rng.randint(117, 123))
        anywhere = start + timedelta(self.rng.choice([0, 5, 40, 100, 290, 300, 700, 1500]))
        runs_on = self.as_of + timedelta(self.rng.choice([1, 100, 4000]))
        return max(start, self.rng.choice([near_anniversary, near_edge, anywhere, anywhere, runs_on, runs_on]))

    def end_reason(self) -> str | None:
        reasons = ["resigned", "resigned", "transferred", "contract_end", "unknown", None, None]
        return self.rng.choice([*reasons, *reasons, "maternity", "maternity", "retired", "died", "not_started"])

    def seen(self, traits: Row, stint: Stint) -> list[Row]:
        """The row as the institution's list, or an older partial one, could know it; none where it began later."""
        rng = self.rng
        place, start, end = stint.place, stint.start, stint.end
        list_day, full = self.list_day[place], True
        if self.chance(0.12):
            list_day, full = self.day_between(start, list_day), False
        if start > list_day and not self.chance(0.1):
            return []
        planned_end_is_known = self.chance(0.1)
        known_end = end if end <= list_day or planned_end_is_known else None
        group = rng.choice(["teacher"] * 14 + ["mentor", "school_leader", "college_lecturer", "psychologist"])
        row: Row = {
            "institution_id": place, "position": stint.position if group == "teacher" else group,
            "start_date": start, "end_date": known_end,
            "position_group": group, "load_fte": rng.choice([None, 0.25, 0.5, 0.5, 1.0, 1.0, 1.5]), "contract": None,
            "end_reason": stint.reason if known_end else None, "confirmed_on": max(list_day, start),
            "qualification_category": None, "subject": None, "on_leave": rng.choice([None, "none"]),
            "on_leave_from": None, "on_leave_until": None, "person_is_local": False, "is_full_list": full,
            "_sender": self.sender_of[place],
        }  # fmt: skip
        if known_end is None and self.chance(0.15):
            leave_from = self.day_between(start, row["confirmed_on"])
            until = leave_from + timedelta(rng.choice([30, 200, 800, 1094, 1095, 1300]))
            row |= {"on_leave": rng.choice(["parental", "study", "other"]), "on_leave_from": leave_from}
            row["on_leave_until"] = until if self.chance(0.5) else None
        return [row | traits]

    def make_local(self, person_id: str, rows: list[Row]) -> None:
        """One institution knows the person by an id of its own; somebody may have sent the link, or not."""
        place = self.rng.choice(rows)["institution_id"]
        local_id = f"f{person_id[1:]}"
        for row in rows:
            if row["institution_id"] == place:
                row |= {"person_id": local_id, "person_is_local": True}
        if self.chance(0.5):
            self.feeds["person_links"].append({"local_id": local_id, "person_id": person_id})

    def drop_repeated_keys(self) -> None:
        kept: dict[tuple[Any, ...], Row] = {}
        for row in self.feeds["staff_employment"]:
            key = (row["person_id"], row["institution_id"], row["position"], row["start_date"])
            kept.setdefault(key, row)
        self.feeds["staff_employment"] = list(kept.values())
