"""Rows of the marts of learning outcomes for the world of `indicator_world`."""

from __future__ import annotations

from fact_world import Row
from indicator_world import IndicatorWorld

OBLAST = "110000000"


def value_added(w: IndicatorWorld) -> None:
    math, reading = {"subject": "mathematics", "test": "modo"}, {"subject": "reading", "test": "modo"}
    for grade, subject, sd in ((5, math, 10), (5, reading, 20), (6, math, 10), (7, math, 10)):
        w.mart("int_score_scale", subject | {"grade": grade, "start_year": 2023, "mean_score": 50, "sd_score": sd})

    def cluster(
        name: str, grade: int, pupils: int | None, value: float | None, error: float | None, status: str
    ) -> Row:
        row = {"cluster_id": name, "school_year": "2025/26", "grade": grade, "pupils_n": pupils, "status": status}
        return math | row | {"residual_mean_value": value, "residual_mean_se": error}

    w.mart(
        "value_added_cluster",
        cluster("K", 5, 100, 2, 1, "ok"),
        cluster("K", 5, 50, -2, 2, "ok") | reading,
        cluster("K", 6, 50, 1, 1, "ok"),
        cluster("K", 7, None, None, None, "too_few"),
        cluster("M", 5, None, None, None, "no_prior"),
        cluster("M", 5, None, None, None, "not_estimable") | {"school_year": "2024/25"},
        cluster("K", 5, None, None, None, "too_few_institutions") | {"school_year": "2024/25"},
    )
    effect = {"school_year": "2025/26", "grade": 5} | math
    w.mart(
        "value_added_institution",
        effect
        | {"institution_id": "A", "pupils_n": 20, "residual_mean_value": 3, "residual_mean_se": 2, "effect_value": 1}
        | {"effect_prediction_se": 0.5, "status": "unreliable"},
        effect | {"institution_id": "B", "pupils_n": 9, "status": "too_few"},
    )


def scores(w: IndicatorWorld) -> None:
    gain = {"start_year": 2025, "grade": 5, "test": "modo", "measure": "gain", "segment": "all", "segment_value": "all"}
    for school, subject, pupils, value in (
        ("A", "mathematics", 12, 3.0),
        ("A", "reading", 12, -0.6),
        ("B", "mathematics", 6, 0.6),
        ("F", "mathematics", 5, 0),
        ("F", "reading", 5, 0),
        ("D", "mathematics", 10, 1.0),
        ("E", "mathematics", 9, 0.9),
    ):
        row = {"institution_id": school, "subject": subject, "pupils_n": pupils, "value_sum": round(value * 10**7)}
        w.mart("int_learning_sum", gain | row, gain | row | {"segment": "region", "segment_value": OBLAST})
        w.mart("int_learning_sum", gain | row | {"measure": "score"})
    spread = {"grade": 5, "subject": "mathematics", "test": "modo", "status": "ok"}
    w.mart(
        "learning_spread",
        spread | {"school_year": "2024/25", "pupils_n": 100, "between_share": 0.2, "between_se": 0.02},
        spread | {"school_year": "2024/25", "grade": 6, "pupils_n": 300, "between_share": 0.1, "between_se": 0.03},
        spread | {"school_year": "2024/25", "grade": 7, "pupils_n": 500, "status": "too_few_institutions"},
        spread
        | {"school_year": "2025/26", "pupils_n": 100, "between_share": 0.02, "between_se": 0.05}
        | {"change_value": -0.18, "change_se": 0.06},
        spread | {"school_year": "2025/26", "grade": 6, "pupils_n": 100, "between_share": 0.04, "between_se": 0.05},
        spread | {"school_year": "2023/24", "pupils_n": 50, "status": "too_few_institutions"},
    )
    gap = {"grade": 5, "subject": "mathematics", "test": "modo", "measure": "score", "status": "ok"}
    rural, poor = {"segment": "urban_rural"}, {"segment": "disadvantaged"}
    w.mart(
        "learning_gap",
        gap | rural | {"school_year": "2024/25", "gap_sd": 0.3, "gap_se": 0.1},
        gap | rural | {"school_year": "2024/25", "grade": 6, "gap_sd": 0.5, "gap_se": 0.2},
        gap | rural | {"school_year": "2024/25", "grade": 7, "status": "too_few"},
        gap | rural | {"school_year": "2024/25", "measure": "gain", "gap_sd": 9, "gap_se": 1},
        gap | rural | {"school_year": "2025/26", "gap_sd": 0.2, "gap_se": 0.1, "change_sd": -0.1, "change_se": 0.05},
        gap | poor | {"school_year": "2025/26", "status": "too_few_institutions"},
        gap | poor | {"school_year": "2024/25", "gap_sd": 0.6, "change_sd": 0.2},
    )
    test = {"subject": "all", "segment": "all", "segment_value": "all"}
    w.mart("pass_scores", {"school_year": "2025/26", "subject": "all", "score": 50})
    for year, school, pupils, points, passed in (
        (2025, "A", 10, 800, 8),
        (2025, "B", 10, 600, 5),
        (2025, "E", 9, 450, 3),
        (2024, "A", 10, 700, 0),
    ):
        row = {
            "start_year": year,
            "institution_id": school,
            "pupils_n": pupils,
            "score_sum": points,
            "passed_n": passed,
        }
        w.mart("int_national_test_sum", test | row, test | row | {"subject": "mathematics", "score_sum": 100})


def effects(w: IndicatorWorld) -> None:
    effect = {"aggregation": "calendar", "aggregation_value": "2025/26", "outcome": "score", "institutions_n": 60}
    told = {
        "effect_value": 0.1,
        "effect_se": 0.04,
        "effect_ci_low": 0.01,
        "effect_ci_high": 0.19,
        "status": "few_clusters",
    }
    w.mart(
        "network_effect",
        effect | told,
        effect | told | {"outcome": "attendance", "effect_value": 0.3},
        effect | told | {"aggregation": "event", "aggregation_value": "1"},
        effect | {"outcome": "residual", "effect_value": 0.05, "status": "too_few"},
        effect | {"aggregation_value": "2024/25", "status": "no_year_before"},
        effect | {"aggregation_value": "2024/25", "outcome": "residual", "status": "too_few_controls"},
    )
    together = {"subject": "all", "test": "all", "school_year": "2025/26", "pupils_with_n": 200}
    practicant = together | {"exposure": "practicant"}
    young = together | {"exposure": "young_main"}
    shown = {"difference_sd": -0.02, "difference_se": 0.02, "difference_ci_low": -0.06, "difference_ci_high": 0.02}
    w.mart(
        "value_added_class",
        practicant | shown | {"status": "ok"},
        practicant | shown | {"status": "ok", "grade": 5, "subject": "mathematics", "difference_sd": -0.05},
        young | {"status": "not_collected"},
        practicant | {"school_year": "2024/25", "status": "too_few_institutions"},
        young | {"school_year": "2024/25", "status": "not_applicable"},
    )
