"""Trust, well-being, pulse and active participants in the table of indicators, worked out by hand from `survey_scenes`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from indicator_world import Told, duckdb_file
from scipy import stats
from statsmodels.multivariate.factor import Factor
from survey_scenes import close, drawn_answers, surveys, winter_answers

YEAR, LAST_YEAR, S1, S2 = "2025/26", "2024/25", "2025/26-S1", "2025/26-S2"
Q1, Q2, Q3 = "2025/26-Q1", "2025/26-Q2", "2025/26-Q3"
OBLAST = "110000000"
SCENE = surveys


def test_weights_of_cells(folder: Path) -> None:
    """A: 20 / 10. B, C and E, of which nobody answered, are under five answers each: (8 + 6 + 6) / (4 + 2). Five mentors of five
    invited are a cell of their own. D would be 100 / 5, and the median of 27 weights (six of 1, ten of 2, six of 3⅓ and five of
    20) is 2. The student is in no sample."""
    with duckdb_file(folder) as connection:
        rows = connection.execute(
            """select institution_id, role, weight from indicators.survey_weight
            where instrument = 'trust' and wave = 'autumn' order by all"""
        ).fetchall()
        (alone,) = connection.execute(
            "select weight from indicators.survey_score where respondent_id = 'u' and wave = 'autumn'"
        ).fetchall()
    assert rows == [
        ("A", "mentor", 1),
        ("A", "teacher", 2),
        ("B", "teacher", close(20 / 6)),
        ("C", "teacher", close(20 / 6)),
        ("D", "teacher", 8),
    ]
    assert alone == (1,)


def test_trust_counts_those_who_did_not_answer(told: Told) -> None:
    """10 of A say 4 and stand for 2, 4 of B say 2 and 2 of C say 3 and stand for 3⅓, 5 mentors say 5 for themselves."""
    row = told("T1", Q1)
    assert (row["status"], row["n"]) == ("ok", 21)
    assert row["denominator"] == close(45)
    assert row["value"] == close((80 + 4 * 2 * 10 / 3 + 2 * 3 * 10 / 3 + 25) / 45)
    assert told("T1", Q1, measure="plain")["value"] == close((40 + 8 + 6 + 25) / 21)
    # Of A, B and C with the mentors; and of the oblast E, where nobody answered, and D.
    assert told.part("T1", Q1, measure="response_rate") == (21, 39, "ok")
    assert told.part("T1", Q1, OBLAST, measure="response_rate") == (26, 145, "ok")
    assert told.part("T1", Q1, "E", measure="response_rate") == (0, 6, "ok")


def test_interval_reckons_with_weights(told: Told) -> None:
    """As of (sum w)^2 / sum w^2 = 45^2 / (10 * 4 + 6 * 100 / 9 + 5) = 18.1 respondents; where all weigh the same, of all."""
    values = np.repeat([4.0, 2.0, 3.0, 5.0], [10, 4, 2, 5])
    weights = np.repeat([2.0, 10 / 3, 10 / 3, 1.0], [10, 4, 2, 5])
    n = weights.sum() ** 2 / (weights**2).sum()
    assert n == pytest.approx(18.134, abs=1e-3)
    mean = np.average(values, weights=weights)
    error = np.sqrt(np.average((values - mean) ** 2, weights=weights) / (n - 1))
    row = told("T1", Q1)
    assert row["value_se"] == close(error)
    assert row["ci_low"] == pytest.approx(mean - stats.t.ppf(0.975, n - 1) * error, abs=1e-5)
    assert row["ci_high"] == pytest.approx(mean + stats.t.ppf(0.975, n - 1) * error, abs=1e-5)
    weighted, plain = told("T1", Q2), told("T1", Q2, measure="plain")
    for column in ("value", "value_se", "ci_low", "ci_high", "n"):
        assert weighted[column] == close(plain[column])


def test_of_several_waves_a_respondent_counts_once(told: Told) -> None:
    """In the semester the ten of A are those of both waves: 21 + 31 - 10. They are the mean of theirs, and of their weights."""
    scores = [sum(winter_answers(number)) / 3 for number in range(30)] + [3]
    values = [(4 + score) / 2 for score in scores[:10]] + scores[10:] + [2] * 4 + [3] * 2 + [5] * 5
    weights = [1.5] * 10 + [1] * 21 + [10 / 3] * 6 + [1] * 5
    row = told("T1", S1)
    assert row["n"] == 42
    assert row["value"] == close(np.average(values, weights=weights))
    assert told("T1", S1, measure="plain")["value"] == close(np.mean(values))


def test_who_is_too_few_to_be_told(told: Told) -> None:
    """Five of D; of a hub of psychologists nobody asks."""
    assert told.part("T1", Q1, "M") == (None, None, "too_few")
    assert told("T1", Q1, "M")["n"] == 5
    assert told.part("T1", Q1, "P") == (None, None, "not_applicable")
    # The oblast hears D all the same.
    assert told("T1", Q1, OBLAST)["n"] == 27
    # Of the year before no answer came; of the second quarter M has none.
    assert told("T1", LAST_YEAR)["status"] == "not_collected"
    assert told("T1", Q2, "M")["status"] == "not_collected"


def test_alpha(told: Told) -> None:
    """Against the definition, of thirty who answered all three items; of 29 it is not told."""
    answers = np.array([winter_answers(number) for number in range(30)], dtype=float)
    items = answers.var(axis=0, ddof=1).sum()
    expected = 3 / 2 * (1 - items / answers.sum(axis=1).var(ddof=1))
    row = told("T1", Q2, measure="alpha")
    assert (row["n"], row["status"]) == (30, "ok")
    assert row["value"] == close(expected)
    row = told("T1", Q3, measure="alpha")
    assert (row["n"], row["value"], row["status"]) == (29, None, "too_few")
    # The thirty of the winter wave, and of the autumn one those who were not there: 4 of B, 2 of C and 5 mentors.
    assert told("T1", S1, measure="alpha")["n"] == 41


def test_alpha_has_feldts_interval(told: Told) -> None:
    """Of Fisher's F, which is told to 1 %; at 1 - alpha = .2 that is .002."""
    row = told("T1", Q2, measure="alpha")
    low, high = 1 - (1 - row["value"]) * stats.f.ppf([0.975, 0.025], 29, 58)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
    assert row["value_se"] == pytest.approx((high - low) / (2 * stats.norm.ppf(0.975)), abs=1e-3)
    assert told("T1", Q3, measure="alpha")["ci_low"] is None


