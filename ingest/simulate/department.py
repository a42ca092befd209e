"""What the oblast department sends: places, institutions, mergers, networks, and which local id is whose IIN."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from ingest.simulate.deliveries import Delivery, Inbox
from ingest.simulate.dialects import DIALECTS, PLAIN, Dialect, canonical
from ingest.simulate.network import Network
from ingest.simulate.people import People
from ingest.simulate.planted import Mark
from ingest.simulate.profile import Profile
from ingest.simulate.senders import DEPARTMENT, Sender
from ingest.simulate.table_files import SUFFIXES, first_row, write

INSTITUTION_COLUMNS = (
    "institution_id",
    "name_kk",
    "name_ru",
    "name_en",
    "kind",
    "region_code",
    "ownership",
    "teaching_languages",
    "status",
    "opened_on",
    "closed_on",
    "support_school",
    "target_school",
)
GHOST_INSTITUTION = "150140088880"


@dataclass
class Department:
    """Writes the department's deliveries; each shows what is known on its day."""

    profile: Profile
    network: Network
    people: People
    posts: pl.DataFrame
    senders: list[Sender]
    linked: list[bool]
    inbox: Inbox

    def write_all(self) -> None:
        """The days are before the first lists, and then whenever something has changed."""
        if self.profile.name == "tiny":
            self._deliver(date(2024, 8, 26), PLAIN, "")
            return
        self._deliver(date(2018, 8, 27), DIALECTS[8], "letters")
        self._deliver(date(2019, 8, 26), DIALECTS[2], "")
        self._deliver(date(2021, 8, 2), DIALECTS[3], "rows")
        self._deliver(date(2022, 8, 29), DIALECTS[0], "rows_again")
        self._deliver(date(2022, 9, 8), DIALECTS[1], "succession", only=("institution_successions",))
        self._deliver(date(2022, 9, 12), DIALECTS[1], "", only=("institution_successions",))
        self._deliver(date(2024, 8, 26), DIALECTS[7], "rows_third")
        self._deliver(date(2026, 8, 24), DIALECTS[4], "")

    def _deliver(self, day: date, dialect: Dialect, planted: str, only: tuple[str, ...] = ()) -> None:
        year = day.year - 1 if day.month < 9 else day.year
        delivery = Delivery(DEPARTMENT, day.isoformat(), day, f"{year}/{(year + 1) % 100:02d}")
        for feed, frame in self._frames(day).items():
            if (only and feed not in only) or frame.is_empty():
                continue
            if not only and feed == "institution_successions" and day.year == 2022:
                continue  # its first file is the one that waits
            text, marks = _planted(feed, canonical(frame), planted)
            if feed == "person_links" and dialect.numeric_ids:
                short = text["person_id"].str.contains(r"^0\d{11}$").arg_true().to_list()
                marks += [Mark(row, "person_id", "repaired", is_defect=False) for row in short]
            path = f"{feed}.{SUFFIXES[dialect.format]}"
            delivery.add(path, feed, write(text, feed, dialect), text.height)
            waits = sum(mark.is_defect for mark in marks) > 0.05 * text.height
            self.inbox.note(delivery, path, feed, marks, first_row=first_row(dialect), file_waits=waits)
            if waits:
                whole = [Mark(-1, "", "file_waits", is_defect=False, resolved=True)]
                self.inbox.note(delivery, path, feed, whole)
        self.inbox.write(delivery)

    def _frames(self, day: date) -> dict[str, pl.DataFrame]:
        known = pl.lit(day)
        network = self.network
        closed = pl.col("closed_on") < known
        institutions = network.institutions.filter(pl.col("in_list"), pl.col("known_from") <= known).with_columns(
            status=pl.when(closed).then(pl.lit("closed")).otherwise(pl.lit("active")),
            closed_on=pl.when(closed).then("closed_on"),
            teaching_languages=pl.when(pl.col("register") == "kz").then("teaching_languages"),
            ownership=pl.when(pl.col("register") == "kz").then("ownership"),
        )
        ids = institutions["institution_id"].implode()
        left = pl.col("left_on") <= known
        return {
            "regions": network.regions,
            "institutions": institutions.select(INSTITUTION_COLUMNS),
            "institution_successions": network.successions.filter(pl.col("on") <= pl.lit(date(day.year, 9, 15))),
            "clusters": network.clusters.filter(pl.col("founded_on") <= pl.lit(date(day.year, 9, 1))),
            "cluster_members": network.members.filter(
                pl.col("joined_on") <= pl.lit(date(day.year, 9, 1)), pl.col("institution_id").is_in(ids)
            ).with_columns(left_on=pl.when(left).then("left_on")),
            "person_links": self._links(day),
        }

    def _links(self, day: date) -> pl.DataFrame:
        """Local ids, written register:id, of those people who have a link, with their IINs."""
        parts = []
        for sender in self.senders:
            if not sender.is_local or day.year < 2024:
                continue
            people = self.posts.filter(pl.col("institution").is_in(sender.institutions), pl.col("start") <= day)
            numbers = [number for number in people["person"].unique().sort().to_list() if self.linked[number]]
            parts.append(
                pl.DataFrame(
                    {
                        "local_id": [f"{sender.register}:{number:05d}" for number in numbers],
                        "person_id": [self.people.identifier[number] for number in numbers],
                    },
                    schema={"local_id": pl.String, "person_id": pl.String},
                )
            )
        empty = pl.DataFrame(schema={"local_id": pl.String, "person_id": pl.String})
        return pl.concat([empty, *parts])


