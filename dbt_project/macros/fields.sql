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
        {{ local_day('r.created_at') }} as told_on,
        cast(sum(r.rows_n) as bigint) as rows_n,
        cast(sum(case n.field {% for field in fields %}when '{{ field }}' then r.{{ field }}_n {% endfor %}end) as bigint) as filled_n
    from (
        -- By the moment first: the day of each row would cost many times what counting it does, and a sender has few.
        select
            _sender as sender,
            _created_at as created_at,
            count(*) as rows_n,
            {% for field in fields %}count({{ adapter.quote(field) }}) as {{ field }}_n{{ ', ' if not loop.last }}{% endfor %}
        from {{ ref('int_' ~ feed ~ '__accepted') }}
        group by _sender, _created_at
    ) as r
    inner join {{ ref('optional_fields') }} as n on n.feed = '{{ feed }}' and n.role = 'needed'
    group by n.feed, n.field, r.sender, {{ local_day('r.created_at') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
