-- For placements that began in the period. The leader is one of the institution that sends the students.
with placement as (
    select
        sending_id as institution_id,
        cluster_id,
        school_year,
        semester,
        quarter,
        month,
        credits_n * {{ var('leader_hours') }} as leader_hours
    from {{ ref('fct_practicum') }}
)

{{ indicator([count_of('placement', 'leader_hours', kind='quarter', by='both')]) }}
