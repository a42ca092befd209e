"""Rows of graduates, where they went and what they study, of the scene of a network."""

from __future__ import annotations

from indicator_world import IndicatorWorld


def graduates(w: IndicatorWorld) -> None:
    """Graduates of C and U, and of the pedagogical class of A; who teaches at a school does so at E."""
    w.add("programmes", {"programme_code": "class", "institution_id": "A", "level": "school", "pedagogical": True})
    for person in ("h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", *(f"h{number}" for number in range(11, 17))):
        _study(w, person, "C", "01140100", "vocational", "2022-09-01", "2025-06-30")
    _study(w, "h1", "U", "6B01101", "bachelor", "2021-09-01", "2025-06-15")
    _study(w, "h9", "U", "6B01101", "bachelor", "2024-09-01")
    _study(w, "h10", "C", "01140100", "vocational", "2022-09-01", "2025-09-01")
    _study(w, "other", "C", "07110100", "vocational", "2022-09-01", "2025-06-30")
    for person in ("v1", "v2", "v3", "v4", "v5"):
        _study(w, person, "C", "01140100", "vocational", "2020-09-01", "2023-06-30")
    for person in ("p1", "p2", "p3", "p4", "p5"):
        _study(w, person, "A", "class", "school", "2023-09-01", "2025-05-25")
    _study(w, "p1", "U", "6B01101", "bachelor", "2025-09-01")
    _study(w, "p2", "C", "01140100", "vocational", "2026-05-25")
    _study(w, "p3", "C", "01140100", "vocational", "2026-05-26")
    _study(w, "p4", "C", "07110100", "vocational", "2025-09-01")
    for person, from_on, to_on in (
        ("h1", "2026-06-30", None),
        ("h2", "2026-07-01", None),
        ("h7", "2020-09-01", "2025-06-29"),
        ("h8", "2023-09-01", "2025-06-30"),
        ("h10", "2025-10-01", None),
        ("v1", "2024-09-01", None),
        ("v2", "2023-09-01", "2026-06-30"),
        ("v3", "2023-09-01", "2026-06-29"),
        ("v5", "2026-07-01", None),
        ("p5", "2025-09-01", None),
    ):
        w.staff(person, "E", from_on, to_on, end_reason="resigned" if to_on else None)
    # Teaches at a university, whatever is reported of a school.
    w.staff("h11", "U", "2025-09-01", position_group="university_lecturer")
    # At a school and a college of which nobody tells anything.
    w.staff("h15", "not on file", "2025-09-01")
    w.staff("h16", "not on file", "2025-09-01", position_group="college_lecturer")
    for person, graduated_on, employed_on, teaching, employer in (
        ("h3", "2025-06-30", "2026-06-30", True, "E"),
        ("h4", "2025-06-30", "2026-07-01", True, "E"),
        ("h5", "2025-06-30", "2025-09-01", False, "E"),
        ("h6", "2025-06-30", None, True, "E"),
        ("h9", "2025-06-30", "2025-09-01", None, "E"),
        ("h11", "2025-06-30", "2025-09-01", True, "E"),
        ("h12", "2025-06-30", "2025-09-01", True, "U"),
        # An employer whom no source tells of, and none at all.
        ("h13", "2025-06-30", "2025-09-01", True, "abroad"),
        ("h14", "2025-06-30", None, None, None),
        ("v4", "2023-06-30", "2023-09-01", True, "E"),
    ):
        w.add(
            "graduate_placements",
            {"person_id": person, "graduated_from": "C", "graduated_on": graduated_on, "source": "career_service"}
            | {"employer_id": employer, "employed_on": employed_on, "teaching": teaching},
        )


def _study(
    w: IndicatorWorld, person: str, institution: str, code: str, level: str, from_on: str, to_on: str | None = None
) -> None:
    w.add(
        "studies",
        {"person_id": person, "institution_id": institution, "programme_code": code, "level": level}
        | {"start_date": from_on, "end_date": to_on, "status": "graduated" if to_on else "studying"},
    )
