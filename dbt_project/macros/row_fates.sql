{#- Rows of a feed counted by file and fate, each fate found on its own: none is what is left of the others. -#}
{% macro row_fates(feed) -%}
    select
        v._delivery as delivery_id,
        v._parse as parse_id,
        case
            when s._delivery_no is not null and w.reason is null then 'accepted'
            when w.reason = 'not_your_institution' then 'not_your_institution'
            when w.reason is not null then 'waiting'
            when v._delivery_no < v._newest_no then 'superseded'
            when v._is_withdrawn then 'withdrawn'
        end as fate,
        cast(count(*) as bigint) as rows_n
    from ({{ judged_versions(feed) }}) as v
    left join {{ ref('stg_' ~ feed) }} as s
        on {{ is_same_row('v', 's') }}
    left join {{ ref('int_' ~ feed ~ '__waiting') }} as w
        on {{ is_same_row('v', 'w') }}
    group by 1, 2, 3
{%- endmacro %}
