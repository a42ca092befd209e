"""One row for each rule of a contract that breaks it, and what makes it good; columns not named are absent."""

from __future__ import annotations

from typing import Any

#: (feed, rule) -> the broken row, the change that mends it.
BROKEN_AND_GOOD: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {
    ("institution_statuses", "dates_in_order"): (
        {"from_on": "2026-02-02", "to_on": "2026-02-01"},
        {"to_on": "2026-02-02"},
    ),
    ("programmes", "programme_has_a_name"): ({}, {"name_ru": "Т"}),
    ("programmes", "shared_within_all"): ({"subjects_n": 3, "unified_syllabus_n": 4}, {"unified_syllabus_n": 3}),
    ("credit_prices", "years_follow"): ({"school_year": "2025/27"}, {"school_year": "1999/00"}),
    ("graduate_placements", "day_needs_employer"): ({"employed_on": "2026-02-01"}, {"employer_id": "1"}),
    ("graduate_placements", "teaching_needs_employer"): ({"teaching": True}, {"employer_id": "1"}),
    ("attestations", "failure_raises_nothing"): (
        {"passed": False, "category_from": "expert", "category_to": "master"},
        {"category_to": "expert"},
    ),
    ("attestations", "success_lowers_nothing"): (
        {"passed": True, "category_from": "expert", "category_to": "moderator"},
        {"category_to": "expert"},
    ),
    ("enrolments", "years_follow"): ({"school_year": "2025/27"}, {"school_year": "1999/00"}),
    ("enrolments", "left_within_year"): (
        {"school_year": "2025/26", "left_on": "2026-09-01"},
        {"left_on": "2026-08-31"},
    ),
    ("enrolments", "age_fits_school"): ({"school_year": "2025/26", "birth_year": 1980}, {"birth_year": 2010}),
    ("assessment_results", "years_follow"): ({"school_year": "2025/27"}, {"school_year": "1999/00"}),
    ("assessment_results", "score_within_highest"): ({"score": 11, "max_score": 10}, {"score": 10}),
    ("assessment_results", "taken_within_year"): (
        {"school_year": "2025/26", "taken_on": "2026-09-01"},
        {"taken_on": "2026-08-31"},
    ),
    ("assessment_results", "ubt_in_final_grades"): ({"test": "ubt", "grade": 9}, {"grade": 11}),
    ("teaching_assignments", "years_follow"): ({"school_year": "2025/27"}, {"school_year": "1999/00"}),
    ("teaching_assignments", "dates_in_order"): (
        {"starts_on": "2026-02-02", "ends_on": "2026-02-01"},
        {"ends_on": "2026-02-02"},
    ),
    ("teaching_assignments", "starts_within_year"): (
        {"school_year": "2025/26", "starts_on": "2026-09-01"},
        {"starts_on": "2026-08-31"},
    ),
    ("teaching_assignments", "placement_of_practicant"): (
        {"role": "main", "placement_id": "1"},
        {"role": "practicant"},
    ),
    ("attendance", "class_or_pupil"): ({}, {"pupil_id": "1"}),
    ("attendance", "attended_within_held"): ({"lessons_held": 5, "lessons_attended": 6}, {"lessons_attended": 5}),
    ("control_groups", "dates_in_order"): ({"from_on": "2026-02-02", "to_on": "2026-02-01"}, {"to_on": "2026-02-02"}),
    ("targets", "has_a_value"): ({}, {"baseline_value": 0}),
    ("targets", "baseline_has_a_day"): ({"baseline_value": 0}, {"baseline_on": "2026-02-01"}),
    ("targets", "target_has_a_day"): ({"target_value": 0}, {"target_on": "2026-02-01"}),
    ("targets", "target_after_baseline"): (
        {"baseline_on": "2026-02-01", "target_on": "2026-02-01"},
        {"target_on": "2026-02-02"},
    ),
    ("cluster_passport", "has_a_text"): ({}, {"text_en": "x"}),
    ("action_plan", "dates_in_order"): ({"starts_on": "2026-02-02", "due_on": "2026-02-01"}, {"due_on": "2026-02-02"}),
    ("action_plan", "done_after_start"): (
        {"starts_on": "2026-02-02", "done_on": "2026-02-01"},
        {"done_on": "2026-02-02"},
    ),
    ("cluster_resources", "dates_in_order"): (
        {"shared_from": "2026-02-02", "shared_to": "2026-02-01"},
        {"shared_to": "2026-02-02"},
    ),
    ("cluster_resources", "consent_before_sharing"): (
        {"consent_on": "2026-02-02", "shared_from": "2026-02-01"},
        {"shared_from": "2026-02-02"},
    ),
    ("agreements", "dates_in_order"): (
        {"signed_on": "2026-02-02", "valid_until": "2026-02-01"},
        {"valid_until": "2026-02-02"},
    ),
    ("agreements", "two_parties"): ({"parties": "1; 1;"}, {"parties": "1; 2"}),
    ("programme_outcomes", "alignment_is_complete"): ({"aligned_with": "LO1"}, {"aligned_programme_code": "P1"}),
    ("programme_outcomes", "not_aligned_with_itself"): (
        {"programme_code": "P1", "outcome_code": "LO1", "aligned_programme_code": "P1", "aligned_with": "LO1"},
        {"aligned_programme_code": "P2"},
    ),
    ("programme_outcomes", "score_has_a_day"): ({"expert_score": 4}, {"reviewed_on": "2026-02-01"}),
    ("module_credits", "two_institutions"): ({"college_id": "1", "university_id": "1"}, {"university_id": "2"}),
    ("network_events", "has_a_day"): ({}, {"planned_on": "2026-02-01"}),
    ("network_events", "held_has_a_day"): ({"status": "held"}, {"held_on": "2026-02-01"}),
    ("network_events", "not_held_has_no_day"): ({"status": "cancelled", "held_on": "2026-02-01"}, {"held_on": None}),
    ("network_events", "present_if_held"): ({"participants_actual": 3}, {"held_on": "2026-02-01"}),
    ("event_participants", "invited_or_attended"): ({"invited": False, "attended": False}, {"attended": None}),
    ("quality_checklists", "years_follow"): ({"quarter": "2025/27-Q3"}, {"quarter": "2025/26-Q3"}),
    ("quality_checklists", "value_fits_item"): ({"item": "C4", "value": "yes"}, {"value": "deep"}),
    ("projects", "implemented_after_start"): (
        {"started_on": "2026-02-02", "implemented_on": "2026-02-01", "implemented_in_practice": True},
        {"implemented_on": "2026-02-02"},
    ),
    ("projects", "implemented_has_its_mark"): (
        {"implemented_on": "2026-02-01", "implemented_in_practice": False},
        {"implemented_in_practice": True},
    ),
    ("projects", "dates_in_order"): (
        {"started_on": "2026-02-02", "ended_on": "2026-02-01"},
        {"ended_on": "2026-02-02"},
    ),
    ("finance", "paid_has_a_day"): ({"paid_kzt": 5}, {"paid_on": "2026-02-01"}),
    ("finance", "day_has_a_payment"): ({"paid_on": "2026-02-01"}, {"paid_kzt": 5}),
    ("finance", "due_in_budget_year"): ({"budget_year": 2026, "due_on": "2025-12-31"}, {"due_on": "2026-01-01"}),
    ("risks", "dates_in_order"): ({"opened_on": "2026-02-02", "closed_on": "2026-02-01"}, {"closed_on": "2026-02-02"}),
    ("risks", "reviewed_after_opening"): (
        {"opened_on": "2026-02-02", "reviewed_on": "2026-02-01"},
        {"reviewed_on": "2026-02-02"},
    ),
    ("risks", "threshold_has_indicator"): ({"threshold": 0.6}, {"indicator": "R12"}),
    ("education_production_kpis", "dual_within_all"): ({"learners": 5, "dual_learners": 6}, {"dual_learners": 5}),
    ("practicum_placements", "dates_in_order"): (
        {"starts_on": "2026-02-02", "ends_on": "2026-02-01"},
        {"ends_on": "2026-02-02"},
    ),
    ("practicum_placements", "not_own_mentor"): ({"student_id": "1", "mentor_id": "1"}, {"mentor_id": None}),
    ("practicum_placements", "not_own_supervisor"): ({"student_id": "1", "supervisor_id": "1"}, {"supervisor_id": "2"}),
    ("practicum_placements", "weeks_fit_dates"): (
        {"starts_on": "2026-02-02", "ends_on": "2026-02-15", "weeks": 4},
        {"weeks": 2},
    ),
    ("practicum_placements", "sent_elsewhere"): ({"sending_id": "1", "school_id": "1"}, {"school_id": "2"}),
    ("practicum_journal", "scale_known"): ({"mark_scale": 12}, {"mark_scale": 100}),
    ("practicum_journal", "mark_within_scale"): ({"mark_scale": 10, "mentor_mark": 0}, {"mentor_mark": 1}),
    ("practicum_journal", "mark_has_scale"): ({"mentor_mark": 8}, {"mark_scale": 10}),
    ("practicum_journal", "not_own_answer"): ({"entry_id": "1", "reply_to": "1"}, {"reply_to": "2"}),
    ("practicum_journal", "checked_after_submission"): (
        {"submitted_at": "2026-02-02 10:00:00", "checked_at": "2026-02-02 09:59:59"},
        {"checked_at": "2026-02-02 10:00:00"},
    ),
    ("practicum_journal", "hash_with_length"): ({"text_hash": "0"}, {"text_len_n": 3}),
    ("supervisor_visits", "dates_in_order"): (
        {"visited_on": "2026-02-02", "report_submitted_on": "2026-02-01"},
        {"report_submitted_on": "2026-02-02"},
    ),
    ("mentoring_pairs", "mentee_unless_refused"): ({}, {"mentor_refused": True}),
    ("mentoring_pairs", "start_unless_refused"): ({}, {"mentor_refused": True}),
    ("mentoring_pairs", "not_own_mentee"): ({"mentor_id": "1", "mentee_id": "1"}, {"mentee_id": "2"}),
    ("mentoring_pairs", "dates_in_order"): (
        {"starts_on": "2026-02-02", "ends_on": "2026-02-01"},
        {"ends_on": "2026-02-02"},
    ),
    ("mentoring_pairs", "offered_before_start"): (
        {"offered_on": "2026-02-02", "starts_on": "2026-02-01"},
        {"starts_on": "2026-02-02"},
    ),
    ("mentoring_pairs", "end_needs_start"): ({"ends_on": "2026-02-01"}, {"starts_on": "2026-02-01"}),
    ("mentoring_pairs", "result_needs_start"): ({"induction_result": "passed"}, {"starts_on": "2026-02-01"}),
    ("mentoring_meetings", "hash_with_length"): ({"text_hash": "0"}, {"text_len_n": 3}),
    ("portfolios", "dates_in_order"): (
        {"created_on": "2026-02-02", "assessed_on": "2026-02-01"},
        {"assessed_on": "2026-02-02"},
    ),
    ("lesson_study_cycles", "dates_in_order"): (
        {"started_on": "2026-02-02", "ended_on": "2026-02-01"},
        {"ended_on": "2026-02-02"},
    ),
    ("lesson_study_cycles", "lesson_after_start"): (
        {"started_on": "2026-02-02", "open_lesson_on": "2026-02-01"},
        {"open_lesson_on": "2026-02-02"},
    ),
    ("lesson_study_cycles", "published_after_start"): (
        {"started_on": "2026-02-02", "published_on": "2026-02-01"},
        {"published_on": "2026-02-02"},
    ),
    ("lesson_study_cycles", "before_within_scale"): (
        {"outcome_scale": 10, "outcome_before": 11},
        {"outcome_before": 10},
    ),
    ("lesson_study_cycles", "after_within_scale"): ({"outcome_scale": 10, "outcome_after": 11}, {"outcome_after": 10}),
    ("lesson_study_cycles", "hash_with_length"): ({"text_hash": "0"}, {"text_len_n": 3}),
    ("lesson_counts", "years_follow"): ({"quarter": "2025/27-Q3"}, {"quarter": "2025/26-Q3"}),
    ("lesson_analyses", "not_own_observer"): ({"teacher_id": "1", "observer_id": "1"}, {"observer_id": "2"}),
    ("lesson_analyses", "hash_with_length"): ({"text_hash": "0"}, {"text_len_n": 3}),
    ("survey_instruments", "scale_in_order"): ({"scale_min": 1, "scale_max": 1}, {"scale_max": 5}),
    ("survey_instruments", "threshold_on_scale"): (
        {"scale_min": 1, "scale_max": 5, "threshold": 6},
        {"threshold": 3.5},
    ),
    ("survey_instruments", "total_is_not_reverse"): ({"item": "_total", "reverse": True}, {"reverse": False}),
    ("survey_waves", "dates_in_order"): (
        {"opened_on": "2026-02-02", "closed_on": "2026-02-01"},
        {"closed_on": "2026-02-02"},
    ),
    ("survey_waves", "pair_is_another_wave"): ({"wave": "1", "pair_wave": "1"}, {"pair_wave": "2"}),
    ("survey_waves", "single_has_no_pair"): ({"phase": "single", "pair_wave": "2"}, {"phase": "pre"}),
    ("climate_aggregates", "years_follow"): ({"school_year": "2025/27"}, {"school_year": "1999/00"}),
    ("platform_cards", "dates_in_order"): (
        {"opened_at": "2026-02-02 10:00:00", "closed_at": "2026-02-02 09:00:00"},
        {"closed_at": "2026-02-02 10:00:00"},
    ),
    ("platform_cards", "due_after_opening"): (
        {"opened_at": "2026-02-02 10:00:00", "due_at": "2026-02-02 09:00:00"},
        {"due_at": "2026-02-02 10:00:00"},
    ),
    ("support_tickets", "dates_in_order"): (
        {"opened_at": "2026-02-02 10:00:00", "resolved_at": "2026-02-02 09:00:00"},
        {"resolved_at": "2026-02-02 10:00:00"},
    ),
}
