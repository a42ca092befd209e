"""What the staff list of a sender shows on a day: who holds or held which post, as far as it is known then.

A list for a school year is drawn up in the September that follows and holds every post held on any day from the
1 September the year began with to the day of the list; the first list of a sender holds ended posts from the day
its registry is complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import NEVER, day_column
from ingest.simulate.network import Network
from ingest.simulate.people import ROLES, People
from ingest.simulate.senders import Sender
from ingest.simulate.wording import CATEGORIES, SUBJECTS, title_key, titles

STAFF_COLUMNS = (
    "person_id",
    "institution_id",
    "position",
    "start_date",
    "end_date",
    "position_group",
    "load_fte",
    "contract",
    "end_reason",
    "qualification_category",
    "subject",
    "teaching_since",
    "on_leave",
    "on_leave_from",
    "on_leave_until",
)


@dataclass(frozen=True)
class Register:
    """Everything that lists are drawn from.

    Attributes:
        posts: all posts (see `posts`), with `sender` (place in the list of senders), `lost_after` (the day of the
            last list that shows the person, null for most), `since` (teaching since, null where a list leaves it out).
    """

    posts: pl.DataFrame
    people: People
    network: Network


def register(people: People, network: Network, posts: pl.DataFrame, senders_of: list[int]) -> Register:
    """Adds to the posts what a list needs to know of the person and the institution."""
    person = posts["person"].to_numpy()
    kinds = network.institutions["kind"].to_numpy()[posts["institution"].to_numpy()]
    # A beginner hired after three complete years needs no teaching_since to be one; some lists leave it out then.
    proved = people.start >= np.datetime64("2018-09-01", "D")
    silent = (people.way == 2) & proved & (np.arange(people.n) % 7 == 0)
    since = np.where(silent, NEVER, people.teaching_since)
    frame = posts.with_columns(
        pl.Series("sender", np.array(senders_of)[posts["institution"].to_numpy()]),
        pl.Series("person_id", np.array(people.identifier)[person]),
        pl.Series("institution_id", network.institutions["institution_id"].to_numpy()[posts["institution"].to_numpy()]),
        pl.Series("institution_kind", kinds),
        day_column("since", since[person]),
        pl.Series("sex", np.where(people.is_male[person], "m", "f")),
        day_column("born", people.born[person]),
        pl.lit(None, dtype=pl.Date).alias("lost_after"),
    )
    return Register(frame.with_columns(title=title_key(pl.col("institution_kind"))), people, network)


def lose(reg: Register, senders: list[Sender], share: float, rng: np.random.Generator) -> Register:
    """Lets a share of the people drop out of all lists after one that still shows them in an open post."""
    losable = reg.posts.filter(
        pl.col("sender") >= 0, pl.col("kind") == "main", pl.col("start") < date(2022, 1, 1), pl.col("end").is_null()
    ).unique("person", keep="first", maintain_order=True)
    chosen = losable.filter(pl.Series(rng.random(losable.height) < share * reg.people.n / max(losable.height, 1)))
    rows = []
    for person, place, start in chosen.select("person", "sender", "start").iter_rows():
        sender = senders[place]
        first = max(sender.first_year, start.year)
        last = sender.last_year - 1
        if not sender.is_local and first <= last:
            rows.append((person, sender.list_day(first + person % (last - first + 1))))
    lost = pl.DataFrame(rows, schema={"person": pl.Int64, "lost_after": pl.Date}, orient="row")
    posts = reg.posts.drop("lost_after").join(lost, on="person", how="left", maintain_order="left")
    return Register(posts, reg.people, reg.network)


def shown(reg: Register, sender: Sender, place: int, year: int) -> pl.DataFrame:
    """Typed rows of the sender's list for the school year that starts in `year`, with the columns of the contract."""
    day = sender.list_day(year)
    since = sender.complete_from if year == sender.first_year else date(year, 9, 1)
    ended = pl.col("end") <= day
    on_leave = (pl.col("leave_from") <= day) & (pl.col("leave_until") >= day) & ~ended.fill_null(False)
    years = (pl.lit(day) - pl.col("since").fill_null(pl.col("start"))).dt.total_days() / 365.25
    rank = (years / 4 + pl.col("person") % 3 * 0.5).floor().clip(1, 5).cast(pl.Int64)
    teaching = pl.col("position_group").is_in(["teacher", "college_lecturer", "university_lecturer"])
    frame = reg.posts.filter(
        pl.col("sender") == place,
        pl.col("start") <= day,
        pl.col("end").is_null() | (pl.col("end") >= since),
        pl.col("lost_after").is_null() | (pl.col("lost_after") >= day),
        pl.col("kind") != "prior",
    ).with_columns(position_group=pl.col("role").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String))
    subjects = dict(enumerate(SUBJECTS[sender.language]))
    return frame.select(
        pl.col("person").cast(pl.String).str.zfill(5).alias("person_id") if sender.is_local else "person_id",
        "institution_id",
        pl.col("title").replace_strict(titles(sender.language), return_dtype=pl.String).alias("position"),
        pl.col("start").alias("start_date"),
        pl.when(ended).then("end").alias("end_date"),
        "position_group",
        pl.col("load").alias("load_fte"),
        "contract",
        pl.when(ended).then("end_reason").alias("end_reason"),
        rank.replace_strict(dict(enumerate(CATEGORIES)), return_dtype=pl.String).alias("qualification_category"),
        pl.when(teaching)
        .then((pl.col("person") % len(subjects)).replace_strict(subjects, return_dtype=pl.String))
        .alias("subject"),
        pl.col("since").alias("teaching_since"),
        pl.when(on_leave).then("on_leave").otherwise(pl.lit("none")).alias("on_leave"),
        pl.when(on_leave).then("leave_from").alias("on_leave_from"),
        pl.when(on_leave).then("leave_until").alias("on_leave_until"),
        *((pl.col("born").dt.year().alias("birth_year"), pl.col("sex")) if sender.is_local else ()),
    )
