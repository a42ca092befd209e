{#- Rows of a feed counted by file and fate, each fate found on its own: none is what is left of the others. -#}
{% macro row_fates(feed) -%}
    {%- set facts = contract_of(feed) -%}
    select
        v._delivery as delivery_id,
        v._parse as parse_id,
        case
            when s._delivery_no is not null and w.reason is null then 'accepted'
            when w.reason = 'not_your_institution' then 'not_your_institution'
            when w.reason is not null then 'waiting'
            when n._delivery_no is not null then 'superseded'
            when v._is_withdrawn then 'withdrawn'
        end as fate,
        cast(count(*) as bigint) as rows_n
    from ({{ judged_versions(feed) }}) as v
    left join {{ ref('stg_' ~ feed) }} as s
        on v._delivery = s._delivery and v._parse = s._parse and v._row = s._row and v._item = s._item
    left join {{ ref('int_' ~ feed ~ '__waiting') }} as w
        on v._delivery = w._delivery and v._parse = w._parse and v._row = w._row and v._item = w._item
    left join {{ ref('stg_' ~ feed) }} as n
        on
            {% for column in facts.key -%}
                v.{{ adapter.quote(column) }} is not distinct from n.{{ facts.renamed.get(column, column) }} and
            {% endfor -%}
            v._source_feed = n._source_feed
            and v._delivery_no < n._delivery_no
    group by 1, 2, 3
{%- endmacro %}
