{#- What takes a version of a row back: see the head of `staging.sql`. -#}

{#- Cards of persons, each with its register. -#}
{% macro cards() -%}
    select
        f.register,
        f.sender,
        a.person_id,
        f.delivery_no
    from {{ source('log', 'answered') }} as a
    inner join {{ ref('stg_delivered_file') }} as f on a.parse_id = f.parse_id
    where f.state = 'accepted' and a.person_id is not null
{%- endmacro %}

{#- Names a row of a feed by its key; what `key_hash` of ingest says of a row in quarantine. -#}
{% macro key_hash(key, prefix='') -%}
    {{ sha256("concat_ws(chr(31), " ~ key_texts(key, prefix) ~ ")") }}
{%- endmacro %}

{% macro key_texts(key, prefix='') -%}
    {%- for name in key -%}
        coalesce(cast({{ prefix }}{{ adapter.quote(name) }} as {{ dbt.type_string() }}), ''){{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro sha256(text) %}{{ return(adapter.dispatch('sha256')(text)) }}{% endmacro %}
{% macro default__sha256(text) %}sha256({{ text }}){% endmacro %}
{% macro spark__sha256(text) %}sha2({{ text }}, 256){% endmacro %}

{#-
    Rows of a feed that deliveries hold and that did not load: each by its key, or, where the key itself is wrong, by the
    person or institution it must be of, or by * where it may be any. They withdraw nothing that they may stand for: a typo
    must not read as an exit.
-#}
{% macro held_badly(feed) -%}
    {%- set facts = contract_of(feed) -%}
    select
        f.delivery_no,
        f.feed,
        coalesce(q.key_hash, q.meant_id, '*') as meant
    from {{ source('log', 'quarantine') }} as q
    inner join {{ ref('stg_delivered_file') }} as f on q.parse_id = f.parse_id
    where q.feed = '{{ feed }}' and f.state = 'accepted'

    union

    -- Two files of one delivery that disagree about a row.
    select
        f.delivery_no,
        f.feed,
        {{ key_hash(facts.key, 'r.') }} as meant
    from {{ source('log', 'doubles') }} as d
    inner join {{ source('raw', feed) }} as r on d.parse_id = r._parse and d.row_no = r._row and d.item = r._item
    inner join {{ ref('stg_delivered_file') }} as f on d.delivery_id = f.delivery_id and d.parse_id = f.parse_id
    where d.feed = '{{ feed }}' and d.fate = 'conflict' and f.state = 'accepted'
{%- endmacro %}

{#- Versions of CTE `ranked` as `v`, each with the newest of the lists or cards it is joined to; to be grouped by `row_of`. -#}
{% macro newest_of(told, is_by_card=false) -%}
    select
        {{ row_of('v') }},
        min(v._source_feed) as source_feed,
        max({{ told }}.delivery_no) as list_no,
        {{ is_by_card }} as is_by_card
    from ranked as v
{%- endmacro %}

{#- The row of a delivery that a version is. -#}
{% macro row_of(version) -%}
    {{ version }}._delivery, {{ version }}._parse, {{ version }}._row, {{ version }}._item
{%- endmacro %}

{% macro is_same_row(one, other) -%}
    {{ one }}._delivery = {{ other }}._delivery and {{ one }}._parse = {{ other }}._parse
    and {{ one }}._row = {{ other }}._row and {{ one }}._item = {{ other }}._item
{%- endmacro %}

{#-
    Rows of CTE `ranked` that a whole list tells with another first day, whatever period it is of: the same sender's row of
    the same key otherwise, already running when the old one was last seen, and never told beside it. Two posts that a list
    once held side by side are two, and one that begins after the other was last seen is a return.
-#}
{% macro replaced_rows(feed) -%}
    {%- set facts = contract_of(feed) -%}
    {%- set starts, ends, seen = facts.snapshot_scope.starts, facts.snapshot_scope.ends, facts.snapshot_scope.seen -%}
    {{ newest_of('l') }}
    inner join ranked as n
        on {{ same_but_start(feed, 'v', 'n') }} and v._sender = n._sender and v._delivery_no < n._delivery_no
    inner join {{ ref('stg_full_list') }} as l on n._delivery = l.delivery_id and n._source_feed = l.feed
    left join (
        select
            {% for column in facts.key if column != starts %}a.{{ column }}, {% endfor %}a._source_feed,
            a.{{ starts }} as one_start,
            b.{{ starts }} as other_start,
            cast(1 as int) as is_beside
        from ranked as a
        inner join ranked as b on {{ same_but_start(feed, 'a', 'b') }} and a._delivery = b._delivery
        group by {% for column in facts.key if column != starts %}a.{{ column }}, {% endfor %}a._source_feed, a.{{ starts }}, b.{{ starts }}
    ) as t
        on
            {% for column in facts.key if column != starts %}v.{{ column }} = t.{{ column }} and {% endfor %}v._source_feed = t._source_feed
            and v.{{ starts }} = t.one_start
            and n.{{ starts }} = t.other_start
    where
        v._rank = 1
        and n.{{ starts }} <= coalesce(v.{{ ends }}, v.{{ seen }})
        and (n.{{ ends }} is null or v.{{ starts }} <= n.{{ ends }})
        and t.is_beside is null
    group by {{ row_of('v') }}
{%- endmacro %}

{% macro same_but_start(feed, one, other) -%}
    {%- set facts = contract_of(feed) -%}
    {%- for column in facts.key -%}
        {{ one }}.{{ column }} {{ '<>' if column == facts.snapshot_scope.starts else '=' }} {{ other }}.{{ column }} and {% endfor -%}
    {{ one }}._source_feed = {{ other }}._source_feed
{%- endmacro %}

{#- What the versions of one row have in common: its key, where it comes from, and whether its sender may speak of it. -#}
{% macro claim(feed) -%}
    {%- set facts = contract_of(feed) -%}
    {{ quoted_columns(facts.key) }}, _source_feed{% if facts.sender_scope %}, is_foreign{% endif %}
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
                partition by {{ claim(feed) }}
                order by _delivery_no desc, _parse asc, _row asc, _item asc
            ) as _rank,
            max(_delivery_no) over (partition by {{ claim(feed) }}) as _newest_no
        from versions
    ),

    -- The newest whole list after it, or the newest card of its person: what does not stand there is no longer said.
    overtaken as (
        {{ newest_of('l') }}
        inner join {{ ref('stg_full_list') }} as l
            on
                v._sender = l.sender
                and v._source_feed = l.feed
                and v._delivery_no < l.delivery_no
                and coalesce(v._period, '') = coalesce(l.period, '')
                {%- if facts.snapshot_scope %}
                and (l.starts_on is null or v.{{ facts.snapshot_scope.ends }} is null or l.starts_on <= v.{{ facts.snapshot_scope.ends }})
                {%- endif %}
        where v._rank = 1
        group by {{ row_of('v') }}
        {%- if facts.person %}

        union all

        {{ newest_of('c', is_by_card=true) }}
        inner join ({{ cards() }}) as c
            on v._register = c.register and v.{{ facts.person }} = c.person_id and v._delivery_no < c.delivery_no
        {%- if facts.sender_scope %}
        left join {{ ref('stg_foreign_institution') }} as x on c.sender = x.sender and v.{{ facts.sender_scope }} = x.institution_id
        {%- endif %}
        where
            v._rank = 1
            and v._source_feed in ({{ card_feeds() }})
            {%- if facts.sender_scope %}
            and (x.sender is null or v._sender = c.sender)
            {%- endif %}
        group by {{ row_of('v') }}
        {%- endif %}
        {%- if facts.snapshot_scope %}

        union all

        {{ replaced_rows(feed) }}
        {%- endif %}
    ),

    -- What a bad row of that list or card may be: this key, this person, this institution, or any. A card names its person
    -- once, so where that one is not known its rows are of nobody whose card is.
    standing as (
        select
            o.*,
            {{ key_hash(facts.key, 'v.') }} as key_hash,
            {{ 'v.' ~ facts.key_person if facts.key_person else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as person,
            case when not o.is_by_card then {{ 'v.' ~ facts.sender_scope if facts.sender_scope else "cast(null as " ~ dbt.type_string() ~ ")" }} end as scope,
            case when not o.is_by_card then '*' end as anybody
        from overtaken as o
        inner join ranked as v on {{ is_same_row('o', 'v') }}
    ),

    held as (
        {{ held_badly(feed) }}
    ),

    withdrawn as (
        select distinct
            {{ row_of('s') }}
        from standing as s
        {%- set meanings = ['key_hash', 'person', 'scope', 'anybody'] %}
        {%- for meaning in meanings %}
        left join held as h{{ loop.index }}
            on
                s.list_no = h{{ loop.index }}.delivery_no
                and s.source_feed = h{{ loop.index }}.feed
                and s.{{ meaning }} = h{{ loop.index }}.meant
        {%- endfor %}
        where coalesce({% for meaning in meanings %}h{{ loop.index }}.meant{{ ', ' if not loop.last }}{% endfor %}) is null
    )

    select
        v.*,
        w._parse is not null as _is_withdrawn
    from ranked as v
    left join withdrawn as w on {{ is_same_row('v', 'w') }}
{%- endmacro %}

