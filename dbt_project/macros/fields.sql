{#-
    How often fields that indicators need are filled, by who told the rows that hold and when. Seed `optional_fields` says which they are; what a
    contract requires is always there.
-#}
{% macro fields_filled() -%}
    {%- set feeds = [] -%}
    {%- for feed in target_feeds() if contract_of(feed).optional -%}{%- do feeds.append(feed) -%}{%- endfor -%}
    {%- for feed in feeds %}
        {%- set fields = contract_of(feed).optional %}
    select
        n.feed,
        n.field,
        r.sender,
        r.told_on,
        r.rows_n,
        case n.field {% for field in fields %}when '{{ field }}' then r.{{ field }}_n {% endfor %}end as filled_n
    from (
        select
            _sender as sender,
            {{ local_day('_created_at') }} as told_on,
            count(*) as rows_n,
            {% for field in fields %}count({{ adapter.quote(field) }}) as {{ field }}_n{{ ', ' if not loop.last }}{% endfor %}
        from {{ ref('int_' ~ feed ~ '__accepted') }}
        group by _sender, {{ local_day('_created_at') }}
    ) as r
    inner join {{ ref('optional_fields') }} as n on n.feed = '{{ feed }}' and n.role = 'needed'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
