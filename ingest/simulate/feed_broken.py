"""For each business rule of the further feeds a row that breaks it and no other rule.

A cell is a text, None (empty) or another column of the row, written `=column`. What is not named is as in a good row.
"""

from __future__ import annotations

Cells = dict[str, str | None]
NEXT_YEAR_WRONG: Cells = {"school_year": "2025/27"}
BROKEN: dict[str, dict[str, Cells]] = {
    "institution_statuses": {"dates_in_order": {"from_on": "2024-02-02", "to_on": "2024-02-01"}},
    "programmes": {
        "programme_has_a_name": {"name_kk": None, "name_ru": None, "name_en": None},
        "shared_within_all": {"subjects_n": "20", "unified_syllabus_n": "21"},
    },
    "studies": {"dates_in_order": {"start_date": "2024-02-02", "end_date": "2024-02-01"}},
    "qualifications": {"years_agree": {"awarded_year": "2015", "awarded_on": "2016-06-30"}},
    "credit_prices": {"years_follow": NEXT_YEAR_WRONG},
    "graduate_placements": {
        "day_needs_employer": {"employer_id": None, "employed_on": "2025-09-01", "teaching": None},
        "teaching_needs_employer": {"employer_id": None, "employed_on": None, "teaching": "true"},
    },
    "attestations": {
        "failure_raises_nothing": {"category_from": "expert", "category_to": "master", "passed": "false"},
        "success_lowers_nothing": {"category_from": "expert", "category_to": "moderator", "passed": "true"},
    },
    "enrolments": {
        "years_follow": {**NEXT_YEAR_WRONG, "left_on": None},
        "left_within_year": {"school_year": "2024/25", "left_on": "2025-09-01"},
        "age_fits_school": {"birth_year": "1980"},
    },
    "assessment_results": {
        "years_follow": {**NEXT_YEAR_WRONG, "taken_on": None},
        "score_within_highest": {"score": "6", "max_score": "5"},
        "taken_within_year": {"school_year": "2024/25", "taken_on": "2025-09-01"},
        "ubt_in_final_grades": {"test": "ubt", "grade": "9"},
    },
    "teaching_assignments": {
        "years_follow": {**NEXT_YEAR_WRONG, "starts_on": None, "ends_on": None},
        "dates_in_order": {"school_year": "2024/25", "starts_on": "2025-02-02", "ends_on": "2025-02-01"},
        "starts_within_year": {"school_year": "2024/25", "starts_on": "2024-08-20", "ends_on": "2025-05-25"},
        "placement_of_practicant": {"role": "main", "placement_id": "PL-0001"},
    },
    "attendance": {
        "class_or_pupil": {"class_code": None, "pupil_id": None},
        "attended_within_held": {"lessons_held": "100", "lessons_attended": "101"},
    },
    "climate_aggregates": {"years_follow": NEXT_YEAR_WRONG},
    "control_groups": {"dates_in_order": {"from_on": "2024-02-02", "to_on": "2024-02-01"}},
    "targets": {
        "has_a_value": dict.fromkeys(("baseline_value", "baseline_on", "target_value", "target_on")),
        "baseline_has_a_day": {"baseline_value": "0.5", "baseline_on": None},
        "target_has_a_day": {"target_value": "0.5", "target_on": None},
        "target_after_baseline": {"baseline_on": "2025-06-01", "target_on": "2025-06-01"},
    },
    "cluster_passport": {"has_a_text": dict.fromkeys(("text_kk", "text_ru", "text_en"))},
    "action_plan": {
        "dates_in_order": {"starts_on": "2026-02-02", "due_on": "2026-02-01", "done_on": None},
        "done_after_start": {"starts_on": "2026-02-02", "due_on": "2026-03-02", "done_on": "2026-02-01"},
    },
    "cluster_resources": {
        "dates_in_order": {"consent_on": None, "shared_from": "2024-02-02", "shared_to": "2024-02-01"},
        "consent_before_sharing": {"consent_on": "2024-02-02", "shared_from": "2024-02-01", "shared_to": None},
    },
    "agreements": {
        "dates_in_order": {"signed_on": "2024-02-02", "valid_until": "2024-02-01"},
        "two_parties": {"parties": "990140000018; 990140000018;"},
    },
    "programme_outcomes": {
        "alignment_is_complete": {"aligned_programme_code": None, "aligned_with": "LO1"},
        "not_aligned_with_itself": {"aligned_programme_code": "=programme_code", "aligned_with": "=outcome_code"},
        "score_has_a_day": {"expert_score": "4", "reviewed_on": None},
    },
    "module_credits": {"two_institutions": {"university_id": "=college_id"}},
    "network_events": {
        "has_a_day": {"planned_on": None, "held_on": None, "status": "planned", "participants_actual": None},
        "held_has_a_day": {"status": "held", "planned_on": "2026-02-01", "held_on": None, "participants_actual": None},
        "not_held_has_no_day": {"status": "cancelled", "held_on": "2026-02-01"},
        "present_if_held": {"planned_on": "2026-02-01", "held_on": None, "status": "planned", "participants_actual": "3"},
    },
    "event_participants": {"invited_or_attended": {"invited": "false", "attended": "false"}},
    "quality_checklists": {
        "years_follow": {"quarter": "2025/27-Q3"},
        "value_fits_item": {"item": "C4", "value": "yes"},
    },
    "projects": {
        "dates_in_order": {"started_on": "2026-02-02", "ended_on": "2026-02-01", "implemented_on": None},
        "implemented_after_start": {
            "started_on": "2026-02-02",
            "ended_on": None,
            "implemented_in_practice": "true",
            "implemented_on": "2026-02-01",
        },
        "implemented_has_its_mark": {
            "started_on": "2026-02-01",
            "ended_on": None,
            "implemented_in_practice": "false",
            "implemented_on": "2026-02-01",
        },
    },
    "finance": {
        "paid_has_a_day": {"paid_kzt": "50000", "paid_on": None},
        "day_has_a_payment": {"paid_kzt": None, "paid_on": "2026-02-01"},
        "due_in_budget_year": {"budget_year": "2026", "due_on": "2025-12-31"},
    },
    "risks": {
        "dates_in_order": {"opened_on": "2026-02-02", "reviewed_on": None, "closed_on": "2026-02-01"},
        "reviewed_after_opening": {"opened_on": "2026-02-02", "reviewed_on": "2026-02-01", "closed_on": None},
        "threshold_has_indicator": {"indicator": None, "threshold": "0.6"},
    },
    "education_production_kpis": {"dual_within_all": {"learners": "5", "dual_learners": "6"}},
    "practicum_placements": {
        "dates_in_order": {"starts_on": "2026-02-02", "ends_on": "2026-02-01", "weeks": None},
        "not_own_mentor": {"mentor_id": "=student_id"},
        "not_own_supervisor": {"supervisor_id": "=student_id"},
        "weeks_fit_dates": {"starts_on": "2026-02-02", "ends_on": "2026-02-15", "weeks": "4"},
        "sent_elsewhere": {"school_id": "=sending_id"},
    },
    "practicum_journal": {
        "scale_known": {"mentor_mark": None, "mark_scale": "12"},
        "mark_within_scale": {"mentor_mark": "0", "mark_scale": "10"},
        "mark_has_scale": {"mentor_mark": "8", "mark_scale": None},
        "not_own_answer": {"reply_to": "=entry_id"},
        "checked_after_submission": {"submitted_at": "2026-02-02T10:00:00", "checked_at": "2026-02-02T09:00:00"},
        "hash_with_length": {"text": None, "text_hash": None, "text_len_n": "42"},
    },
    "supervisor_visits": {"dates_in_order": {"visited_on": "2026-02-02", "report_submitted_on": "2026-02-01"}},
    "mentoring_pairs": {
        "mentee_unless_refused": {
            "mentee_id": None, "mentor_refused": None, "offered_on": None,
            "starts_on": "2025-09-10", "ends_on": None,
        },
        "start_unless_refused": {"mentor_refused": "false", "starts_on": None, "ends_on": None, "induction_result": None},
        "not_own_mentee": {"mentee_id": "=mentor_id"},
        "dates_in_order": {
            "offered_on": None, "starts_on": "2026-02-02",
            "ends_on": "2026-02-01", "mentor_refused": "false",
        },
        "offered_before_start": {"offered_on": "2026-02-02", "starts_on": "2026-02-01", "ends_on": None},
        "end_needs_start": {"mentor_refused": "true", "starts_on": None, "ends_on": "2026-02-01", "induction_result": None},
        "result_needs_start": {"mentor_refused": "true", "starts_on": None, "ends_on": None, "induction_result": "passed"},
    },
    "mentoring_meetings": {"hash_with_length": {"text": None, "text_hash": None, "text_len_n": "42"}},
    "portfolios": {"dates_in_order": {"created_on": "2026-02-02", "assessed_on": "2026-02-01"}},
    "lesson_study_cycles": {
        "dates_in_order": {
            "started_on": "2026-02-02", "ended_on": "2026-02-01",
            "open_lesson_on": None, "published_on": None,
        },
        "lesson_after_start": {
            "started_on": "2026-02-02", "ended_on": None,
            "open_lesson_on": "2026-02-01", "published_on": None,
        },
        "published_after_start": {
            "started_on": "2026-02-02", "ended_on": None,
            "open_lesson_on": None, "published_on": "2026-02-01",
        },
        "before_within_scale": {"outcome_scale": "10", "outcome_before": "11", "outcome_after": "9"},
        "after_within_scale": {"outcome_scale": "10", "outcome_before": "9", "outcome_after": "11"},
        "hash_with_length": {"text": None, "text_hash": None, "text_len_n": "42"},
    },
    "lesson_counts": {"years_follow": {"quarter": "2025/27-Q3"}},
    "lesson_analyses": {
        "not_own_observer": {"observer_id": "=teacher_id"},
        "hash_with_length": {"text": None, "text_hash": None, "text_len_n": "42"},
    },
    "survey_instruments": {
        "scale_in_order": {"scale_min": "5", "scale_max": "5", "threshold": None},
        "threshold_on_scale": {"scale_min": "1", "scale_max": "5", "threshold": "6"},
        "total_is_not_reverse": {"item": "_total", "reverse": "true"},
    },
    "survey_waves": {
        "dates_in_order": {"opened_on": "2026-02-02", "closed_on": "2026-02-01"},
        "pair_is_another_wave": {"phase": "pre", "pair_wave": "=wave"},
        "single_has_no_pair": {"phase": "single", "pair_wave": "2026-01-01"},
    },
    "platform_cards": {
        "dates_in_order": {"opened_at": "2026-04-02T10:00:00", "closed_at": "2026-04-02T09:00:00", "due_at": None},
        "due_after_opening": {"opened_at": "2026-04-02T10:00:00", "closed_at": None, "due_at": "2026-04-02T09:00:00"},
    },
    "support_tickets": {"dates_in_order": {"opened_at": "2026-04-02T10:00:00", "resolved_at": "2026-04-02T09:00:00"}},
}  # fmt: skip