def test_omega_of_one_factor(told: Told) -> None:
    """Of A loadings are 2, 1, 1 and 1, and of the last three 1 is their own: 5^2 / (5^2 + 3). Alpha, which takes loadings for
    equal, is 4 / 3 * (1 - (4 + 2 + 2 + 2) / 28)."""
    row = told("D4", S1, "A", measure="omega")
    assert (row["n"], row["status"]) == (32, "ok")
    assert row["value"] == close(25 / 28)
    assert told("D4", S1, "A", measure="alpha")["value"] == close(4 / 3 * (1 - 10 / 28))


def test_omega_is_near_that_of_maximum_likelihood(told: Told) -> None:
    answers = np.array(drawn_answers(), dtype=float)
    fitted = Factor(answers, n_factor=1, method="ml").fit()
    loadings = np.abs(fitted.loadings[:, 0]) * answers.std(axis=0)
    common = loadings.sum() ** 2
    expected = common / (common + (answers.var(axis=0) - loadings**2).sum())
    row = told("D4", S1, "M", measure="omega")
    assert (row["n"], row["status"]) == (60, "ok")
    assert row["value"] == pytest.approx(expected, abs=0.005)
    assert row["value"] != pytest.approx(told("D4", S1, "M", measure="alpha")["value"], abs=0.005)


def test_where_no_one_factor_is(told: Told) -> None:
    """Of U two things are in the items, each in two of three. Who all answers the same tells no reliability either."""
    assert told.part("D4", S1, "U", measure="omega")[2] == "not_applicable"
    assert told("D4", S1, "U", measure="alpha")["status"] == "ok"
    for measure in ("alpha", "omega"):
        assert told.part("D4", S1, "E", measure=measure)[2] == "not_applicable"
    # Of sixteen it is not told.
    assert told.part("T3", YEAR, measure="omega") == (None, None, "too_few")


