-- A module that several universities were asked about is credited when one of them does, by the end of the period. A decision without a day
-- has always stood.
with module as (
    select
        f.college_id as institution_id,
        p.period_kind,
        p.period,
        concat_ws('|', f.college_id, f.college_programme, f.module_code) as module_key,
        f.is_credited and coalesce(f.decided_on <= p.ends_on, true) as is_credited
    from {{ ref('fct_module_credit') }} as f
    cross join {{ each_period('semester') }} as p
)

{{ indicator([share_of('module', 'is_credited', unit='module_key')]) }}
