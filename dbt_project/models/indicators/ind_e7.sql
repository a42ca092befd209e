-- Actions that stand in the plan under this indicator, needs analyses, by the day on which they were done.
with done as (
    select
        a.cluster_id,
        t.school_year
    from {{ ref('fct_action') }} as a
    {{ join_term('a.done_on') }}
    where a.indicator = 'E7' and a.done_on is not null
)

{{ indicator([count_of('done', kind='school_year', by='cluster')]) }}
