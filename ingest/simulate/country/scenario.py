"""Scenarios: what of the generating model holds in a country, so that an estimator can be tried where it must hold and fail.

`base` is the country as it may be; each other name changes what it says and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scenario:
    """Parameters of the generating model that scenarios change; scores are in standard deviations of pupils.

    Attributes:
        effect_sd: standard deviation of a school's effect on a year's progress.
        drift_share: share of its variance that changes from year to year; the rest stays.
        drift_memory: correlation of that part with the year before.
        tail_df: degrees of freedom of Student's t for effects of schools, scaled to `effect_sd`; 0 is the normal law.
        intake_sd: standard deviation between schools of what pupils know when they are first tested.
        sorting: correlation of a school's effect with its intake, rural and urban schools apart.
        reliability: share of a score's variance that is no error.
        missing: chance that a pupil has no score whose knowledge is 0, the mean.
        missing_slope: change of its log-odds for a standard deviation of the score.
        cluster_effect: mean gain of a network's members on a year's progress from the third year on.
        cluster_effect_sd: its standard deviation over networks.
        teacher_sd, programme_sd, course_sd: standard deviations of what teachers of their own, preparing programmes and courses
            add to a year's progress; where the first is 0, nobody says where they were prepared and trained.
        networks_keep: whether beginners in networks leave more seldom, and move inside them.
        clusters_most: networks of an oblast at most; 0 is no bound.
        late_share: share of schools whose staff registry is complete from the second delivered year only.
        splits: whether the first oblast is split into two in the middle of the time.
    """

    name: str = "base"
    effect_sd: float = 0.10
    drift_share: float = 0.25
    drift_memory: float = 0.7
    tail_df: int = 0
    intake_sd: float = 0.35
    sorting: float = 0.25
    reliability: float = 0.9
    missing: float = 0.04
    missing_slope: float = -0.3
    cluster_effect: float = 0.06
    cluster_effect_sd: float = 0.02
    teacher_sd: float = 0.0
    programme_sd: float = 0.0
    course_sd: float = 0.0
    networks_keep: bool = True
    clusters_most: int = 0
    late_share: float = 0.0
    splits: bool = False


BASE = Scenario()
#: Normal effects that are new each year and have nothing to do with intake, scores without error, nobody missing. An effect
#: that lasted would be in the scores of the year before, and so go with what pupils know already.
CLEAN = replace(
    BASE,
    name="clean",
    drift_share=1.0,
    drift_memory=0.0,
    sorting=0.0,
    reliability=1.0,
    missing=0.0,
    missing_slope=0.0,
    cluster_effect=0.0,
    cluster_effect_sd=0.0,
)
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        BASE,
        CLEAN,
        replace(CLEAN, name="sorting", sorting=0.7),
        replace(CLEAN, name="noisy_prior", reliability=0.8),
        replace(CLEAN, name="drift", drift_share=0.7, drift_memory=0.5),
        replace(CLEAN, name="heavy_tails", tail_df=3),
        replace(CLEAN, name="missing_not_at_random", missing=0.08, missing_slope=-0.8),
        replace(BASE, name="no_effect", cluster_effect=0.0, cluster_effect_sd=0.0, networks_keep=False),
        replace(BASE, name="few_clusters", clusters_most=4),
        replace(BASE, name="late_registry", late_share=0.5),
        replace(BASE, name="region_split", splits=True),
        replace(BASE, name="teachers", teacher_sd=0.10, programme_sd=0.06, course_sd=0.06),
    )
}
