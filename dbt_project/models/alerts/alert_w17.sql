-- Member schools in which a lesson was analysed in the quarter.
with analysed as (
    select distinct
        institution_id,
        quarter
    from {{ ref('fct_lesson_analysis') }}
    where is_analysed
),

school as (
    select
        i.institution_id,
        i.period_kind,
        i.period,
        a.institution_id is not null as is_analysed
    from {{ institutions_open('quarter', ['school', 'small_school']) }} as i
    left join analysed as a on i.institution_id = a.institution_id and i.period = a.quarter
    where i.period_kind = 'quarter'
),

judged as (
    select
        t.*,
        t.value <= {{ threshold('W17') }} as is_bad,
        t.value > {{ threshold('W17') }} + {{ margin('W17') }} as is_clear,
        false as is_watch
    from {{ cluster_figures(share_of('school', 'is_analysed'), 'quarter') }} as t
    -- Where nothing of the kind is sent it is not known.
    inner join {{ ref('int_period') }} as ended on t.period = ended.period and ended.period_kind = 'quarter'
    inner join {{ ref('scope_feed') }} as sent
        on
            sent.feed = 'lesson_analyses'
            and sent.scope = 'cluster'
            and t.cluster_id = sent.scope_id
            and ended.school_year = sent.school_year
)

{{ period_alerts('judged') }}
