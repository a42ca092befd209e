-- Scores that experts have given by the end of the year, the last one of each outcome.
with scored as (
    select
        o.institution_id,
        o.expert_score,
        p.period_kind,
        p.period
    from {{ ref('fct_outcome_alignment') }} as o
    cross join {{ each_period('school_year') }} as p
    where o.reviewed_on <= p.ends_on
)

{{ indicator([mean_of('scored', 'expert_score')]) }}
