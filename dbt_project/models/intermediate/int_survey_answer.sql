-- Answers that may be used, on their scales: what a reverse item says is turned, and an answer beyond the ends of its scale is
-- none. Without consent an answer goes no further than here.
with items as (
    select
        *,
        cast(count(*) over (partition by instrument) as bigint) as items_n,
        cast(count(*) over (partition by instrument, subscale) as bigint) as subscale_items_n
    from {{ ref('int_survey_instruments__accepted') }}
    where item <> '_total'
),

sizes as (
    select
        instrument,
        cast(count(*) as bigint) as items_n
    from items
    group by instrument
)

select
    r.instrument,
    r.wave,
    r.respondent_id,
    r.item,
    i.subscale,
    r.institution_id,
    r.cluster_id,
    r.role,
    {{ local_day('r.answered_at') }} as answered_on,
    cast(case
        when r.value between i.scale_min and i.scale_max
            then case when i.reverse then i.scale_min + i.scale_max - r.value else r.value end
    end as decimal(18, 4)) as turned_value,
    coalesce(r.value < i.scale_min or r.value > i.scale_max, false) as is_off_scale,
    coalesce(s.items_n, cast(0 as bigint)) as items_n,
    i.subscale_items_n
from {{ ref('int_survey_responses__accepted') }} as r
left join items as i on r.instrument = i.instrument and r.item = i.item
left join sizes as s on r.instrument = s.instrument
where r.consent and {{ is_known(local_day('r.answered_at')) }}