def test_no_omega_where_an_item_would_share_more_than_it_has(told: Told) -> None:
    """Of three items the square of the first's loading is cov12 cov13 / cov23: here over its variance, a case of Heywood's."""
    answers = np.array([winter_answers(number) for number in range(30)], dtype=float)
    covariances = np.cov(answers.T)
    assert covariances[0, 1] * covariances[0, 2] / covariances[1, 2] > covariances[0, 0]
    assert told.part("T1", Q2, measure="omega")[2] == "not_applicable"


def test_active_participants(told: Told) -> None:
    """Of ten t1, t3 (from two schools), t6 and p1 to p3 came to over three quarters; t2 came to three of four. What was not held
    does not count, nor who came uninvited."""
    assert told.part("T2", Q1) == (6, 10, "ok")
    # t1: four of five in the oblast, none of one in M.
    assert told.part("T2", Q1, OBLAST) == (6, 10, "ok")
    assert told.part("T2", Q1, "M") == (0, 1, "too_few")
    # By institution: t1 came to four of the five, t3 to both that A was asked to; t2 did not. E is outside K, and t6 came to all.
    assert told.part("T2", Q1, "A") == (2, 3, "too_few")
    assert told.part("T2", Q1, "B") == (1, 1, "too_few")
    assert told.part("T2", Q1, "E") == (1, 1, "too_few")
    # With the event of the second quarter t2 came to four of five.
    assert told.part("T2", Q2) == (1, 1, "too_few")
    assert told.part("T2", YEAR) == (7, 10, "ok")
    assert told.part("T2", Q3) == (None, None, "not_applicable")
    assert told.part("T2", YEAR, "P") == (None, None, "not_applicable")
    assert told.part("T2", LAST_YEAR) == (None, None, "not_collected")


def test_well_being(told: Told) -> None:
    """Six teachers of A say 3 and stand for two, ten young ones of B say 2; what students say is not of teachers."""
    row = told("T3", YEAR)
    assert (row["n"], row["status"]) == (16, "ok")
    assert row["value"] == close((6 * 2 * 3 + 10 * 2) / 22)
    assert told("T3", YEAR, measure="plain")["value"] == close((18 + 20) / 16)
    assert told.part("T3", YEAR, measure="response_rate") == (6, 12, "ok")
    assert told("T3", YEAR, measure="alpha")["status"] == "too_few"
    assert told("T3", YEAR, measure="alpha")["n"] == 16
    # Nine are too few. Ten are not, but that the sixteen less these would tell of the six of A.
    for scope_id, count in (("M", 9), ("K", 10), ("B", 10)):
        row = told("T3", YEAR, scope_id, measure="young_teachers")
        assert (row["n"], row["value"], row["status"]) == (count, None, "too_few")
    assert told("T3", YEAR, "M", measure="response_rate")["status"] == "not_collected"


def test_pulse(told: Told) -> None:
    """Two at 7 / 3, where the lower third of 1 to 5 ends, and one at 1 answer negatively; one at 8 / 3 and six at 4 do not."""
    row = told("T4", "2025-10")
    assert (row["n"], row["status"]) == (10, "ok")
    assert row["value"] == close((2 * 7 / 3 + 8 / 3 + 1 + 24) / 10)
    assert told("T4", "2025-10", measure="plain")["value"] == close(row["value"])
    assert told.part("T4", "2025-10", measure="negative") == (3, 10, "ok")
    assert told.part("T4", Q1, measure="negative") == (3, 10, "ok")
    # Nine in November. In the semester the two are at (7 / 3 + 4) / 2, so that only who answered 1 twice is left.
    assert told.part("T4", "2025-11", measure="negative") == (None, None, "too_few")
    assert told("T4", "2025-11")["value"] is None
    assert told.part("T4", S1, measure="negative") == (1, 10, "ok")
    # Who names M counts for it, not for K; the oblast has them all.
    assert told("T4", "2025-10", "M")["n"] == 1
    assert told("T4", "2025-10", OBLAST)["n"] == 11
    assert told.part("T4", "2025-10", measure="response_rate") == (10, 20, "ok")
    # Nine answered where five were invited.
    assert told.part("T4", "2025-11", measure="response_rate") == (9, 9, "ok")
    assert told("T4", "2025-12")["status"] == "not_collected"
