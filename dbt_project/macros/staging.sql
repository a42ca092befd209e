{#-
    From landing to staging, one mechanism for all feeds; `contract_of` (generated from the contracts) says what is special.

    A version of a row is what one delivery says of it. Newest wins by (`created`, delivery), which `delivery_no` counts.
    A full list withdraws what its sender said before of the same feed and period and no longer says; a person card is
    always full for that person.
-#}

{% macro as_of() %}cast('{{ env_var("BILIMKOZ_AS_OF", "1900-01-01") }}' as date){% endmacro %}

{% macro quoted_columns(names, prefix='') -%}
    {%- for name in names -%}{{ prefix }}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#- All versions of the rows of a feed that files accepted up to the as-of date hold, with the number of their delivery. -#}
{% macro versions_of(feed) -%}
    {%- set facts = contract_of(feed) -%}
    select
        {% for column in facts.columns -%}
            {% if column == facts.filled_from_list -%}
                coalesce(r.{{ adapter.quote(column) }}, f.as_of_on) as {{ adapter.quote(column) }},
            {% else -%}
                r.{{ adapter.quote(column) }},
            {% endif -%}
        {% endfor -%}
        f.sender as _sender,
        f.register as _register,
        f.delivery_id as _delivery,
        f.delivery_no as _delivery_no,
        f.created_at as _created_at,
        f.period as _period,
        f.coverage = 'full' or r._source_feed in ({{ card_feeds() }}) as is_full_list,
        r._file_sha256,
        r._parse,
        r._row,
        r._item,
        r._source_feed
    from {{ source('raw', feed) }} as r
    inner join {{ ref('stg_delivered_file') }} as f on r._parse = f.parse_id
    left join {{ source('log', 'doubles') }} as d
        on
            f.delivery_id = d.delivery_id
            and r._parse = d.parse_id
            and r._row = d.row_no
            and r._item = d.item
            and d.feed = '{{ feed }}'
    where f.state = 'accepted' and f.is_first_of_content and d.parse_id is null
{%- endmacro %}

{#- The newest list of each sender, feed and period that claims to hold everything. -#}
{% macro full_lists() -%}
    select
        sender,
        feed,
        coalesce(period, '') as period,
        max(delivery_no) as delivery_no
    from {{ ref('stg_delivered_file') }}
    where coverage = 'full' and state = 'accepted'
    group by sender, feed, coalesce(period, '')
{%- endmacro %}

{#- The newest card of each person in each register. -#}
{% macro newest_cards() -%}
    select
        f.register,
        a.person_id,
        max(f.delivery_no) as delivery_no
    from {{ source('log', 'answered') }} as a
    inner join {{ ref('stg_delivered_file') }} as f on a.parse_id = f.parse_id
    where f.state = 'accepted' and a.person_id is not null
    group by f.register, a.person_id
{%- endmacro %}

{#- Versions with what became of them: is_withdrawn. -#}
{% macro judged_versions(feed) -%}
    {%- set facts = contract_of(feed) -%}
    select
        v.*,
        coalesce(l.delivery_no > v._delivery_no, false)
        {%- if facts.person %} or coalesce(c.delivery_no > v._delivery_no, false){% endif %} as _is_withdrawn
    from ({{ versions_of(feed) }}) as v
    left join ({{ full_lists() }}) as l
        on v._sender = l.sender and v._source_feed = l.feed and coalesce(v._period, '') = l.period
    {%- if facts.person %}
    left join ({{ newest_cards() }}) as c
        on v._register = c.register and v.{{ facts.person }} = c.person_id and v._source_feed in ({{ card_feeds() }})
    {%- endif %}
{%- endmacro %}

{#- Model `stg_<feed>`: the newest version per business key and source feed that no full list withdrew. -#}
{% macro stage(feed) -%}
    {%- set facts = contract_of(feed) -%}
    with judged as (
        {{ judged_versions(feed) }}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ quoted_columns(facts.key) }}, _source_feed
                order by _delivery_no desc, _parse asc, _row asc, _item asc
            ) as _rank
        from judged
        where not _is_withdrawn
    )

    select
        {% for column in facts.columns -%}
            {{ adapter.quote(column) }}{% if column in facts.renamed %} as {{ facts.renamed[column] }}{% endif %},
        {% endfor -%}
        _sender,
        _register,
        _delivery,
        _delivery_no,
        _created_at,
        is_full_list,
        _file_sha256,
        _parse,
        _row,
        _item,
        _source_feed
    from ranked
    where _rank = 1
{%- endmacro %}
