{#-
    References are judged in every run, so that an orphan loads by itself when its parent comes. `int_<feed>__accepted` keeps
    the rows that have no reason to wait, `int_waiting_row` those of all feeds that have one.

    A feed that refers to itself is walked from its roots down, so that whatever lies below a row that waits waits too, and
    so do rows that are each other's parent.
-#}

{#- CTEs up to `judged`: rows of staging with why they may not go on: `waiting for <feed>`, `not_your_institution`, or null. -#}
{% macro with_referenced(feed) -%}
    {%- set facts = contract_of(feed) -%}
    {%- set own = facts.references | selectattr('feed', 'equalto', feed) | list -%}
    with {% if own %}recursive rooted as (
        select {{ own[0].parent_column }} as parent_key
        from {{ ref('stg_' ~ feed) }}
        where {{ own[0].column }} is null

        union all

        select s.{{ own[0].parent_column }} as parent_key
        from rooted as r
        inner join {{ ref('stg_' ~ feed) }} as s on r.parent_key = s.{{ own[0].column }}
    ),

    {% endif %}judged as (
    select
        s.*,
        case
            {% for reference in facts.references -%}
                {% if reference.is_list -%}
                when p{{ loop.index }}._parse is not null then 'waiting for {{ reference.feed }}'
                {% else -%}
                when s.{{ reference.column }} is not null and p{{ loop.index }}.parent_key is null
                {%- if reference.named %} and s.{{ reference.column }} not like 'name:%'{% endif %} then 'waiting for {{ reference.feed }}'
                {% endif -%}
            {% endfor -%}
            {% if facts.sender_scope -%}
                when s.is_foreign then 'not_your_institution'
            {% endif -%}
            when false then ''
        end as _reason
    from {{ ref('stg_' ~ feed) }} as s
    {%- for reference in facts.references %}
    {%- if reference.is_list %}
    left join (
        select distinct {{ row_of('e') }}
        from (
            select {{ row_of('l') }}, {{ elements_of('l.' ~ reference.column) }} as element
            from {{ ref('stg_' ~ feed) }} as l
        ) as e
        left join ({{ parents(reference, feed) }}) as q on e.element = q.parent_key
        where q.parent_key is null
    ) as p{{ loop.index }} on {{ is_same_row('s', 'p' ~ loop.index) }}
    {%- else %}
    left join ({{ parents(reference, feed) }}) as p{{ loop.index }} on s.{{ reference.column }} = p{{ loop.index }}.parent_key
    {%- endif %}
    {%- endfor %}
    )
{%- endmacro %}

{#- The values of a column that a reference may name. -#}
{% macro parents(reference, feed) -%}
    {% if reference.feed == feed -%}
    select distinct parent_key from rooted
    {%- else -%}
    select distinct {{ reference.parent_column }} as parent_key from {{ ref('int_' ~ reference.feed ~ '__accepted') }}
    {%- endif %}
{%- endmacro %}

{#- Rows of a feed that may not go on, and why. -#}
{% macro waiting_rows(feed) -%}
    {{ with_referenced(feed) }}
    select
        '{{ feed }}' as feed,
        _reason as reason,
        _sender,
        _delivery,
        _file_sha256,
        _parse,
        _row,
        _item,
        _source_feed
    from judged
    where _reason is not null
{%- endmacro %}

{#-
    Rows whose parents are known, and whose persons agree where they are asked. Where two feeds fill one table, the newest value that is not empty holds in each column.
    A `name:` id becomes the id of the only institution of that name, where there is one.
-#}
{% macro accepted(feed) -%}
    {%- set facts = contract_of(feed) -%}
    {{ with_referenced(feed) }},

    ready as (
        select * from judged
        where _reason is null{% if facts.consent %} and {{ facts.consent }}{% endif %}
    ){% if facts.references | selectattr('named') | list %},

    named as (
        select
            {% for column in facts.staged -%}
                {%- set named = facts.references | selectattr('named') | selectattr('column', 'equalto', column) | list -%}
                {% if named %}coalesce(n.institution_id, r.{{ column }}) as {{ column }}{% else %}r.{{ column }}{% endif %},
            {% endfor -%}
            {{ origin_columns('r.') }}
        from ready as r
        left join {{ ref('int_institution_name') }} as n on r.{{ (facts.references | selectattr('named') | first).column }} = n.named_id
    ){% set last = 'named' %}{% else %}{% set last = 'ready' %}{% endif %}

    {% if facts.sources | length > 1 -%}
    , ordered as (
        select
            *,
            row_number() over (
                partition by {{ quoted_columns(facts.staged_key) }} order by _delivery_no asc, _source_feed asc, _parse asc, _row asc, _item asc
            ) as _order
        from {{ last }}
    )

    select
        {% for column in facts.staged -%}
            {% if column in facts.staged_key -%}
                {{ column }},
            {% else -%}
                {{ newest_value(column) }} as {{ column }},
            {% endif -%}
        {% endfor -%}
        {% for column in origin_names() -%}
            {{ newest_value(column) }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from ordered
    group by {{ quoted_columns(facts.staged_key) }}
    {%- else -%}
    select
        {{ quoted_columns(facts.staged) }},
        {{ origin_columns() }}
    from {{ last }}
    {%- endif %}
{%- endmacro %}

{#- The newest value of a group that is not empty. Engines differ in whether `max_by` gives an empty one, so none comes there. -#}
{% macro newest_value(column) -%}
    max_by({{ column }}, _order) filter (where {{ column }} is not null)
{%- endmacro %}

{% macro origin_names() -%}
    {{ return(['_sender', '_register', '_delivery', '_delivery_no', '_created_at', 'is_full_list', '_file_sha256', '_parse', '_row', '_item', '_source_feed']) }}
{%- endmacro %}

{% macro origin_columns(prefix='') -%}
    {%- for name in origin_names() -%}{{ prefix }}{{ name }}{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}