def _planted(feed: str, text: pl.DataFrame, planted: str) -> tuple[pl.DataFrame, list[Mark]]:
    """The table with one bad row or so more: a file of reference data is short, and 5 % of it is soon full."""
    changes: list[tuple[dict[str, str | None], str, str]] = []
    if planted == "letters" and feed == "institutions":
        lost = text.with_row_index("_row").with_columns(
            name_kk=pl.when(pl.col("_row") == 0)
            .then(pl.col("name_kk").str.replace_all("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", "?"))
            .otherwise("name_kk")
        )
        return lost.drop("_row"), [Mark(0, "name_kk", "letters_lost", is_defect=False, resolved=True)]
    ghost = {"institution_id": GHOST_INSTITUTION, "closed_on": None, "opened_on": "2015-09-01"}
    if feed == "institutions" and planted in ("rows", "rows_third"):
        changes = [
            ({**ghost, "support_school": "мүмкін"}, "type", "support_school"),
            ({**ghost, "institution_id": "150140088881", "kind": "lyceum"}, "enum", "kind"),
        ]
    elif feed == "institutions" and planted == "rows_again":
        changes = [
            ({**ghost, "name_kk": None, "name_ru": None, "name_en": None}, "has_a_name", "name_kk"),
            ({**ghost, "institution_id": "150140088881", "closed_on": "2014-01-31"}, "dates_in_order", "closed_on"),
        ]
    elif feed == "regions" and planted == "rows_third":
        changes = [({"region_code": "99300998"}, "pattern", "region_code")]
    elif feed == "regions" and planted == "rows":
        changes = [({"region_code": "993009980", "parent_code": "993009980"}, "not_own_parent", "parent_code")]
    elif feed == "regions" and planted == "rows_again":
        changes = [
            (
                {"region_code": "993009990", "level": "settlement", "urban_rural": None},
                "settlement_kind_known",
                "urban_rural",
            )
        ]
    elif feed == "cluster_members" and planted in ("rows", "rows_third"):
        changes = [({"joined_on": "2020-09-02", "left_on": "2020-01-01"}, "dates_in_order", "left_on")]
    elif feed == "cluster_members" and planted == "rows_again":
        changes = [({"joined_on": "2020-09-02", "role": "observer"}, "enum", "role")]
    elif feed == "person_links" and planted == "rows_third":
        changes = [({"local_id": "school-0003:90000", "person_id": "850101300125"}, "identifier", "person_id")]
    elif feed == "institution_successions" and planted == "succession":
        changes = [({"old_id": text["new_id"][0]}, "not_own_successor", "new_id")]
    rows = [
        text[:1].with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in cells.items())
        for cells, _, _ in changes
    ]
    marks = [Mark(text.height + number, column, rule) for number, (_, rule, column) in enumerate(changes)]
    return pl.concat([text, *rows]), marks
