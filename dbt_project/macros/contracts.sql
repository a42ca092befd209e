{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}

{#- What the staging macros need to know of a feed. -#}
{% macro contract_of(feed) %}
{% set contracts = {
    "cluster_members": {
      "columns": ["cluster_id", "institution_id", "joined_on", "left_on", "role", "founder", "duties"],
      "staged": ["cluster_id", "institution_id", "joined_on", "left_on", "role", "founder", "duties"],
      "key": ["cluster_id", "institution_id", "joined_on"],
      "staged_key": ["cluster_id", "institution_id", "joined_on"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "cluster_id", "feed": "clusters", "parent_column": "cluster_id", "named": false}, {"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": false}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "",
      "sources": ["cluster_members"]
    },
    "clusters": {
      "columns": ["cluster_id", "name_kk", "name_ru", "name_en", "kind", "region_code", "founded_on", "legal_form", "specialisations", "stage", "goals", "monitoring_kpis"],
      "staged": ["cluster_id", "name_kk", "name_ru", "name_en", "kind", "region_code", "founded_on", "legal_form", "specialisations", "stage", "goals", "monitoring_kpis"],
      "key": ["cluster_id"],
      "staged_key": ["cluster_id"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "region_code", "feed": "regions", "parent_column": "region_code", "named": false}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "",
      "sources": ["clusters"]
    },
    "institution_successions": {
      "columns": ["old_id", "new_id", "on", "kind"],
      "staged": ["old_id", "new_id", "succeeded_on", "kind"],
      "key": ["old_id", "new_id", "on"],
      "staged_key": ["old_id", "new_id", "succeeded_on"],
      "renamed": {"on": "succeeded_on"},
      "filled_from_list": "",
      "references": [{"column": "old_id", "feed": "institutions", "parent_column": "institution_id", "named": false}, {"column": "new_id", "feed": "institutions", "parent_column": "institution_id", "named": false}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "",
      "sources": ["institution_successions"]
    },
    "institutions": {
      "columns": ["institution_id", "name_kk", "name_ru", "name_en", "name_local", "kind", "region_code", "ownership", "teaching_languages", "status", "opened_on", "closed_on", "support_school", "target_school"],
      "staged": ["institution_id", "name_kk", "name_ru", "name_en", "name_local", "kind", "region_code", "ownership", "teaching_languages", "status", "opened_on", "closed_on", "support_school", "target_school"],
      "key": ["institution_id"],
      "staged_key": ["institution_id"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "region_code", "feed": "regions", "parent_column": "region_code", "named": false}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "",
      "sources": ["institutions", "ehis_institutions"]
    },
    "person_links": {
      "columns": ["local_id", "person_id", "person_is_local"],
      "staged": ["local_id", "person_id", "person_is_local"],
      "key": ["local_id", "person_id"],
      "staged_key": ["local_id", "person_id"],
      "renamed": {},
      "filled_from_list": "",
      "references": [],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "local_id",
      "sources": ["person_links"]
    },
    "qualifications": {
      "columns": ["person_id", "document", "awarded_year", "institution_id", "awarded_on", "level", "field", "person_is_local"],
      "staged": ["person_id", "document", "awarded_year", "institution_id", "awarded_on", "level", "field", "person_is_local"],
      "key": ["person_id", "document", "awarded_year"],
      "staged_key": ["person_id", "document", "awarded_year"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "person_id",
      "key_person": "person_id",
      "sources": ["qualifications", "ehis_person_cards"]
    },
    "regions": {
      "columns": ["region_code", "name_kk", "name_ru", "name_en", "level", "parent_code", "urban_rural"],
      "staged": ["region_code", "name_kk", "name_ru", "name_en", "level", "parent_code", "urban_rural"],
      "key": ["region_code"],
      "staged_key": ["region_code"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "parent_code", "feed": "regions", "parent_column": "region_code", "named": false}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "",
      "key_person": "",
      "sources": ["regions"]
    },
    "staff_employment": {
      "columns": ["person_id", "institution_id", "position", "start_date", "end_date", "position_group", "load_fte", "contract", "end_reason", "confirmed_on", "qualification_category", "subject", "teaching_since", "on_leave", "on_leave_from", "on_leave_until", "birth_year", "sex", "person_is_local"],
      "staged": ["person_id", "institution_id", "position", "start_date", "end_date", "position_group", "load_fte", "contract", "end_reason", "confirmed_on", "qualification_category", "subject", "teaching_since", "on_leave", "on_leave_from", "on_leave_until", "birth_year", "sex", "person_is_local"],
      "key": ["person_id", "institution_id", "position", "start_date"],
      "staged_key": ["person_id", "institution_id", "position", "start_date"],
      "renamed": {},
      "filled_from_list": "confirmed_on",
      "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": false}],
      "sender_scope": "institution_id",
      "snapshot_scope": {"starts": "start_date", "ends": "end_date", "seen": "confirmed_on"},
      "person": "person_id",
      "key_person": "person_id",
      "sources": ["staff_employment", "ehis_person_cards"]
    },
    "studies": {
      "columns": ["person_id", "institution_id", "programme_code", "start_date", "end_date", "level", "status", "study_form", "person_is_local"],
      "staged": ["person_id", "institution_id", "programme_code", "start_date", "end_date", "level", "status", "study_form", "person_is_local"],
      "key": ["person_id", "institution_id", "programme_code", "start_date"],
      "staged_key": ["person_id", "institution_id", "programme_code", "start_date"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "institution_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "person_id",
      "key_person": "person_id",
      "sources": ["studies", "ehis_person_cards"]
    },
    "training": {
      "columns": ["person_id", "provider_id", "course", "completed_on", "hours", "course_title", "kind", "format", "post_course_hours", "reaction_score", "learning_pre", "learning_post", "behaviour_score", "org_support_score", "cost_kzt", "person_is_local"],
      "staged": ["person_id", "provider_id", "course", "completed_on", "hours", "course_title", "kind", "format", "post_course_hours", "reaction_score", "learning_pre", "learning_post", "behaviour_score", "org_support_score", "cost_kzt", "person_is_local"],
      "key": ["person_id", "provider_id", "course", "completed_on"],
      "staged_key": ["person_id", "provider_id", "course", "completed_on"],
      "renamed": {},
      "filled_from_list": "",
      "references": [{"column": "provider_id", "feed": "institutions", "parent_column": "institution_id", "named": true}],
      "sender_scope": "",
      "snapshot_scope": {},
      "person": "person_id",
      "key_person": "person_id",
      "sources": ["training", "ehis_person_cards"]
    }
} %}
{{ return(contracts[feed]) }}
{% endmacro %}

{#- All feeds with rows of their own. -#}
{% macro target_feeds() %}
{{ return(["cluster_members", "clusters", "institution_successions", "institutions", "person_links", "qualifications", "regions", "staff_employment", "studies", "training"]) }}
{% endmacro %}

{#- Feeds whose records are cards of persons, as SQL literals. -#}
{% macro card_feeds() %}'ehis_person_cards'{% endmacro %}
