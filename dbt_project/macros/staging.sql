{#-
    From landing to staging, one mechanism for all feeds; `contract_of` (generated from the contracts) says what is special.

    A version of a row is what one delivery says of it. Newest wins by (`created`, delivery), which `delivery_no` counts.
    A full list withdraws what its sender said before of the same feed and period and no longer says; a person card is
    always full for that person.

    Only the newest version of a key can hold, and only it is withdrawn: what it replaced never comes back, or a leaver
    whose ended post drops out of the list would be employed again by the list of the year before. That goes for versions
    of several senders too. A newer delivery that holds the row brings it back. Lists and cards are judged apart, since
    neither speaks for the other; where both hold a row, `accepted` merges them.
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

{#- Versions in the order of their deliveries, and whether the newest of each key is withdrawn. -#}
{% macro judged_versions(feed) -%}
    {%- set facts = contract_of(feed) -%}
    with versions as (
        {{ versions_of(feed) }}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ quoted_columns(facts.key) }}, _source_feed
                order by _delivery_no desc, _parse asc, _row asc, _item asc
            ) as _rank,
            max(_delivery_no) over (partition by {{ quoted_columns(facts.key) }}, _source_feed) as _newest_no
        from versions
    ),

    -- The newest whole list after it, or the newest card of its person: what does not stand there is no longer said.
    overtaken as (
        select
            v._delivery,
            v._parse,
            v._row,
            v._item,
            max(l.delivery_no) as list_no
        from ranked as v
        inner join {{ ref('stg_full_list') }} as l
            on
                v._sender = l.sender
                and v._source_feed = l.feed
                and v._delivery_no < l.delivery_no
                and coalesce(v._period, '') = coalesce(l.period, '')
        where v._rank = 1
        group by v._delivery, v._parse, v._row, v._item
        {%- if facts.person %}

        union all

        select
            v._delivery,
            v._parse,
            v._row,
            v._item,
            c.delivery_no as list_no
        from ranked as v
        inner join ({{ newest_cards() }}) as c
            on v._register = c.register and v.{{ facts.person }} = c.person_id and v._delivery_no < c.delivery_no
        where v._rank = 1 and v._source_feed in ({{ card_feeds() }})
        {%- endif %}
    )

    select
        v.*,
        o.list_no is not null as _is_withdrawn
    from ranked as v
    left join overtaken as o on v._delivery = o._delivery and v._parse = o._parse and v._row = o._row and v._item = o._item
{%- endmacro %}

{#- Model `stg_<feed>`: the newest version per business key and source feed, where no full list withdrew it. -#}
{% macro stage(feed) -%}
    {%- set facts = contract_of(feed) -%}
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
    from ({{ judged_versions(feed) }}) as judged
    where _rank = 1 and not _is_withdrawn
{%- endmacro %}
