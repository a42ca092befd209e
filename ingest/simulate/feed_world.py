"""What the generators of the further feeds draw from: the world that staff lists show, and who sends what of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from ingest.simulate.dates import Ints, day_column
from ingest.simulate.network import Network
from ingest.simulate.people import Flags, People
from ingest.simulate.profile import Profile
from ingest.simulate.senders import DEPARTMENT, REST, SENDING_SCHOOLS, Sender

#: The first random stream of these feeds; those below it make the registers and must not be disturbed.
FIRST_STREAM = 100
SENT = "_sender"


@dataclass(frozen=True)
class Sheet:
    """Rows of one feed for one school year; column `_sender` says who sends which of them."""

    feed: str
    frame: pl.DataFrame
    year: int


@dataclass
class World:
    """The oblast, its people and posts.

    Attributes:
        posts: as in `lists.Register`.
        copies: grows as the feeds are made: feed, record_id, source_record_id, kind (exact_copy, near_copy).
        years: starts of the school years these feeds tell of.
    """

    profile: Profile
    network: Network
    people: People
    posts: pl.DataFrame
    senders: list[Sender]
    seed: int
    copies: list[pl.DataFrame] = field(default_factory=list)

    @property
    def is_demo(self) -> bool:
        return self.profile.name == "demo"

    @property
    def last(self) -> int:
        return self.profile.last_year

    @property
    def years(self) -> range:
        return range(self.last - (2 if self.is_demo else 1), self.last + 1)

    def size(self, demo: int, tiny: int) -> int:
        return demo if self.is_demo else tiny

    def rng(self, number: int) -> np.random.Generator:
        """A random stream of its own for each domain, so that one can change without the others."""
        return np.random.default_rng([self.seed, FIRST_STREAM + number])

    @cached_property
    def ids(self) -> np.ndarray[Any, Any]:
        """Ids of institutions by number."""
        return self.network.institutions["institution_id"].to_numpy()

    @cached_property
    def institutions(self) -> pl.DataFrame:
        """Number, id, kind, sender, local (whether its person ids are) and cluster of the institutions in IINs' register."""
        by_number = {number: sender for sender in self.senders for number in sender.institutions}
        network = self.network.members.unique("institution_id", keep="first", maintain_order=True)
        kz = self.network.institutions.filter(pl.col("register") == "kz")
        merged = self.network.merged[0] if self.network.merged else -1
        return (
            kz.filter(pl.col("number") != merged)
            .select("number", "institution_id", "kind", "region_code")
            .with_columns(
                pl.Series(SENT, [by_number[n].name for n in kz["number"].to_list() if n != merged]),
                pl.Series("local", [by_number[n].is_local for n in kz["number"].to_list() if n != merged]),
            )
            .join(
                network.select("institution_id", "cluster_id"), on="institution_id", how="left", maintain_order="left"
            )
        )

    @cached_property
    def schools(self) -> pl.DataFrame:
        """The schools these feeds tell of: own senders, and some that the rest of the oblast is sent with."""
        frame = self.institutions.filter(pl.col("kind").is_in(["school", "small_school"]))
        if not self.is_demo:
            return frame
        own = [name for name in SENDING_SCHOOLS if name in set(frame[SENT])]
        rest = frame.filter(pl.col(SENT) == REST)["number"].to_list()[:9]
        return frame.filter(pl.col(SENT).is_in(own) | pl.col("number").is_in(rest))

    @cached_property
    def providers(self) -> pl.DataFrame:
        """Colleges and the university."""
        return self.institutions.filter(pl.col("kind").is_in(["college", "university"]))

    @cached_property
    def clusters(self) -> list[str]:
        names: list[str] = self.network.clusters["cluster_id"].to_list()
        return names

    def members(self, cluster: str) -> list[str]:
        """Ids of the institutions of a network that never left it."""
        stay = self.network.members.filter(pl.col("cluster_id") == cluster, pl.col("left_on").is_null())
        ids: list[str] = stay["institution_id"].to_list()
        return ids

    @cached_property
    def work(self) -> pl.DataFrame:
        """Main posts of people with an IIN: person, institution, role, start, end, way, t0."""
        people = pl.DataFrame(
            {
                "person": np.arange(self.people.n),
                "iin": self.people.identifier,
                "way": self.people.way,
                "is_ehis": self.people.is_ehis,
            }
        ).with_columns(day_column("t0", self.people.anchor), day_column("born", self.people.born))
        posts = self.posts.filter(pl.col("kind") == "main")
        posts = posts.select("person", "institution", "role", "start", "end", "since")
        return posts.join(people.filter(~pl.col("is_ehis")), on="person", maintain_order="left")

    def staff(self, day: date, roles: tuple[int, ...] = (0, 1)) -> pl.DataFrame:
        """Posts of these roles held on a day at institutions in IINs' register, with what `institutions` says."""
        held = self.work.filter(
            pl.col("role").is_in(roles), pl.col("start") <= day, pl.col("end").is_null() | (pl.col("end") >= day)
        ).unique("person", keep="first", maintain_order=True)
        frame = held.join(self.institutions, left_on="institution", right_on="number", maintain_order="left")
        return frame.with_columns(written=written(frame)).sort("institution", "person")


def written(frame: pl.DataFrame, iin: str = "iin", person: str = "person") -> pl.Series:
    """How the school writes its people: by IIN, or by the number in its own register."""
    own = pl.col(person).cast(pl.String).str.zfill(5)
    return frame.select(pl.when("local").then(own).otherwise(pl.col(iin))).to_series()


def rows_of(found: list[Sheet], feed: str, columns: Sequence[str]) -> pl.DataFrame:
    """Columns of the rows of a feed, of all its senders."""
    return pl.concat([one.frame.select(columns) for one in found if one.feed == feed], how="vertical_relaxed")


def draw(rng: np.random.Generator, options: Any, n: int, p: list[float] | None = None) -> Any:
    """`n` of the options, each with its chance."""
    return np.array(options, dtype=object)[rng.choice(len(options), n, p=p)]


def some(rng: np.random.Generator, values: Any, share: float) -> list[Any]:
    """The values with a share of them kept and the others empty."""
    return kept(values, rng.random(len(values)) < share)


def kept(values: Any, there: Flags) -> list[Any]:
    """The values where they are there, and nothing elsewhere."""
    return [value if is_there else None for value, is_there in zip(list(values), there.tolist(), strict=True)]


def codes(prefix: str, n: int, first: int = 1) -> list[str]:
    """`n` ids: the prefix and a running number."""
    return [f"{prefix}-{number:04d}" for number in range(first, first + n)]


def picked(groups: pl.Series, pool: pl.DataFrame, by: str, value: str, turn: Ints) -> pl.Series:
    """For each group the `turn`-th row of the pool with that group, going round; null where the pool has none."""
    listed = pool.group_by(by, maintain_order=True).agg(pl.col(value).alias("_pool"))
    frame = pl.DataFrame({"_group": groups, "_turn": turn}).join(
        listed, left_on="_group", right_on=by, how="left", maintain_order="left"
    )
    place = pl.col("_turn") % pl.col("_pool").list.len().cast(pl.Int64)
    return frame.select(pl.col("_pool").list.get(place, null_on_oob=True)).to_series()


def department(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as those that the oblast department sends."""
    return frame.with_columns(pl.lit(DEPARTMENT).alias(SENT))
