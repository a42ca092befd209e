"""Waves, samples and answers of the survey tool. Who answers is a token of the tool, never an identifier."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.dates import Ints, after
from ingest.simulate.feed_texts import SECRETS
from ingest.simulate.feed_world import SENT, Sheet, World, draw, kept, rows_of
from ingest.simulate.senders import SURVEYS
from ingest.simulate.survey_items import INSTRUMENTS, TOTAL, instruments

WEEKLY = "weekly_practicum"
#: instrument -> who is asked, at how many institutions (of the demo), how many at each, waves that bring answers. Of
#: practicants all are asked, each week in which there are any.
ASKED: dict[str, tuple[str, int, int, int]] = {
    "trust": ("teacher", 10, 4, 2),
    "technostress": ("teacher", 10, 3, 2),
    "ict_test": ("teacher", 8, 3, 2),
    "tam": ("teacher", 6, 4, 1),
    "pulse": ("young_teacher", 10, 2, 6),
    WEEKLY: ("student", 0, 0, 36),
    "mentor_satisfaction": ("mentor", 10, 2, 1),
    "school_satisfaction": ("school_admin", 12, 2, 1),
    "employer_satisfaction": ("employer", 10, 2, 1),
    "student_satisfaction": ("student", 10, 2, 1),
    "wellbeing": ("teacher", 10, 5, 2),
}
#: instrument -> days between waves and how many waves are on the calendar.
CALENDAR = {"pulse": (30, 30), WEEKLY: (7, 36), "trust": (91, 12)}


def sheets(world: World, found: list[Sheet]) -> list[Sheet]:
    """All of it is sent by the survey tool. Of the sheets that are found the placements are read."""
    rng = world.rng(9)
    waves = _waves(world)
    samples = pl.concat([_samples(world, waves, rng), _practicants(world, waves, found)])
    made = {
        "survey_instruments": instruments(),
        "survey_waves": waves,
        "survey_samples": samples.drop("order", "closed_on", "cluster_id"),
        "survey_responses": _responses(samples, rng),
    }
    return [Sheet(feed, _sent(frame), world.last) for feed, frame in made.items()]


def _sent(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(SURVEYS).alias(SENT))


def _waves(world: World) -> pl.DataFrame:
    """Waves up to the last June; those before and after a course go in pairs."""
    rows = []
    for name in INSTRUMENTS:
        step, waves_n = CALENDAR.get(name, (182, 2 if ASKED[name][3] > 1 else 1))
        for number in range(waves_n if world.is_demo or name == WEEKLY else min(waves_n, 4)):
            closed = np.datetime64(f"{world.last + 1}-06-05") - step * number
            paired = name in ("technostress", "ict_test", "wellbeing") and number < 2
            label = f"{closed}"[:10]
            other = f"{np.datetime64(f'{world.last + 1}-06-05') - step}"[:10] if number == 0 else None
            phase = ("post", "pre")[number] if paired else "single"
            rows.append(
                (name, label, phase, other if paired else None, (closed - 6).astype(date), closed.astype(date), number)
            )
    columns = ["instrument", "wave", "phase", "pair_wave", "opened_on", "closed_on", "order"]
    return pl.DataFrame(rows, schema=columns, orient="row").drop("order")


def _samples(world: World, waves: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """How many were asked where; of answered waves only. Schools of networks, and some that stand outside."""
    rows = []
    schools = world.schools.select("institution_id", "cluster_id").rows()
    for name, (role, places, each, answered) in ASKED.items():
        if name == WEEKLY:
            continue
        last = waves.filter(pl.col("instrument") == name).sort("closed_on")[-answered:]
        for order, (wave, closed) in enumerate(last.select("wave", "closed_on").rows()):
            for identifier, cluster in schools[: places if world.is_demo else 3]:
                rows.append((name, wave, identifier, role, each if world.is_demo else 2, order, closed, cluster))
    columns = ["instrument", "wave", "institution_id", "role", "each", "order", "closed_on", "cluster_id"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    more = rng.integers(0, 3, frame.height)
    return frame.with_columns(invited=pl.col("each") + pl.Series(more)).drop("each")


def _practicants(world: World, waves: pl.DataFrame, found: list[Sheet]) -> pl.DataFrame:
    """Each week of practicum everybody who is in it on the Wednesday is asked at the school; a wave closes on a Friday."""
    role, *_ = ASKED[WEEKLY]
    placed = rows_of(found, "practicum_placements", ("school_id", "starts_on", "ends_on"))
    asked = (
        waves.filter(pl.col("instrument") == WEEKLY)
        .join(placed, how="cross")
        .filter((pl.col("closed_on") - pl.duration(days=2)).is_between("starts_on", "ends_on"))
        .group_by("wave", "closed_on", institution_id="school_id")
        .agg(invited=pl.len().cast(pl.Int64))
        .sort("closed_on", "institution_id")
    )
    clusters = world.institutions.select("institution_id", "cluster_id")
    return (
        asked.join(clusters, on="institution_id", how="left", maintain_order="left")
        .with_columns(instrument=pl.lit(WEEKLY), role=pl.lit(role), order=pl.lit(0, dtype=pl.Int64))
        .select("instrument", "wave", "institution_id", "role", "order", "closed_on", "cluster_id", "invited")
    )


def _responses(samples: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Answers fall around the mind of the respondent, which is the same in each wave; one in thirty withholds consent."""
    own = (
        instruments().filter(pl.col("item") != TOTAL).select("instrument", "item", "scale_min", "scale_max", "reverse")
    )
    answering = samples.with_columns(
        asked=pl.int_ranges(0, pl.col("invited") - pl.Series(rng.integers(0, 2, samples.height)))
    ).explode("asked")
    answering = answering.filter(pl.col("asked").is_not_null()).with_columns(
        token=pl.concat_str(
            pl.col("instrument").str.slice(0, 3),
            pl.lit("-"),
            pl.col("institution_id").str.slice(4, 7),
            pl.lit("-"),
            "asked",
        )
    )
    n = answering.height
    codes = answering["token"].rank("dense").cast(pl.Int64).to_numpy()
    mind = rng.normal(0, 0.7, int(codes.max()) + 1)[codes]
    # With each wave things get better; of stress that means less.
    is_stress = (answering["instrument"] == "technostress").to_numpy()
    better = np.where(is_stress, -0.4 - 0.25 * answering["order"].to_numpy(), 0.25 * answering["order"].to_numpy())
    moment = after(answering["closed_on"].to_numpy().astype("datetime64[D]"), -rng.integers(0, 6, n)).astype(
        "datetime64[s]"
    )
    moment = moment + (rng.integers(8 * 60, 21 * 60, n) * 60).astype("timedelta64[s]")
    answering = answering.with_columns(
        pl.Series("mind", mind + better),
        pl.Series("answered_at", moment.astype(str), dtype=pl.String),
        pl.Series("consent", rng.random(n) >= 0.03),
    )
    frame = answering.join(own, on="instrument", maintain_order="left")
    return _answers(frame, rng)


def _answers(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    n = frame.height
    low, high = frame["scale_min"].to_numpy(), frame["scale_max"].to_numpy()
    felt = np.where(frame["reverse"].to_numpy(), -1.0, 1.0) * frame["mind"].to_numpy() + rng.normal(0, 0.6, n)
    value = np.clip(np.round((low + high) / 2 + 0.5 + felt * (high - low) / 4), low, high)
    told: Ints = np.flatnonzero((frame["instrument"] == WEEKLY).to_numpy() & (rng.random(n) < 0.1))
    text = np.full(n, None, dtype=object)
    text[told] = draw(
        rng, [f"Сұрақ бар. {secret}" for secret in SECRETS] + ["Бәрі жақсы.", "Нужна помощь с планом урока."], len(told)
    )
    return frame.select(
        "instrument",
        "wave",
        pl.col("token").alias("respondent_id"),
        "item",
        pl.Series("value", kept(value, rng.random(n) < 0.98), dtype=pl.Float64),
        pl.Series("text_value", text.tolist(), dtype=pl.String),
        "institution_id",
        "cluster_id",
        "role",
        "answered_at",
        "consent",
    )
