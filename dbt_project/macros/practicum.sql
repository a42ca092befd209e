{#- Practicum in the indicators: placements by the periods in which they run, or in which they ended. -#}

{#- Placements that run on some day of a period, for each period of these kinds. -#}
{% macro placements_running(kind) -%}
    (
        select
            f.placement_id,
            f.student_id,
            f.institution_id,
            f.cluster_id,
            f.mentor_id,
            f.supervisor_id,
            f.is_plan_approved,
            p.period_kind,
            p.period,
            p.starts_on as period_starts_on,
            p.ends_on as period_ends_on,
            greatest(f.starts_on, p.starts_on) as from_on
        from {{ ref('fct_practicum') }} as f
        inner join {{ each_period(kind) }} as p on f.starts_on <= p.ends_on and f.ends_on >= p.starts_on
    )
{%- endmacro %}

{#- Placements that have ended, with the periods of their last day. -#}
{% macro placements_ended() -%}
    (
        select
            f.placement_id,
            f.student_id,
            f.institution_id,
            f.sending_id,
            f.cluster_id,
            f.programme_code,
            f.credits_n,
            coalesce(f.is_feedback_complete, false) as is_feedback_complete,
            f.school_year as begun_in,
            {{ periods('f.ends_on') }}
        from {{ ref('fct_practicum') }} as f
        {{ join_term('f.ends_on') }}
        where f.is_ended
    )
{%- endmacro %}
