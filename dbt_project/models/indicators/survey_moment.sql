-- Sums of what alpha is made of, by place: of each item and of all of them together, of those who answered every item. Of several waves in
-- a period a respondent's last counts, as the mean of waves would agree better with itself than one wave does.
{%- set keys = [
    'instrument', 'role', 'institution_id', 'cluster_id', 'quarter', 'semester', 'school_year', 'is_last_of_quarter', 'is_last_of_semester',
    'is_last_of_year',
] | join(', ') %}
with complete as (
    select
        *,
        row_number() over (partition by instrument, respondent_id, quarter order by answered_on desc, wave desc) = 1 as is_last_of_quarter,
        row_number() over (partition by instrument, respondent_id, semester order by answered_on desc, wave desc) = 1 as is_last_of_semester,
        row_number() over (partition by instrument, respondent_id, school_year order by answered_on desc, wave desc) = 1 as is_last_of_year,
        -- The sum of the answers, of which the score is the mean.
        cast(score * answered_n as decimal(18, 4)) as total
    from {{ ref('fct_survey_score') }}
    where score_status = 'ok' and answered_n = items_n and items_n >= 3
),

stated as (
    select
        '_total' as item,
        {{ keys }},
        count(*) as respondents_n,
        cast(sum(total) as decimal(38, 4)) as value_sum,
        cast(sum(total * total) as decimal(38, 8)) as square_sum
    from complete
    group by {{ keys }}
    union all
    select
        item,
        {{ keys }},
        count(*) as respondents_n,
        cast(sum(turned_value) as decimal(38, 4)) as value_sum,
        cast(sum(turned_value * turned_value) as decimal(38, 8)) as square_sum
    from (
        select
            c.*,
            a.item,
            a.turned_value
        from complete as c
        inner join {{ ref('int_survey_answer') }} as a
            on c.instrument = a.instrument and c.wave = a.wave and c.respondent_id = a.respondent_id
        where a.turned_value is not null
    ) as answer
    group by item, {{ keys }}
)

select
    instrument,
    role,
    item,
    period_kind,
    period,
    institution_id,
    cluster_id,
    cast(sum(respondents_n) as bigint) as respondents_n,
    cast(sum(value_sum) as decimal(38, 4)) as value_sum,
    cast(sum(square_sum) as decimal(38, 8)) as square_sum
from ({{ in_each_kind('stated', 'quarter') }}) as told
where case period_kind when 'quarter' then is_last_of_quarter when 'semester' then is_last_of_semester else is_last_of_year end
group by instrument, role, item, period_kind, period, institution_id, cluster_id
