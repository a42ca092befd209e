{#- What several facts do alike. -#}

{#-
    Accepted rows of a feed with the columns `persons` under the one pseudonym that `person_links` leads to. Two ids of one
    person may tell the same row twice: where a person is in the key, the newest of them holds.
-#}
{% macro linked(feed, persons) -%}
    {%- set facts = contract_of(feed) -%}
    {%- set keyed = persons | select('in', facts.staged_key) | list -%}
    (
        select
            {{ quoted_columns(facts.staged) }}
        from (
            select
                {% for column in facts.staged -%}
                    {{ linked_column(column, persons) }} as {{ adapter.quote(column) }},
                {% endfor -%}
                {% if keyed -%}
                row_number() over (
                    partition by {% for column in facts.staged_key %}{{ linked_column(column, persons) }}{{ ', ' if not loop.last }}{% endfor %}
                    order by a._delivery_no desc, a._parse asc, a._row asc, a._item asc
                ) as _choice
                {%- else -%}
                1 as _choice
                {%- endif %}
            from {{ ref('int_' ~ feed ~ '__accepted') }} as a
            {% for person in persons -%}
                left join {{ ref('int_person_link') }} as l{{ loop.index }} on a.{{ adapter.quote(person) }} = l{{ loop.index }}.local_id
            {% endfor -%}
        ) as told
        where _choice = 1
    )
{%- endmacro %}

{% macro linked_column(column, persons) -%}
    {%- if column in persons -%}
        coalesce(l{{ persons.index(column) + 1 }}.person_id, a.{{ adapter.quote(column) }})
    {%- else -%}
        a.{{ adapter.quote(column) }}
    {%- endif -%}
{%- endmacro %}

{#-
    One row for each value of a list column, whose values semicolons separate, with the key of its row: a bridge. A value
    that the list holds twice counts once.
-#}
{% macro split_list(feed, key, column) -%}
    select distinct
        {{ key }},
        trim(list_value) as list_value
    from (
        select
            {{ key }},
            {{ elements_of(column) }} as list_value
        from {{ ref('int_' ~ feed ~ '__accepted') }}
        where {{ column }} is not null
    ) as told
    where trim(list_value) <> ''
{%- endmacro %}

{#- Whether a protocol says nothing: too short a text, or none of its parts. -#}
{% macro is_empty_protocol(length, has_no_part) -%}
    coalesce({{ length }} < {{ var('empty_protocol_chars') }}, false) or {{ has_no_part }}
{%- endmacro %}

{#- Score of an answer to the checklist of interaction quality. -#}
{% macro checklist_score(value) -%}
    cast(case
        when {{ value }} in ('yes', 'high', 'deep') then 1
        when {{ value }} in ('medium', 'surface') then 0.5
        else 0
    end as decimal(18, 4))
{%- endmacro %}

{#-
    Scores of questionnaires, one row per respondent and `scale` columns: the mean of what was answered, reverse items turned,
    where at least two thirds of the items were. An answer is of int_survey_answer, `items_n` what its scale has in all.
-#}
{% macro survey_score(keys, items_n) -%}
    select
        {% for key in keys %}{{ key }},
        {% endfor -%}
        min(institution_id) as institution_id,
        min(cluster_id) as cluster_id,
        min(role) as role,
        max(answered_on) as answered_on,
        cast(max({{ items_n }}) as bigint) as items_n,
        cast(count(turned_value) as bigint) as answered_n,
        cast(count(case when is_off_scale then 1 end) as bigint) as off_scale_n,
        case
            when count(turned_value) > 0 and count(turned_value) * 3 >= max({{ items_n }}) * 2
                then cast(cast(sum(turned_value) as decimal(38, 4)) as double) / count(turned_value)
        end as score,
        case
            when max({{ items_n }}) = 0 then 'unknown_instrument'
            when count(turned_value) > 0 and count(turned_value) * 3 >= max({{ items_n }}) * 2 then 'ok'
            else 'too_few_answers'
        end as score_status
    from {{ ref('int_survey_answer') }}
    {% if 'subscale' in keys %}where subscale is not null
    {% endif -%}
    group by {{ keys | join(', ') }}
{%- endmacro %}

{#- Day by which a line of a budget is to be paid. -#}
{% macro payment_due_on(line) -%}
    coalesce({{ line }}.due_on, cast(concat(cast({{ line }}.budget_year as {{ dbt.type_string() }}), '-12-31') as date))
{%- endmacro %}

{#- Day on which something was paid for a line of a budget, if it was by the as-of date. -#}
{% macro payment_on(line) -%}
    case when {{ line }}.paid_on <= {{ as_of() }} and {{ line }}.paid_kzt > 0 then {{ line }}.paid_on end
{%- endmacro %}

{#- Day of an event: when it was held or, as long as it was not, is planned for. -#}
{% macro event_day(event) -%}
    coalesce({{ known_on(event ~ '.held_on') }}, {{ event }}.planned_on)
{%- endmacro %}

{#- Mean of a column over the rows that have it, which does not depend on their order. -#}
{% macro mean_or_none(value) -%}
    cast(cast(sum({{ value }}) as decimal(38, 8)) / nullif(count({{ value }}), 0) as decimal(18, 8))
{%- endmacro %}
