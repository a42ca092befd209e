-- Sums of what alpha is made of, by place: of each item and of all of them together, of those who answered every item. Of several waves in
-- a period a respondent's last counts, as the mean of waves would agree better with itself than one wave does.
with complete as (
    select * from {{ ref('fct_survey_score') }}
    where score_status = 'ok' and answered_n = items_n and items_n >= 3
),

told as (
    select
        *,
        row_number() over (partition by instrument, respondent_id, period_kind, period order by answered_on desc, wave desc) as choice
    from ({{ in_each_kind('complete', 'quarter') }}) as c
),

answer as (
    select
        t.instrument,
        t.role,
        t.period_kind,
        t.period,
        t.institution_id,
        t.cluster_id,
        t.respondent_id,
        a.item,
        a.turned_value
    from told as t
    inner join {{ ref('int_survey_answer') }} as a
        on t.instrument = a.instrument and t.wave = a.wave and t.respondent_id = a.respondent_id
    where t.choice = 1 and a.turned_value is not null
),

stated as (
    select * from answer
    union all
    select
        instrument,
        role,
        period_kind,
        period,
        institution_id,
        cluster_id,
        respondent_id,
        '_total' as item,
        cast(sum(turned_value) as decimal(18, 4)) as turned_value
    from answer
    group by instrument, role, period_kind, period, institution_id, cluster_id, respondent_id
)

select
    instrument,
    role,
    item,
    period_kind,
    period,
    institution_id,
    cluster_id,
    count(*) as respondents_n,
    cast(sum(turned_value) as decimal(38, 4)) as value_sum,
    cast(sum(turned_value * turned_value) as decimal(38, 8)) as square_sum
from stated
group by instrument, role, item, period_kind, period, institution_id, cluster_id
