"""The schools of an oblast, their networks, and what each adds to a year's progress.

Many schools are small; rural ones know less on the first day, and schools differ in whom they take in (sorting).
A school's effect is of the school, of a subject in it, and of a year: see `docs/methods/simulator.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import Floats, Ints
from ingest.simulate.identifiers import bins

SUBJECTS = ("mathematics", "kazakh_language", "natural_science")
#: Share of rural schools; the law of the number of pupils: median and standard deviation of the logarithm.
RURAL_SHARE = 0.7
PUPILS = {"rural": (160.0, 0.75), "urban": (900.0, 0.55)}
LANGUAGES = ("kk", "kk;ru", "ru")  # of teaching, by turns
SMALLEST, LARGEST = 12, 2_500  # the largest before all are scaled to the pupils of the oblast
#: What pupils of rural schools know less, when they are first tested, than those of urban ones.
RURAL_GAP = 0.3
#: Of an effect's variance that does not change with the years: of the school as a whole; the rest is of one subject.
GENERAL_SHARE = 0.6
#: Share of schools that are in a network by the last year.
MEMBER_SHARE = 0.4
#: Share of a network's schools that found it; the others join later.
FOUNDERS_SHARE = 0.5
#: School years over which what a network gives grows to the whole.
YEARS_TO_GROW = 3
#: Serial numbers of BINs that one oblast has in a month; every second one is given out.
BIN_SERIALS = 2_000
NEVER_JOINS = 9999
#: Years before the first that are in what its pupils know already.
YEARS_BEFORE = 6


@dataclass(frozen=True)
class Schools:
    """Arrays of n schools of one oblast.

    `language` is a place in LANGUAGES. `effects` is schools × subjects × years (standard deviations of pupils a year), without
    what a network adds; `before` is the same of the years before the first, the latest first; `gains` schools × years is
    what a network adds. `cluster` counts networks of the oblast from 0, -1 is none; `joined` is the start year of the first
    school year in it; `founded` is that of each network, `cluster_effects` what it adds when it has grown.
    """

    oblast: int
    bins: list[str]
    language: Ints
    registered: NDArray[np.datetime64]
    is_rural: NDArray[np.bool_]
    pupils_n: Ints
    intake: Floats
    before: Floats
    effects: Floats
    cluster: Ints
    joined: Ints
    gains: Floats
    founded: Ints
    cluster_effects: Floats

    @property
    def n(self) -> int:
        return len(self.bins)


def draw(size: Size, scenario: Scenario, seed: int, oblast: int) -> Schools:
    """The schools of one oblast."""
    rng = stream(seed, "schools", oblast)
    n = size.share(size.schools_n, oblast)
    is_rural = rng.random(n) < RURAL_SHARE
    median = np.where(is_rural, PUPILS["rural"][0], PUPILS["urban"][0])
    spread = np.where(is_rural, PUPILS["rural"][1], PUPILS["urban"][1])
    weight = np.minimum(median * np.exp(spread * rng.standard_normal(n)), LARGEST)
    # Scaled to the pupils of the oblast.
    pupils_n = np.maximum(weight / weight.sum() * size.share(size.pupils_n, oblast), SMALLEST).astype(np.int64)
    own = rng.standard_normal(n)
    intake = scenario.intake_sd * own - RURAL_GAP * (is_rural - RURAL_SHARE)
    effects = _effects(size, scenario, own, stream(seed, "effects", oblast))
    rng_clusters = stream(seed, "clusters", oblast)
    cluster, joined, founded = _clusters(size, scenario, n, oblast, rng_clusters)
    cluster_effects = scenario.cluster_effect + scenario.cluster_effect_sd * rng_clusters.standard_normal(len(founded))
    in_years = np.array(size.years)[None, :] - joined[:, None] + 1
    whole = np.append(cluster_effects, 0.0)[cluster]
    gains = np.clip(in_years, 0, YEARS_TO_GROW) / YEARS_TO_GROW * whole[:, None]
    months = rng.integers(0, 280, n).astype("timedelta64[M]")
    registered = (np.datetime64("1990-01", "M") + months).astype("datetime64[D]")
    numbers = bins(registered, oblast * BIN_SERIALS + np.arange(n) * 2)
    return Schools(
        oblast,
        numbers,
        np.arange(1, n + 1) % len(LANGUAGES),
        registered,
        is_rural,
        pupils_n,
        intake,
        effects[..., :YEARS_BEFORE][..., ::-1],
        effects[..., YEARS_BEFORE:],
        cluster,
        joined,
        gains,
        founded,
        cluster_effects,
    )


def _effects(size: Size, scenario: Scenario, own: Floats, rng: np.random.Generator) -> Floats:
    """Effects of the years before the first one, and of those that are delivered."""
    n, subjects_n, years_n = len(own), len(SUBJECTS), size.years_n
    of_subject = _law(scenario, rng, (n, subjects_n))
    general = _law(scenario, rng, (n,))
    lasting = np.sqrt(GENERAL_SHARE) * general[:, None] + np.sqrt(1 - GENERAL_SHARE) * of_subject
    drift = np.empty((n, subjects_n, YEARS_BEFORE + years_n))
    drift[..., 0] = _law(scenario, rng, (n, subjects_n))
    for year in range(1, YEARS_BEFORE + years_n):
        fresh = np.sqrt(1 - scenario.drift_memory**2) * _law(scenario, rng, (n, subjects_n))
        drift[..., year] = scenario.drift_memory * drift[..., year - 1] + fresh
    of_school = np.sqrt(1 - scenario.drift_share) * lasting[..., None] + np.sqrt(scenario.drift_share) * drift
    effects: Floats = scenario.effect_sd * (
        scenario.sorting * own[:, None, None] + np.sqrt(1 - scenario.sorting**2) * of_school
    )
    return effects


def _law(scenario: Scenario, rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Draws of mean 0 and variance 1."""
    if not scenario.tail_df:
        return rng.standard_normal(shape)
    drawn: Floats = rng.standard_t(scenario.tail_df, shape) / np.sqrt(scenario.tail_df / (scenario.tail_df - 2))
    return drawn


def _clusters(size: Size, scenario: Scenario, n: int, oblast: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Network of each school or -1, first year in it, and first year of each network: they begin one after another."""
    clusters_n = size.share(size.clusters_n, oblast)
    if scenario.clusters_most:
        clusters_n = min(clusters_n, scenario.clusters_most)
    members = rng.permutation(n)[: max(int(MEMBER_SHARE * n), clusters_n)]
    founded = np.array(size.years)[np.arange(clusters_n) * (size.years_n - 1) // clusters_n]
    cluster, joined = np.full(n, -1), np.full(n, NEVER_JOINS)
    cluster[members] = np.arange(len(members)) % clusters_n
    # Who does not found it joins in one of the years that are left.
    left = size.last_year - founded[cluster[members]]
    later = np.where(
        rng.random(len(members)) < FOUNDERS_SHARE, 0, 1 + (rng.random(len(members)) * left).astype(np.int64)
    )
    later[:clusters_n] = 0  # each has somebody from the first day
    joined[members] = founded[cluster[members]] + later
    return cluster, joined, founded
