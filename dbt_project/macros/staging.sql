{#-
    From landing to staging, one mechanism for all feeds; `contract_of` (generated from the contracts) says what is special.

    A version of a row is what one delivery says of it. Newest wins by (`created`, delivery), which `delivery_no` counts.
    A full list withdraws what its sender said before of the same feed and period and no longer says; a person card is
    always full for that person.

    Only the newest version of a key can hold, and only it is withdrawn: what it replaced never comes back, or a leaver
    whose ended post drops out of the list would be employed again by the list of the year before. That goes for versions
    of several senders too. A newer delivery that holds the row brings it back. Lists and cards are judged apart, since
    neither speaks for the other; where both hold a row, `accepted` merges them.

    Rows with days (`snapshot_scope` of the contract) are spoken of by the lists of their period: one that ended before the
    period is not withdrawn by a list that rightly leaves it out. Lists of different periods do not hold the same rows, so
    a row that a later period's list leaves out may just have ended in between, and stays as last told. Only one that the
    later list gives another first day is withdrawn: see `replaced_rows`.

    A row that a list holds and has wrong is in quarantine, and still held: see `held_badly`.
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

{#-
    Rows of CTE `ranked` that a whole list tells with another first day, whatever period it is of: the same sender's row of
    the same key otherwise, already running when the old one was last seen, and never told beside it. Two posts that a list
    once held side by side are two, and one that begins after the other was last seen is a return.
-#}
{% macro replaced_rows(feed) -%}
    {%- set facts = contract_of(feed) -%}
    {%- set starts, ends, seen = facts.snapshot_scope.starts, facts.snapshot_scope.ends, facts.snapshot_scope.seen -%}
    select
        v._delivery,
        v._parse,
        v._row,
        v._item,
        min(v._source_feed) as source_feed,
        max(l.delivery_no) as list_no,
        false as is_by_card
    from ranked as v
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
    group by v._delivery, v._parse, v._row, v._item
{%- endmacro %}

{% macro same_but_start(feed, one, other) -%}
    {%- set facts = contract_of(feed) -%}
    {%- for column in facts.key -%}
        {{ one }}.{{ column }} {{ '<>' if column == facts.snapshot_scope.starts else '=' }} {{ other }}.{{ column }} and {% endfor -%}
    {{ one }}._source_feed = {{ other }}._source_feed
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
            min(v._source_feed) as source_feed,
            max(l.delivery_no) as list_no,
            false as is_by_card
        from ranked as v
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
        group by v._delivery, v._parse, v._row, v._item
        {%- if facts.person %}

        union all

        select
            v._delivery,
            v._parse,
            v._row,
            v._item,
            v._source_feed as source_feed,
            c.delivery_no as list_no,
            true as is_by_card
        from ranked as v
        inner join ({{ newest_cards() }}) as c
            on v._register = c.register and v.{{ facts.person }} = c.person_id and v._delivery_no < c.delivery_no
        where v._rank = 1 and v._source_feed in ({{ card_feeds() }})
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
        inner join ranked as v on o._delivery = v._delivery and o._parse = v._parse and o._row = v._row and o._item = v._item
    ),

    held as (
        {{ held_badly(feed) }}
    ),

    withdrawn as (
        select distinct
            s._delivery,
            s._parse,
            s._row,
            s._item
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
    left join withdrawn as w on v._delivery = w._delivery and v._parse = w._parse and v._row = w._row and v._item = w._item
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
