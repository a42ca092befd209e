"""Which estimates there are, what each reads, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import polars as pl

from estimators.class_exposure import class_exposure
from estimators.cluster_index import cluster_index
from estimators.comparison import comparison_matches, retention_comparison
from estimators.course_outcome import course_outcome
from estimators.hazard import retention_hazard
from estimators.network_effect import network_effect
from estimators.preparing import retention_preparing
from estimators.value_added import value_added
from estimators.value_added_forms import value_added_forms
from estimators.value_added_terms import value_added_terms

#: Schemas that estimates are written to, in the order in which they are made. Between two of them dbt builds what stands on the
#: first and not on the second.
STAGES = ("estimates", "indices")


@dataclass(frozen=True)
class Estimate:
    """Tables that Python makes of the warehouse at once.

    Attributes:
        tables: name of each, which is that of the mart above it, with a sentence for the graph.
        reads: tables of dbt, as `schema.name`.
        of: makes them, by name; the connection is to the candidate, for reading.
        stage: one of STAGES; a later one may read marts of an earlier one.
    """

    tables: dict[str, str]
    reads: tuple[str, ...]
    of: Callable[[duckdb.DuckDBPyConnection], dict[str, pl.DataFrame]]
    stage: str = STAGES[0]


def _alone(
    name: str, description: str, reads: tuple[str, ...], of: Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]
) -> Estimate:
    """One table."""
    return Estimate({name: description}, reads, lambda connection: {name: of(connection)})


_COMPARED = (
    "intermediate.int_cluster_members__accepted",
    "intermediate.int_control_groups__accepted",
    "intermediate.int_retention_member",
    "intermediate.int_place",
    "intermediate.int_comparison_index",
    "intermediate.int_comparison_prior",
)
ESTIMATES = (
    _alone(
        "retention_comparison",
        "The network against others: new teachers of members beside those of matched controls.",
        (
            *_COMPARED,
            "intermediate.int_retention_outcome",
            "intermediate.int_retention_exposure",
            "intermediate.int_cohort_horizon",
            "seeds.minimum_n",
        ),
        retention_comparison,
    ),
    _alone(
        "retention_match",
        "Which institution was compared with which, and which found no match and why.",
        _COMPARED,
        comparison_matches,
    ),
    _alone(
        "retention_hazard",
        "What goes with leaving sooner: hazard ratios of the values on the first day.",
        ("intermediate.int_hazard_row", "seeds.minimum_n"),
        retention_hazard,
    ),
    _alone(
        "retention_preparing",
        "Whose graduates stay: shares by preparing institution and programme, partially pooled.",
        ("intermediate.int_retention_count", "seeds.minimum_n", "seeds.thresholds"),
        retention_preparing,
    ),
    Estimate(
        {
            "value_added_institution": "What a school adds: its effect on pupils' scores, given what they knew a year before.",
            "value_added_model": "The models behind value added: pupils, institutions, variances.",
            "value_added_coefficient": "Their coefficients.",
            "value_added_pooled": "What a school adds, told from several years.",
            "value_added_drift": "What years of a school have in common, and how forecasts did.",
        },
        (
            "intermediate.int_value_added_gram",
            "intermediate.int_value_added_newcomer",
            "intermediate.int_value_added_decile",
            "intermediate.int_score_scale",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        value_added,
    ),
    _alone(
        "value_added_class",
        "Classes with practicants or young teachers beside others of their school and grade.",
        ("intermediate.int_value_added_exposure", "seeds.minimum_n", "seeds.thresholds"),
        class_exposure,
    ),
    Estimate(
        {
            "value_added_form": "What value added owes to the form of its model.",
            "value_added_form_institution": "Effects of institutions by other forms of the model.",
        },
        (
            "intermediate.int_value_added_form",
            "intermediate.int_institution_district",
            "intermediate.int_value_added_gram",
            "intermediate.int_score_scale",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        value_added_forms,
    ),
    Estimate(
        {
            "value_added_term": "What pupils know more by programme and course of their teachers, and by network.",
            "value_added_variance": "How much of that lies between programmes, courses, networks, schools and teachers.",
        },
        (
            "intermediate.int_value_added_gram",
            "intermediate.int_value_added_taught",
            "intermediate.int_value_added_teacher",
            "intermediate.int_teacher_background",
            "intermediate.int_staff_network",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        value_added_terms,
    ),
    _alone(
        "course_outcome",
        "What pupils learn more since their teachers completed a course, against teachers who did not.",
        (
            "intermediate.int_value_added_gram",
            "intermediate.int_score_scale",
            "intermediate.int_value_added_teacher",
            "intermediate.int_course",
            "intermediate.int_course_completion",
            "intermediate.int_course_pair",
            "intermediate.int_staff_network",
            "intermediate.int_scope_member",
            "intermediate.int_period",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        course_outcome,
    ),
    Estimate(
        {
            "network_effect": "What joining a network changes, against institutions that have not joined.",
            "network_effect_check": "Whether members and others went the same way before joining, and what follows if not.",
        },
        (
            "intermediate.int_network_outcome",
            "intermediate.int_network_start",
            "intermediate.int_value_added_gram",
            "intermediate.int_score_scale",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        network_effect,
    ),
    Estimate(
        {
            "cluster_index": "The index of clusters, their ranks, and how far these hang on the choices made.",
            "cluster_index_influence": "What each indicator does to index and rank of a cluster.",
        },
        (
            "marts.cluster_criteria",
            "marts.dim_cluster",
            "intermediate.int_index_setting",
            "seeds.criteria",
            "seeds.criteria_indicators",
            "seeds.minimum_n",
            "seeds.thresholds",
        ),
        cluster_index,
        "indices",
    ),
)
