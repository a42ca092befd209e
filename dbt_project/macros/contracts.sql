{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}

{#- What the staging macros need to know of a feed: what its own macro below says, and nothing of what that leaves out. -#}
{% macro contract_of(feed) %}
{% set facts = {"columns": [], "staged": [], "optional": [], "key": [], "staged_key": [], "renamed": {}, "filled_from_list": "", "references": [], "sender_scope": "", "snapshot_scope": {}, "consent": "", "person": "", "key_person": "", "sources": []} %}
{% do facts.update(context['contract_of_' ~ feed]()) %}
{% if not facts.staged %}{% do facts.update({'staged': facts.columns}) %}{% endif %}
{% if not facts.staged_key %}{% do facts.update({'staged_key': facts.key}) %}{% endif %}
{% if not facts.sources %}{% do facts.update({'sources': [feed]}) %}{% endif %}
{{ return(facts) }}
{% endmacro %}

{#- All feeds with rows of their own. -#}
{% macro target_feeds() %}
{{ return(["action_plan", "agreements", "assessment_results", "attendance", "attestations", "climate_aggregates", "cluster_members", "cluster_passport", "cluster_resources", "clusters", "control_groups", "credit_prices", "education_production_kpis", "enrolments", "event_participants", "finance", "graduate_placements", "institution_statuses", "institution_successions", "institutions", "joint_products", "labour_demand", "lesson_analyses", "lesson_counts", "lesson_study_cycles", "lesson_study_participants", "mentoring_meetings", "mentoring_pairs", "module_credits", "network_events", "person_links", "platform_cards", "platform_events", "portfolios", "practicum_journal", "practicum_placements", "product_reviews", "programme_outcomes", "programmes", "project_participants", "projects", "qualifications", "quality_checklists", "regions", "risks", "staff_employment", "studies", "supervisor_visits", "support_tickets", "survey_instruments", "survey_responses", "survey_samples", "survey_waves", "targets", "teaching_assignments", "training"]) }}
{% endmacro %}

{#- Feeds with free text. -#}
{% macro text_feeds() %}
{{ return(["cluster_passport", "lesson_analyses", "lesson_study_cycles", "mentoring_meetings", "practicum_journal", "quality_checklists", "risks", "survey_responses"]) }}
{% endmacro %}

{#- Feeds with free text of which it is kept what it is like. -#}
{% macro signed_feeds() %}
{{ return(["lesson_analyses", "lesson_study_cycles", "mentoring_meetings", "practicum_journal"]) }}
{% endmacro %}

{#- Feeds whose records are cards of persons, as SQL literals. -#}
{% macro card_feeds() %}'ehis_person_cards'{% endmacro %}

{% macro contract_of_action_plan() %}
{{ return({
  "columns": ["action_id", "cluster_id", "kind", "title", "indicator", "starts_on", "due_on", "done_on", "responsible_role", "responsible_id", "expected_result"],
  "optional": ["indicator", "starts_on", "done_on", "responsible_id"],
  "key": ["action_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "responsible_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_agreements() %}
{{ return({
  "columns": ["agreement_id", "cluster_id", "parties", "kind", "signed_on", "valid_until", "has_data_exchange_clause", "has_data_protection_clause"],
  "optional": ["cluster_id", "valid_until"],
  "key": ["agreement_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "parties", "feed": "institutions", "parent_column": "institution_id", "is_list": true}]
}) }}
{% endmacro %}

{% macro contract_of_assessment_results() %}
{{ return({
  "columns": ["pupil_id", "institution_id", "school_year", "grade", "subject", "test", "term", "score", "max_score", "taken_on", "teacher_id", "class_code", "person_is_local"],
  "optional": ["term", "max_score", "taken_on", "teacher_id", "class_code"],
  "key": ["pupil_id", "institution_id", "school_year", "grade", "subject", "test", "term"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "pupil_id"
}) }}
{% endmacro %}

{% macro contract_of_attendance() %}
{{ return({
  "columns": ["institution_id", "month", "class_code", "pupil_id", "lessons_held", "lessons_attended", "person_is_local"],
  "optional": ["class_code", "pupil_id"],
  "key": ["institution_id", "month", "class_code", "pupil_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "pupil_id"
}) }}
{% endmacro %}

{% macro contract_of_attestations() %}
{{ return({
  "columns": ["person_id", "attested_on", "category_from", "category_to", "passed", "person_is_local"],
  "key": ["person_id", "attested_on"],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_climate_aggregates() %}
{{ return({
  "columns": ["institution_id", "school_year", "term", "class_code", "scale", "n", "mean", "sd"],
  "optional": ["sd"],
  "key": ["institution_id", "school_year", "term", "class_code", "scale"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_cluster_members() %}
{{ return({
  "columns": ["cluster_id", "institution_id", "joined_on", "left_on", "role", "founder", "duties"],
  "optional": ["left_on", "founder", "duties"],
  "key": ["cluster_id", "institution_id", "joined_on"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_cluster_passport() %}
{{ return({
  "columns": ["cluster_id", "section", "version_on"],
  "key": ["cluster_id", "section", "version_on"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_cluster_resources() %}
{{ return({
  "columns": ["resource_id", "cluster_id", "institution_id", "kind", "shared_from", "shared_to", "consent_on"],
  "optional": ["shared_from", "shared_to", "consent_on"],
  "key": ["resource_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_clusters() %}
{{ return({
  "columns": ["cluster_id", "name_kk", "name_ru", "name_en", "kind", "region_code", "founded_on", "legal_form", "specialisations", "stage", "goals", "monitoring_kpis"],
  "optional": ["name_ru", "name_en", "legal_form", "specialisations", "goals", "monitoring_kpis"],
  "key": ["cluster_id"],
  "references": [{"column": "region_code", "feed": "regions", "parent_column": "region_code"}]
}) }}
{% endmacro %}

{% macro contract_of_control_groups() %}
{{ return({
  "columns": ["cluster_id", "institution_id", "from_on", "to_on"],
  "optional": ["to_on"],
  "key": ["cluster_id", "institution_id", "from_on"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_credit_prices() %}
{{ return({
  "columns": ["institution_id", "programme_code", "school_year", "credit_price_kzt"],
  "key": ["institution_id", "programme_code", "school_year"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_education_production_kpis() %}
{{ return({
  "columns": ["cluster_id", "year", "learners", "dual_learners", "goods_services_kzt", "employer_investment_kzt", "equipment_modernised_kzt"],
  "optional": ["dual_learners", "goods_services_kzt", "employer_investment_kzt", "equipment_modernised_kzt"],
  "key": ["cluster_id", "year"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_enrolments() %}
{{ return({
  "columns": ["pupil_id", "institution_id", "school_year", "grade", "class_code", "sex", "birth_year", "language", "disadvantaged", "special_needs", "left_on", "person_is_local"],
  "optional": ["class_code", "sex", "birth_year", "language", "disadvantaged", "special_needs", "left_on"],
  "key": ["pupil_id", "institution_id", "school_year"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "pupil_id"
}) }}
{% endmacro %}

{% macro contract_of_event_participants() %}
{{ return({
  "columns": ["event_id", "person_id", "institution_id", "invited", "attended", "person_is_local"],
  "optional": ["invited", "attended"],
  "key": ["event_id", "person_id"],
  "references": [{"column": "event_id", "feed": "network_events", "parent_column": "event_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_finance() %}
{{ return({
  "columns": ["line_id", "cluster_id", "budget_year", "kind", "planned_kzt", "due_on", "paid_kzt", "paid_on", "institution_id", "payer_id", "source", "kpi_code"],
  "optional": ["due_on", "paid_kzt", "paid_on", "institution_id", "payer_id", "source", "kpi_code"],
  "key": ["line_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_graduate_placements() %}
{{ return({
  "columns": ["person_id", "graduated_from", "graduated_on", "source", "employer_id", "employed_on", "teaching", "person_is_local"],
  "optional": ["employer_id", "employed_on", "teaching"],
  "key": ["person_id", "graduated_from", "graduated_on", "source"],
  "references": [{"column": "graduated_from", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_institution_statuses() %}
{{ return({
  "columns": ["institution_id", "status", "from_on", "to_on", "decided_by"],
  "optional": ["to_on", "decided_by"],
  "key": ["institution_id", "status", "from_on"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_institution_successions() %}
{{ return({
  "columns": ["old_id", "new_id", "on", "kind"],
  "staged": ["old_id", "new_id", "succeeded_on", "kind"],
  "key": ["old_id", "new_id", "on"],
  "staged_key": ["old_id", "new_id", "succeeded_on"],
  "renamed": {"on": "succeeded_on"},
  "references": [{"column": "old_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "new_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_institutions() %}
{{ return({
  "columns": ["institution_id", "name_kk", "name_ru", "name_en", "name_local", "kind", "region_code", "ownership", "teaching_languages", "status", "opened_on", "closed_on", "support_school", "target_school"],
  "optional": ["name_kk", "name_ru", "name_en", "name_local", "region_code", "ownership", "teaching_languages", "opened_on", "closed_on", "support_school", "target_school"],
  "key": ["institution_id"],
  "references": [{"column": "region_code", "feed": "regions", "parent_column": "region_code"}],
  "sources": ["institutions", "ehis_institutions"]
}) }}
{% endmacro %}

{% macro contract_of_joint_products() %}
{{ return({
  "columns": ["product_id", "cluster_id", "kind", "created_on", "institutions", "authors"],
  "optional": ["authors"],
  "key": ["product_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institutions", "feed": "institutions", "parent_column": "institution_id", "is_list": true}]
}) }}
{% endmacro %}

{% macro contract_of_labour_demand() %}
{{ return({
  "columns": ["region_code", "specialty_code", "year", "vacancies", "forecast", "source"],
  "optional": ["forecast"],
  "key": ["region_code", "specialty_code", "year"],
  "references": [{"column": "region_code", "feed": "regions", "parent_column": "region_code"}]
}) }}
{% endmacro %}

{% macro contract_of_lesson_analyses() %}
{{ return({
  "columns": ["protocol_id", "institution_id", "teacher_id", "lesson_on", "depth", "observer_id", "rating", "text_hash", "text_len_n", "person_is_local"],
  "optional": ["observer_id", "rating", "text_hash", "text_len_n"],
  "key": ["protocol_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_lesson_counts() %}
{{ return({
  "columns": ["institution_id", "quarter", "teacher_id", "lessons_held", "person_is_local"],
  "optional": ["teacher_id"],
  "key": ["institution_id", "quarter", "teacher_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "teacher_id"
}) }}
{% endmacro %}

{% macro contract_of_lesson_study_cycles() %}
{{ return({
  "columns": ["cycle_id", "cluster_id", "institution_id", "subject", "topic", "started_on", "ended_on", "stage_reached", "external_expert", "artefacts_complete", "group_id", "open_lesson_on", "outcome_before", "outcome_after", "outcome_scale", "published_on", "text_hash", "text_len_n"],
  "optional": ["cluster_id", "subject", "ended_on", "group_id", "open_lesson_on", "outcome_before", "outcome_after", "outcome_scale", "published_on", "text_hash", "text_len_n"],
  "key": ["cycle_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_lesson_study_participants() %}
{{ return({
  "columns": ["cycle_id", "person_id", "role", "person_is_local"],
  "key": ["cycle_id", "person_id"],
  "references": [{"column": "cycle_id", "feed": "lesson_study_cycles", "parent_column": "cycle_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_mentoring_meetings() %}
{{ return({
  "columns": ["meeting_id", "pair_id", "met_on", "minutes", "has_goals", "has_observation", "has_agreements", "text_hash", "text_len_n"],
  "optional": ["minutes", "text_hash", "text_len_n"],
  "key": ["meeting_id"],
  "references": [{"column": "pair_id", "feed": "mentoring_pairs", "parent_column": "pair_id"}]
}) }}
{% endmacro %}

{% macro contract_of_mentoring_pairs() %}
{{ return({
  "columns": ["pair_id", "mentor_id", "mentee_id", "institution_id", "kind", "offered_on", "starts_on", "ends_on", "plan_goals", "mentor_trained", "mentor_refused", "induction_result", "person_is_local"],
  "optional": ["mentee_id", "kind", "offered_on", "starts_on", "ends_on", "plan_goals", "mentor_refused", "induction_result"],
  "key": ["pair_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_module_credits() %}
{{ return({
  "columns": ["college_id", "college_programme", "module_code", "university_id", "university_programme", "credits", "credited", "decided_on"],
  "optional": ["university_programme", "credits", "decided_on"],
  "key": ["college_id", "college_programme", "module_code", "university_id"],
  "references": [{"column": "college_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "college_programme", "feed": "programmes", "parent_column": "programme_code"}, {"column": "university_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "university_programme", "feed": "programmes", "parent_column": "programme_code"}]
}) }}
{% endmacro %}

{% macro contract_of_network_events() %}
{{ return({
  "columns": ["event_id", "cluster_id", "kind", "planned_on", "held_on", "status", "organiser_id", "participants_planned", "participants_actual"],
  "optional": ["planned_on", "held_on", "status", "participants_planned", "participants_actual"],
  "key": ["event_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "organiser_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_person_links() %}
{{ return({
  "columns": ["local_id", "person_id", "person_is_local"],
  "key": ["local_id", "person_id"],
  "key_person": "local_id"
}) }}
{% endmacro %}

{% macro contract_of_platform_cards() %}
{{ return({
  "columns": ["card_id", "opened_at", "due_at", "closed_at", "kind", "institution_id", "cluster_id"],
  "optional": ["due_at", "closed_at", "institution_id", "cluster_id"],
  "key": ["card_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_platform_events() %}
{{ return({
  "columns": ["user_id", "occurred_at", "object_id", "action", "institution_id", "person_is_local"],
  "optional": ["object_id", "institution_id"],
  "key": ["user_id", "occurred_at", "object_id", "action"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "user_id"
}) }}
{% endmacro %}

{% macro contract_of_portfolios() %}
{{ return({
  "columns": ["person_id", "artefact_id", "kind", "created_on", "subject", "level", "competency", "linked_cycle", "access", "rubric_score", "assessed_on", "consent", "person_is_local"],
  "optional": ["subject", "level", "competency", "linked_cycle", "access", "rubric_score", "assessed_on"],
  "key": ["person_id", "artefact_id"],
  "references": [{"column": "linked_cycle", "feed": "lesson_study_cycles", "parent_column": "cycle_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_practicum_journal() %}
{{ return({
  "columns": ["entry_id", "placement_id", "entry_date", "kind", "subject", "lessons_taught", "methods_used", "mentor_mark", "mark_scale", "author_id", "reply_to", "text_hash", "text_len_n", "due_at", "submitted_at", "checked_at", "person_is_local"],
  "optional": ["subject", "lessons_taught", "methods_used", "mentor_mark", "mark_scale", "author_id", "reply_to", "text_hash", "text_len_n", "due_at", "submitted_at", "checked_at"],
  "key": ["entry_id"],
  "references": [{"column": "placement_id", "feed": "practicum_placements", "parent_column": "placement_id"}, {"column": "reply_to", "feed": "practicum_journal", "parent_column": "entry_id"}]
}) }}
{% endmacro %}

{% macro contract_of_practicum_placements() %}
{{ return({
  "columns": ["placement_id", "student_id", "sending_id", "school_id", "mentor_id", "supervisor_id", "cluster_id", "starts_on", "ends_on", "weeks", "hours", "credits", "programme_code", "route", "kind", "plan_approved", "feedback_complete", "final_grade", "rubric_score", "moderation", "hired_by_school", "person_is_local"],
  "optional": ["mentor_id", "supervisor_id", "cluster_id", "weeks", "hours", "credits", "programme_code", "route", "feedback_complete", "final_grade", "rubric_score", "moderation", "hired_by_school"],
  "key": ["placement_id"],
  "references": [{"column": "sending_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "school_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "programme_code", "feed": "programmes", "parent_column": "programme_code"}]
}) }}
{% endmacro %}

{% macro contract_of_product_reviews() %}
{{ return({
  "columns": ["product_id", "reviewer_id", "novelty", "applicability", "evidence", "reviewed_on", "person_is_local"],
  "key": ["product_id", "reviewer_id"],
  "references": [{"column": "product_id", "feed": "joint_products", "parent_column": "product_id"}],
  "key_person": "reviewer_id"
}) }}
{% endmacro %}

{% macro contract_of_programme_outcomes() %}
{{ return({
  "columns": ["institution_id", "programme_code", "level", "outcome_code", "key_outcome", "aligned_programme_code", "aligned_with", "expert_score", "reviewed_on"],
  "optional": ["aligned_programme_code", "aligned_with", "expert_score", "reviewed_on"],
  "key": ["institution_id", "programme_code", "level", "outcome_code"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "programme_code", "feed": "programmes", "parent_column": "programme_code"}, {"column": "aligned_programme_code", "feed": "programmes", "parent_column": "programme_code"}]
}) }}
{% endmacro %}

{% macro contract_of_programmes() %}
{{ return({
  "columns": ["programme_code", "institution_id", "name_kk", "name_ru", "name_en", "level", "specialty_code", "pedagogical", "jointly_developed", "continuity_reviewed_on", "jointly_revised_on", "subjects_n", "unified_syllabus_n"],
  "optional": ["name_kk", "name_ru", "name_en", "specialty_code", "jointly_developed", "continuity_reviewed_on", "jointly_revised_on", "subjects_n", "unified_syllabus_n"],
  "key": ["programme_code", "institution_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_project_participants() %}
{{ return({
  "columns": ["project_id", "person_id", "institution_id", "role", "person_is_local"],
  "optional": ["institution_id"],
  "key": ["project_id", "person_id"],
  "references": [{"column": "project_id", "feed": "projects", "parent_column": "project_id"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_projects() %}
{{ return({
  "columns": ["project_id", "cluster_id", "kind", "started_on", "ended_on", "implemented_in_practice", "implemented_on", "income_kzt", "institutions"],
  "optional": ["ended_on", "implemented_on", "income_kzt"],
  "key": ["project_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}, {"column": "institutions", "feed": "institutions", "parent_column": "institution_id", "is_list": true}]
}) }}
{% endmacro %}

{% macro contract_of_qualifications() %}
{{ return({
  "columns": ["person_id", "document", "awarded_year", "institution_id", "awarded_on", "level", "field", "person_is_local"],
  "optional": ["institution_id", "awarded_on", "field"],
  "key": ["person_id", "document", "awarded_year"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
  "person": "person_id",
  "key_person": "person_id",
  "sources": ["qualifications", "ehis_person_cards"]
}) }}
{% endmacro %}

{% macro contract_of_quality_checklists() %}
{{ return({
  "columns": ["checklist_id", "item", "cluster_id", "quarter", "rater", "value"],
  "key": ["checklist_id", "item"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_regions() %}
{{ return({
  "columns": ["region_code", "name_kk", "name_ru", "name_en", "level", "parent_code", "urban_rural"],
  "optional": ["parent_code", "urban_rural"],
  "key": ["region_code"],
  "references": [{"column": "parent_code", "feed": "regions", "parent_column": "region_code"}]
}) }}
{% endmacro %}

{% macro contract_of_risks() %}
{{ return({
  "columns": ["risk_id", "cluster_id", "category", "owner_role", "owner", "indicator", "threshold", "opened_on", "reviewed_on", "closed_on", "person_is_local"],
  "optional": ["owner_role", "owner", "indicator", "threshold", "reviewed_on", "closed_on"],
  "key": ["risk_id"],
  "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_staff_employment() %}
{{ return({
  "columns": ["person_id", "institution_id", "position", "start_date", "end_date", "position_group", "load_fte", "contract", "end_reason", "confirmed_on", "qualification_category", "subject", "teaching_since", "on_leave", "on_leave_from", "on_leave_until", "birth_year", "sex", "person_is_local"],
  "optional": ["end_date", "position_group", "load_fte", "contract", "end_reason", "confirmed_on", "qualification_category", "subject", "teaching_since", "on_leave", "on_leave_from", "on_leave_until", "birth_year", "sex"],
  "key": ["person_id", "institution_id", "position", "start_date"],
  "filled_from_list": "confirmed_on",
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}],
  "sender_scope": "institution_id",
  "snapshot_scope": {"starts": "start_date", "ends": "end_date", "seen": "confirmed_on"},
  "person": "person_id",
  "key_person": "person_id",
  "sources": ["staff_employment", "ehis_person_cards"]
}) }}
{% endmacro %}

{% macro contract_of_studies() %}
{{ return({
  "columns": ["person_id", "institution_id", "programme_code", "start_date", "end_date", "level", "status", "study_form", "person_is_local"],
  "optional": ["end_date", "study_form"],
  "key": ["person_id", "institution_id", "programme_code", "start_date"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
  "person": "person_id",
  "key_person": "person_id",
  "sources": ["studies", "ehis_person_cards"]
}) }}
{% endmacro %}

{% macro contract_of_supervisor_visits() %}
{{ return({
  "columns": ["visit_id", "supervisor_id", "school_id", "placement_id", "visited_on", "report_submitted_on", "person_is_local"],
  "optional": ["placement_id", "report_submitted_on"],
  "key": ["visit_id"],
  "references": [{"column": "school_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "placement_id", "feed": "practicum_placements", "parent_column": "placement_id"}]
}) }}
{% endmacro %}

{% macro contract_of_support_tickets() %}
{{ return({
  "columns": ["ticket_id", "opened_at", "resolved_at", "category", "institution_id", "cluster_id"],
  "optional": ["resolved_at", "institution_id", "cluster_id"],
  "key": ["ticket_id"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}]
}) }}
{% endmacro %}

{% macro contract_of_survey_instruments() %}
{{ return({
  "columns": ["instrument", "item", "wording_kk", "wording_ru", "wording_en", "scale_min", "scale_max", "reverse", "subscale", "threshold"],
  "optional": ["wording_kk", "wording_ru", "wording_en", "subscale", "threshold"],
  "key": ["instrument", "item"]
}) }}
{% endmacro %}

{% macro contract_of_survey_responses() %}
{{ return({
  "columns": ["instrument", "wave", "respondent_id", "item", "value", "institution_id", "cluster_id", "role", "answered_at", "consent", "person_is_local"],
  "optional": ["value", "institution_id", "cluster_id"],
  "key": ["instrument", "wave", "respondent_id", "item"],
  "references": [{"column": "instrument", "feed": "survey_instruments", "parent_column": "instrument"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id"}],
  "consent": "consent",
  "key_person": "respondent_id"
}) }}
{% endmacro %}

{% macro contract_of_survey_samples() %}
{{ return({
  "columns": ["instrument", "wave", "institution_id", "role", "invited"],
  "key": ["instrument", "wave", "institution_id", "role"],
  "references": [{"column": "instrument", "feed": "survey_instruments", "parent_column": "instrument"}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}]
}) }}
{% endmacro %}

{% macro contract_of_survey_waves() %}
{{ return({
  "columns": ["instrument", "wave", "phase", "pair_wave", "opened_on", "closed_on"],
  "optional": ["pair_wave"],
  "key": ["instrument", "wave"],
  "references": [{"column": "instrument", "feed": "survey_instruments", "parent_column": "instrument"}]
}) }}
{% endmacro %}

{% macro contract_of_targets() %}
{{ return({
  "columns": ["scope", "scope_id", "indicator", "set_on", "baseline_value", "baseline_on", "target_value", "target_on", "owner_role", "decided_in"],
  "optional": ["baseline_value", "baseline_on", "target_value", "target_on", "owner_role", "decided_in"],
  "key": ["scope", "scope_id", "indicator", "set_on"]
}) }}
{% endmacro %}

{% macro contract_of_teaching_assignments() %}
{{ return({
  "columns": ["person_id", "institution_id", "school_year", "class_code", "subject", "role", "starts_on", "ends_on", "weekly_hours", "placement_id", "person_is_local"],
  "optional": ["starts_on", "ends_on", "weekly_hours", "placement_id"],
  "key": ["person_id", "institution_id", "school_year", "class_code", "subject", "role"],
  "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id"}, {"column": "placement_id", "feed": "practicum_placements", "parent_column": "placement_id"}],
  "key_person": "person_id"
}) }}
{% endmacro %}

{% macro contract_of_training() %}
{{ return({
  "columns": ["person_id", "provider_id", "course", "completed_on", "hours", "course_title", "kind", "format", "post_course_hours", "reaction_score", "learning_pre", "learning_post", "behaviour_score", "org_support_score", "cost_kzt", "person_is_local"],
  "optional": ["course_title", "kind", "format", "post_course_hours", "reaction_score", "learning_pre", "learning_post", "behaviour_score", "org_support_score", "cost_kzt"],
  "key": ["person_id", "provider_id", "course", "completed_on"],
  "references": [{"column": "provider_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
  "person": "person_id",
  "key_person": "person_id",
  "sources": ["training", "ehis_person_cards"]
}) }}
{% endmacro %}
