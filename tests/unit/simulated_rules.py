"""The business rules of every tabular feed a second time, in Python, from what the contracts say in words."""

from __future__ import annotations

from simulated_files import day, number
from simulated_keeps import (
    Keeps,
    age_fits,
    at_most,
    differs,
    due_in_year,
    in_order,
    mark_fits,
    moments_in_order,
    needs,
    on_scale,
    one_of,
    parties,
    payment,
    refused_or,
    rises,
    scale_widens,
    together,
    value_fits,
    weeks_fit,
    within_year,
    years_follow,
)

HASHED: tuple[str, Keeps] = ("text_len_n", together("text_hash", "text_len_n"))
#: feed -> business rule -> (column, whether a row keeps it)
RULES: dict[str, dict[str, tuple[str, Keeps]]] = {
    "staff_employment": {
        "dates_in_order": ("end_date", in_order("start_date", "end_date")),
        "leave_dates_in_order": ("on_leave_until", in_order("on_leave_from", "on_leave_until")),
    },
    "institutions": {
        "dates_in_order": ("closed_on", in_order("opened_on", "closed_on")),
        "has_a_name": ("name_kk", one_of("name_kk", "name_ru", "name_en", "name_local")),
    },
    "regions": {
        "settlement_kind_known": (
            "urban_rural",
            lambda row: row["level"] not in ("city", "settlement") or row["urban_rural"] is not None,
        ),
        "not_own_parent": ("parent_code", differs("parent_code", "region_code")),
    },
    "institution_successions": {"not_own_successor": ("new_id", differs("old_id", "new_id"))},
    "cluster_members": {"dates_in_order": ("left_on", in_order("joined_on", "left_on"))},
    "studies": {"dates_in_order": ("end_date", in_order("start_date", "end_date"))},
    "qualifications": {
        "years_agree": (
            "awarded_on",
            lambda row: (
                day(row.get("awarded_on") or "") is None or str(day(row["awarded_on"] or ""))[:4] == row["awarded_year"]
            ),
        )
    },
    "institution_statuses": {"dates_in_order": ("to_on", in_order("from_on", "to_on"))},
    "programmes": {
        "programme_has_a_name": ("name_kk", one_of("name_kk", "name_ru", "name_en")),
        "shared_within_all": ("unified_syllabus_n", at_most("unified_syllabus_n", "subjects_n")),
    },
    "credit_prices": {"years_follow": ("school_year", years_follow("school_year"))},
    "graduate_placements": {
        "day_needs_employer": ("employed_on", needs("employed_on", "employer_id")),
        "teaching_needs_employer": (
            "teaching",
            lambda row: row.get("teaching") != "true" or row.get("employer_id") is not None,
        ),
    },
    "attestations": {
        "failure_raises_nothing": ("category_to", lambda row: rises(row, "false")),
        "success_lowers_nothing": ("category_to", lambda row: rises(row, "true")),
    },
    "enrolments": {
        "years_follow": ("school_year", years_follow("school_year")),
        "left_within_year": ("left_on", within_year("left_on")),
        "age_fits_school": ("birth_year", age_fits),
    },
    "assessment_results": {
        "years_follow": ("school_year", years_follow("school_year")),
        "score_within_highest": ("score", at_most("score", "max_score")),
        "taken_within_year": ("taken_on", within_year("taken_on")),
        "ubt_in_final_grades": (
            "grade",
            lambda row: row.get("test") != "ubt" or number(row.get("grade") or "11") in (11, 12),
        ),
    },
    "teaching_assignments": {
        "years_follow": ("school_year", years_follow("school_year")),
        "dates_in_order": ("ends_on", in_order("starts_on", "ends_on")),
        "starts_within_year": ("starts_on", within_year("starts_on")),
        "placement_of_practicant": (
            "placement_id",
            lambda row: row.get("placement_id") is None or row.get("role") == "practicant",
        ),
    },
    "attendance": {
        "class_or_pupil": ("class_code", one_of("class_code", "pupil_id")),
        "attended_within_held": ("lessons_attended", at_most("lessons_attended", "lessons_held")),
    },
    "climate_aggregates": {"years_follow": ("school_year", years_follow("school_year"))},
    "control_groups": {"dates_in_order": ("to_on", in_order("from_on", "to_on"))},
    "targets": {
        "has_a_value": ("target_value", one_of("baseline_value", "target_value")),
        "baseline_has_a_day": ("baseline_on", needs("baseline_value", "baseline_on")),
        "target_has_a_day": ("target_on", needs("target_value", "target_on")),
        "target_after_baseline": ("target_on", in_order("baseline_on", "target_on", strictly=True)),
    },
    "cluster_passport": {"has_a_text": ("text_kk", one_of("text_kk", "text_ru", "text_en"))},
    "action_plan": {
        "dates_in_order": ("due_on", in_order("starts_on", "due_on")),
        "done_after_start": ("done_on", in_order("starts_on", "done_on")),
    },
    "cluster_resources": {
        "dates_in_order": ("shared_to", in_order("shared_from", "shared_to")),
        "consent_before_sharing": ("shared_from", in_order("consent_on", "shared_from")),
    },
    "agreements": {
        "dates_in_order": ("valid_until", in_order("signed_on", "valid_until")),
        "two_parties": ("parties", parties),
    },
    "programme_outcomes": {
        "alignment_is_complete": ("aligned_with", together("aligned_with", "aligned_programme_code")),
        "not_aligned_with_itself": (
            "aligned_with",
            lambda row: (
                row.get("aligned_with") is None
                or (row["aligned_programme_code"], row["aligned_with"]) != (row["programme_code"], row["outcome_code"])
            ),
        ),
        "score_has_a_day": ("reviewed_on", needs("expert_score", "reviewed_on")),
    },
    "module_credits": {"two_institutions": ("university_id", differs("university_id", "college_id"))},
    "network_events": {
        "has_a_day": ("planned_on", one_of("planned_on", "held_on")),
        "held_has_a_day": ("held_on", lambda row: row.get("status") != "held" or row.get("held_on") is not None),
        "not_held_has_no_day": (
            "held_on",
            lambda row: row.get("held_on") is None or row.get("status") in (None, "held", "moved"),
        ),
        "present_if_held": (
            "participants_actual",
            lambda row: not number(row.get("participants_actual") or "") or row.get("held_on") is not None,
        ),
    },
    "event_participants": {
        "invited_or_attended": (
            "attended",
            lambda row: "false" not in (row.get("invited"),) or row.get("attended") != "false",
        )
    },
    "quality_checklists": {
        "years_follow": ("quarter", years_follow("quarter")),
        "value_fits_item": ("value", value_fits),
    },
    "projects": {
        "dates_in_order": ("ended_on", in_order("started_on", "ended_on")),
        "implemented_after_start": ("implemented_on", in_order("started_on", "implemented_on")),
        "implemented_has_its_mark": (
            "implemented_in_practice",
            lambda row: row.get("implemented_on") is None or row.get("implemented_in_practice") != "false",
        ),
    },
    "finance": {
        "paid_has_a_day": ("paid_on", payment),
        "day_has_a_payment": ("paid_kzt", needs("paid_on", "paid_kzt")),
        "due_in_budget_year": ("due_on", due_in_year),
    },
    "risks": {
        "dates_in_order": ("closed_on", in_order("opened_on", "closed_on")),
        "reviewed_after_opening": ("reviewed_on", in_order("opened_on", "reviewed_on")),
        "threshold_has_indicator": ("threshold", needs("threshold", "indicator")),
    },
    "education_production_kpis": {"dual_within_all": ("dual_learners", at_most("dual_learners", "learners"))},
    "practicum_placements": {
        "dates_in_order": ("ends_on", in_order("starts_on", "ends_on")),
        "not_own_mentor": ("mentor_id", differs("mentor_id", "student_id")),
        "not_own_supervisor": ("supervisor_id", differs("supervisor_id", "student_id")),
        "weeks_fit_dates": ("weeks", weeks_fit),
        "sent_elsewhere": ("school_id", differs("school_id", "sending_id")),
    },
    "practicum_journal": {
        "scale_known": ("mark_scale", lambda row: row.get("mark_scale") in (None, "10", "100")),
        "mark_within_scale": ("mentor_mark", mark_fits),
        "mark_has_scale": ("mark_scale", needs("mentor_mark", "mark_scale")),
        "not_own_answer": ("reply_to", differs("reply_to", "entry_id")),
        "checked_after_submission": ("checked_at", moments_in_order("submitted_at", "checked_at")),
        "hash_with_length": HASHED,
    },
    "supervisor_visits": {"dates_in_order": ("report_submitted_on", in_order("visited_on", "report_submitted_on"))},
    "mentoring_pairs": {
        "mentee_unless_refused": ("mentee_id", refused_or("mentee_id")),
        "start_unless_refused": ("starts_on", refused_or("starts_on")),
        "not_own_mentee": ("mentee_id", differs("mentee_id", "mentor_id")),
        "dates_in_order": ("ends_on", in_order("starts_on", "ends_on")),
        "offered_before_start": ("starts_on", in_order("offered_on", "starts_on")),
        "end_needs_start": ("ends_on", needs("ends_on", "starts_on")),
        "result_needs_start": ("induction_result", needs("induction_result", "starts_on")),
    },
    "mentoring_meetings": {"hash_with_length": HASHED},
    "portfolios": {"dates_in_order": ("assessed_on", in_order("created_on", "assessed_on"))},
    "lesson_study_cycles": {
        "dates_in_order": ("ended_on", in_order("started_on", "ended_on")),
        "lesson_after_start": ("open_lesson_on", in_order("started_on", "open_lesson_on")),
        "published_after_start": ("published_on", in_order("started_on", "published_on")),
        "before_within_scale": ("outcome_before", at_most("outcome_before", "outcome_scale")),
        "after_within_scale": ("outcome_after", at_most("outcome_after", "outcome_scale")),
        "hash_with_length": HASHED,
    },
    "lesson_counts": {"years_follow": ("quarter", years_follow("quarter"))},
    "lesson_analyses": {
        "not_own_observer": ("observer_id", differs("observer_id", "teacher_id")),
        "hash_with_length": HASHED,
    },
    "survey_instruments": {
        "scale_in_order": ("scale_max", scale_widens),
        "threshold_on_scale": ("threshold", on_scale),
        "total_is_not_reverse": ("reverse", lambda row: row.get("item") != "_total" or row.get("reverse") != "true"),
    },
    "survey_waves": {
        "dates_in_order": ("closed_on", in_order("opened_on", "closed_on")),
        "pair_is_another_wave": ("pair_wave", differs("pair_wave", "wave")),
        "single_has_no_pair": ("pair_wave", lambda row: row.get("pair_wave") is None or row.get("phase") != "single"),
    },
    "platform_cards": {
        "dates_in_order": ("closed_at", moments_in_order("opened_at", "closed_at")),
        "due_after_opening": ("due_at", moments_in_order("opened_at", "due_at")),
    },
    "support_tickets": {"dates_in_order": ("resolved_at", moments_in_order("opened_at", "resolved_at"))},
}
