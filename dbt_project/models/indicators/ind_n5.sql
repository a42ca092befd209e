-- Mean score of the items of the checklist, 0 to 1: as others rate the cluster, as it rates itself, and by how much it rates itself higher,
-- item by item where both have rated it in the quarter.
with external as (
    select * from {{ ref('fct_checklist') }}
    where rater = 'external'
),

own as (
    select * from {{ ref('fct_checklist') }}
    where rater = 'self'
),

rated as (
    select
        cluster_id,
        school_year,
        semester,
        quarter,
        item,
        avg(case when rater = 'self' then cast(item_score as double) end)
        - avg(case when rater = 'external' then cast(item_score as double) end) as gap_score
    from {{ ref('fct_checklist') }}
    group by cluster_id, school_year, semester, quarter, item
)

{{ indicator([
    mean_of('external', 'item_score', kind='quarter', by='cluster'),
    mean_of('own', 'item_score', kind='quarter', by='cluster', measure='self'),
    mean_of('rated', 'gap_score', kind='quarter', by='cluster', measure='gap'),
]) }}
