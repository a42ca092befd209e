"""What the platform of the networks writes: who did what when, cards that are worked on, tickets of its support."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ingest.simulate.dates import Ints
from ingest.simulate.feed_world import SENT, Sheet, World, codes, draw, kept
from ingest.simulate.senders import PLATFORM

ACTIONS = ("login", "session", "upload_plan", "comment", "card_opened", "card_closed", "error")


def sheets(world: World) -> list[Sheet]:
    """All of it is sent by the platform."""
    rng = world.rng(10)
    cards = _cards(world, rng)
    made = {
        "platform_cards": cards,
        "platform_events": _events(world, cards, rng),
        "support_tickets": _tickets(world, rng),
    }
    return [Sheet(feed, frame.with_columns(pl.lit(PLATFORM).alias(SENT)), world.last) for feed, frame in made.items()]


def _moments(world: World, n: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Seconds of working hours from March to June of the last school year; use grows from month to month."""
    days = np.sort((120 * np.sqrt(rng.random(n))).astype(np.int64))
    start = np.datetime64(f"{world.last + 1}-03-01T08:00:00")
    return start + (days * 86_400 + rng.integers(0, 12 * 3600, n)).astype("timedelta64[s]")


def _places(world: World, n: int, rng: np.random.Generator) -> tuple[Any, Any, Ints]:
    members = world.schools.filter(pl.col("cluster_id").is_not_null())
    place = rng.integers(0, members.height, n)
    return members["institution_id"].to_numpy()[place], members["cluster_id"].to_numpy()[place], place


def _later(moments: np.ndarray[Any, Any], hours: Any, there: Any) -> list[str | None]:
    later = moments + (np.asarray(hours) * 3600).astype(np.int64).astype("timedelta64[s]")
    return kept(later.astype(str), there)


def _cards(world: World, rng: np.random.Generator) -> pl.DataFrame:
    n = world.size(140, 63)
    opened = _moments(world, n, rng)
    institutions, clusters, _ = _places(world, n, rng)
    return pl.DataFrame(
        {
            "card_id": codes("CD", n),
            "opened_at": opened.astype(str),
            "due_at": _later(opened, np.full(n, 72), rng.random(n) < 0.9),
            "closed_at": _later(opened, rng.integers(1, 120, n), rng.random(n) < 0.85),
            "kind": draw(rng, ("plan_review", "question", "data_fix"), n).tolist(),
            "institution_id": institutions,
            "cluster_id": clusters,
        },
        schema_overrides={"due_at": pl.String, "closed_at": pl.String},
    )


def _events(world: World, cards: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Some people come daily and most now and then; a tenth of the events are of a card."""
    n = world.size(2300, 120)
    moments = _moments(world, n, rng)
    institutions, _, place = _places(world, n, rng)
    user = place * 12 + (12 * rng.random(n) ** 2).astype(np.int64)
    action = draw(rng, ACTIONS, n, [0.38, 0.25, 0.1, 0.13, 0.05, 0.05, 0.04])
    of_card = np.isin(action, ["card_opened", "card_closed"])
    of_plan = np.isin(action, ["upload_plan", "comment"])
    card = draw(rng, cards["card_id"].to_list(), n)
    plan = np.array(codes("PN", n), dtype=object)
    frame = pl.DataFrame(
        {
            "user_id": [f"u{number:05d}" for number in user],
            "occurred_at": moments.astype(str),
            "object_id": pl.Series(kept(np.where(of_card, card, plan), of_card | of_plan), dtype=pl.String),
            "action": action.tolist(),
            "institution_id": institutions,
        }
    )
    return frame.unique(["user_id", "occurred_at", "object_id", "action"], keep="first", maintain_order=True)


def _tickets(world: World, rng: np.random.Generator) -> pl.DataFrame:
    n = world.size(110, 63)
    opened = _moments(world, n, rng)
    institutions, clusters, _ = _places(world, n, rng)
    return pl.DataFrame(
        {
            "ticket_id": codes("TK", n),
            "opened_at": opened.astype(str),
            "resolved_at": _later(opened, rng.integers(1, 200, n), rng.random(n) < 0.8),
            "category": draw(rng, ("login", "upload", "report", "slow"), n).tolist(),
            "institution_id": institutions,
            "cluster_id": clusters,
        },
        schema_overrides={"resolved_at": pl.String},
    )
