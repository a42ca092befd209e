-- Sums of what alpha and omega are made of, by place: of each pair of items, an item with itself among them, of those who answered every
-- item. Of several waves in a period a respondent's last counts, as the mean of waves would agree better with itself than one wave does.
{%- set places = [
    'instrument', 'role', 'institution_id', 'cluster_id', 'quarter', 'semester', 'school_year', 'is_last_of_quarter', 'is_last_of_semester',
    'is_last_of_year',
] %}
with complete as (
    select
        *,
        row_number() over (partition by instrument, respondent_id, quarter order by answered_on desc, wave desc) = 1 as is_last_of_quarter,
        row_number() over (partition by instrument, respondent_id, semester order by answered_on desc, wave desc) = 1 as is_last_of_semester,
        row_number() over (partition by instrument, respondent_id, school_year order by answered_on desc, wave desc) = 1 as is_last_of_year
    from {{ ref('fct_survey_score') }}
    where score_status = 'ok' and answered_n = items_n and items_n >= 3 and instrument in ({{ quoted(questionnaires_of_scales()) }})
),

place as (
    select
        {{ places | join(', ') }},
        cast(row_number() over (order by {{ places | join(', ') }}) as int) as place_no
    from (select distinct {{ places | join(', ') }} from complete) as place
),

-- Answers are many, and places and items have long names: all go by numbers.
response as (
    select
        c.instrument,
        c.wave,
        c.respondent_id,
        p.place_no,
        cast(row_number() over (order by p.place_no) as int) as response_no
    from complete as c
    inner join place as p
        on {{ same_or_both_absent('c', 'p', places) }}
),

item as (
    select
        item,
        cast(row_number() over (order by item) as smallint) as item_no
    from (select distinct item from {{ ref('int_survey_answer') }}) as told
),

answer as (
    select
        r.place_no,
        r.response_no,
        i.item_no,
        a.turned_value
    from response as r
    inner join {{ ref('int_survey_answer') }} as a
        on r.instrument = a.instrument and r.wave = a.wave and r.respondent_id = a.respondent_id
    inner join item as i on a.item = i.item
    where a.turned_value is not null
),

pair as (
    select
        a.place_no,
        a.item_no,
        b.item_no as other_no,
        cast(count(*) as bigint) as respondents_n,
        cast(sum(a.turned_value) as decimal(38, 4)) as value_sum,
        cast(sum(b.turned_value) as decimal(38, 4)) as other_sum,
        cast(sum(a.turned_value * b.turned_value) as decimal(38, 8)) as product_sum
    from answer as a
    inner join answer as b on a.response_no = b.response_no and a.item_no <= b.item_no
    group by a.place_no, a.item_no, b.item_no
)

select
    p.{{ places | join(',\n    p.') }},
    i.item,
    o.item as other_item,
    r.respondents_n,
    r.value_sum,
    r.other_sum,
    r.product_sum
from pair as r
inner join place as p on r.place_no = p.place_no
inner join item as i on r.item_no = i.item_no
inner join item as o on r.other_no = o.item_no
