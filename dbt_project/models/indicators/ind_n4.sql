-- Plans uploaded, comments and online sessions: what is done on the platform, logins and cards aside.
with told as (
    select
        institution_id,
        school_year,
        semester,
        quarter,
        month,
        sum(plans_uploaded_n) as plans_n,
        sum(comments_n) as comments_n,
        sum(sessions_n) as sessions_n
    from {{ ref('fct_platform_day') }}
    group by institution_id, school_year, semester, quarter, month
)

{{ indicator([
    count_of('told', 'plans_n + comments_n + sessions_n', kind='month'),
    count_of('told', 'plans_n', kind='month', measure='plans'),
    count_of('told', 'comments_n', kind='month', measure='comments'),
    count_of('told', 'sessions_n', kind='month', measure='sessions'),
]) }}
