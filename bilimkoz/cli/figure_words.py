"""A retention figure in words: whose it is and what it says. A code that has no words yet is shown as it stands."""

from __future__ import annotations

from collections.abc import Mapping

from bilimkoz import texts
from bilimkoz.cli.console import words


def cohort(key: Mapping[str, object]) -> str:
    """The school year of a cohort."""
    year = str(key["cohort_year"])
    return words("figure.all_cohorts") if year == "all" else year


def described(key: Mapping[str, object]) -> str:
    """Which figure of a cohort it is: level, estimand, horizon, and the split where it is one."""
    horizon = words("figure.months", n=key["horizon_months"])
    parts = [_word("level", key["level"]), _word("estimand", key["estimand"]), horizon]
    if key["segment"] == "all":
        return ", ".join(parts)
    return f"{', '.join(parts)}; {_word('segment', key['segment'])}: {key['segment_value']}"


def told(figure: Mapping[str, object] | None) -> str:
    """The share that stayed, and the counts behind it; why there is none, where there is none."""
    if figure is None:
        return words("figure.none")
    share, status = figure["index_share"], str(figure["status"])
    counts = words("figure.of", retained=_count(figure["retained_n"]), hired=_count(figure["hired_n"]))
    # Whoever is out of the share is named, or the share could not be had from the counts.
    if unknown_n := figure.get("unknown_n"):
        counts += ", " + words("figure.unknown", n=unknown_n)
    if removed_n := figure.get("removed_n"):
        counts += ", " + words("figure.removed", n=removed_n)
    counted = f"{share:.1%}; {counts}" if isinstance(share, float) else counts
    return counted if status == "ok" else f"{counted}; {_word('status', status)}"


def _count(value: object) -> str:
    return "–" if value is None else str(value)


def _word(section: str, code: object) -> str:
    key = f"{section}.{code}"
    return words(key) if texts.has(key) else str(code)
