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

    What a sender of a region says of an institution elsewhere (`stg_foreign_institution`) is kept apart from what others
    say of it: it is quarantined, and puts nothing out and withdraws nothing.
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
        {% if facts.sender_scope %}x.sender is not null as is_foreign,
        {% endif -%}
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
    {%- if facts.sender_scope %}
    left join {{ ref('stg_foreign_institution') }} as x on f.sender = x.sender and r.{{ facts.sender_scope }} = x.institution_id
    {%- endif %}
    where f.state = 'accepted' and f.is_first_of_content and d.parse_id is null
{%- endmacro %}

{#-
    Model `stg_<feed>`: the newest version per business key and source feed, where no full list withdrew it; of foreign
    claims likewise.
-#}
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
        {% if facts.sender_scope %}is_foreign,
        {% endif -%}
        _file_sha256,
        _parse,
        _row,
        _item,
        _source_feed
    from ({{ judged_versions(feed) }}) as judged
    where _rank = 1 and not _is_withdrawn
{%- endmacro %}
