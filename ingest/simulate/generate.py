"""From a profile and a seed to deliveries and truth on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from ingest.simulate import careers, lists, network, people, senders, truth
from ingest.simulate.dates import after, days_of
from ingest.simulate.defects import Ghosts
from ingest.simulate.deliveries import Inbox
from ingest.simulate.department import Department
from ingest.simulate.ehis_deliveries import EhisPost
from ingest.simulate.feed_deliveries import FeedPost
from ingest.simulate.feed_world import World
from ingest.simulate.people import Flags, People
from ingest.simulate.posts import posts as make_posts
from ingest.simulate.profile import PROFILES, Profile
from ingest.simulate.senders import Sender
from ingest.simulate.staff_deliveries import StaffPost
from ingest.simulate.summary import SimulationSummary

LOST_SHARE = 0.012
#: Who moves on sooner than this after a first post with an unlinked local id would look like a beginner elsewhere.
SETTLED_DAYS = 130


def write_world(root: Path, profile: str, seed: int) -> SimulationSummary:
    """Writes root/senders, root/inbox and root/truth, file by file; the same bytes for the same profile and seed.

    Raises:
        KeyError: no profile has that name.
    """
    size = PROFILES[profile]
    streams = [np.random.default_rng([seed, number]) for number in range(7)]
    oblast = network.build(size, streams[0])
    folk = people.draw(size, oblast, streams[1])
    staff_senders = senders.plan(size, oblast)
    avoided = senders.shunned(staff_senders)
    spells = careers.spells(size, folk, oblast, avoided, streams[2])
    senders_of = senders.sender_of(staff_senders, oblast.institutions)
    linked = _linked(folk, spells, staff_senders, senders_of, streams[3])
    held = make_posts(size, folk, oblast, spells, home_only=~linked, shunned=avoided, rng=streams[4])
    register = lists.register(folk, oblast, held, senders_of)
    if profile == "demo":
        register = lists.lose(register, staff_senders, LOST_SHARE, streams[5])
    inbox = Inbox(root)
    senders.write_toml(root, staff_senders, size, oblast)
    Department(size, oblast, folk, held, staff_senders, linked.tolist(), inbox).write_all()
    EhisPost(size, register, inbox).write_all()
    StaffPost(size, register, staff_senders, inbox, Ghosts(), streams[6]).write_all()
    world = World(size, oblast, folk, register.posts, staff_senders, seed)
    FeedPost(world, inbox).write_all()
    frames = _truth(
        size, oblast, folk, staff_senders=staff_senders, senders_of=senders_of, linked=linked, register=register
    )
    truth.write(root, frames | {"planted_copies": pl.concat(world.copies)}, inbox.ledger)
    paths = {name: root / name for name in ("senders", "inbox", "truth")}
    return SimulationSummary(inbox.deliveries_n, inbox.files_n, inbox.rows_n, len(inbox.ledger.defects), paths)


def _linked(
    folk: People, spells: pl.DataFrame, staff_senders: list[Sender], senders_of: list[int], rng: np.random.Generator
) -> Flags:
    """Whether a person can be followed everywhere; those who cannot started at a sender with local ids."""
    shares = np.array([sender.links_share for sender in staff_senders] + [1.0])
    share = shares[np.array(senders_of)[folk.entry]]
    first = spells.filter(pl.col("order") == 0).sort("person")
    ends = np.full(folk.n, np.datetime64("NaT", "D"))
    ends[first["person"].to_numpy()] = days_of(first["end"])
    moves_soon = ~np.isnat(ends) & (ends < after(folk.anchor, SETTLED_DAYS))
    linked: Flags = (rng.random(folk.n) < share) | moves_soon
    return linked


def _truth(
    size: Profile,
    oblast: network.Network,
    folk: People,
    *,
    staff_senders: list[Sender],
    senders_of: list[int],
    linked: Flags,
    register: lists.Register,
) -> dict[str, pl.DataFrame]:
    dates = [sender.complete_from for sender in staff_senders] + [size.registry_complete_from]
    complete_from = np.array(dates, dtype="datetime64[D]")[np.array(senders_of)[folk.entry]]
    lost = (
        register.posts.filter(pl.col("lost_after").is_not_null())
        .select("person", "lost_after")
        .unique("person", keep="first", maintain_order=True)
    )
    persons = truth.people_frame(oblast, folk, complete_from=complete_from, linked=linked, lost=lost)
    held = register.posts.select(
        "person",
        "institution_id",
        pl.col("role").replace_strict(dict(enumerate(people.ROLES)), return_dtype=pl.String),
        *("kind", "start", "end", "end_reason", "load", "on_leave", "leave_from", "leave_until"),
    )
    retention = truth.retention(size, oblast, folk, register.posts, persons)
    return {"people": persons, "posts": held, "true_retention": retention}
