{#- Segments of a person that are told on a day: where one was prepared, and whether one had a mentor. -#}

{#- Whether a graduation is the latest before a day. -#}
{% macro is_latest(graduation, day) -%}
    {{ graduation }}.ended_on < {{ day }} and coalesce({{ graduation }}.next_ended_on >= {{ day }}, true)
{%- endmacro %}

{#- Whether a pair was there on a day or in the days up to the landmark. -#}
{% macro is_mentored(pair, day) -%}
    {{ pair }}.starts_on <= {{ add_days(day, var('landmark_days')) }} and coalesce({{ pair }}.ends_on >= {{ day }}, true)
{%- endmacro %}

{#- Institutions that tell of mentors, and from when on: where no pair had been reported yet, none means nothing. -#}
{% macro reporting_mentors() -%}
    select
        institution_id,
        min(starts_on) as reports_from_on
    from {{ ref('int_mentoring_pairs__accepted') }}
    where starts_on <= {{ as_of() }}
    group by institution_id
{%- endmacro %}

{#-
    What begins after the first day is told on a landmark, among those who still hold the post: otherwise those who stayed would by
    definition be those who had it.
-#}
{% macro mentor_code(landmark_on, held_through_on, is_open, pair, reporting) -%}
    case
        when {{ landmark_on }} is null or {{ landmark_on }} > {{ as_of() }} then 'unknown'
        when {{ held_through_on }} < {{ landmark_on }} then case when {{ is_open }} then 'unknown' else 'left_before' end
        when {{ pair }} is not null then 'true'
        when {{ reporting }} <= {{ landmark_on }} then 'false'
        else 'unknown'
    end
{%- endmacro %}
