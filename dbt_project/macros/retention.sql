{#- What the retention models repeat: levels, estimands, and the segments a cohort is split by. -#}

{% macro retention_levels() %}{{ return(['workplace', 'network', 'profession']) }}{% endmacro %}
{% macro retention_estimands() %}{{ return(['employed_at', 'continuous']) }}{% endmacro %}

{#- One row for each word. -#}
{% macro named_rows(column, words) -%}
    {% for word in words -%}
        select '{{ word }}' as {{ column }}{{ ' union all ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro retention_level_rows() %}{{ named_rows('level', retention_levels()) }}{% endmacro %}
{% macro retention_estimand_rows() %}{{ named_rows('estimand', retention_estimands()) }}{% endmacro %}

{% macro retention_horizons() -%}
    {% for months in var('retention_horizons_months') -%}
        select cast({{ months }} as int) as horizon_months{{ ' union all ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- Whether the code of a programme is of the field of education. A Cyrillic letter often stands where a Latin one looks alike. -#}
{% macro is_pedagogical_code(level, code) -%}
    case
        when {{ level }} = 'vocational' then substr({{ code }}, 1, 2) in ({{ quoted(var('pedagogical_college_codes')) }})
        else substr(translate(upper({{ code }}), 'ВМ', 'BM'), 1, 4) in ({{ quoted(var('pedagogical_university_codes')) }})
    end
{%- endmacro %}

{#- Whether a condition holds in any row of the group, or of a window. -#}
{% macro any_row(condition, window=none) -%}
    cast(max(case when {{ condition }} then 1 else 0 end){{ ' over (' ~ window ~ ')' if window }} as int) = 1
{%- endmacro %}

{#- Causes that end a stay, with the levels at which each can. Where one goes on teaching after leaving it is unknown at the two narrower ones. -#}
{% macro incidence_causes() -%}
    {{ return({
        'moved_network': ['workplace'],
        'moved_outside': ['workplace', 'network'],
        'left': retention_levels(),
        'retired': retention_levels(),
        'died': retention_levels(),
        'unknown': ['workplace', 'network'],
    }) }}
{%- endmacro %}

{#- Counts of a row of int_retention_event_month: what is counted of its members. -#}
{% macro event_measures() -%}
    {%- set measures = {} -%}
    {%- for cause in incidence_causes() -%}
        {%- do measures.update({cause ~ '_n': "cause = '" ~ cause ~ "'"}) -%}
    {%- endfor -%}
    {%- do measures.update({'censored_n': 'cause is null'}) -%}
    {{ return(measures) }}
{%- endmacro %}

{#- Columns of int_retention_outcome: a level, and the wider ones, from the facts that its CTE `read` finds. -#}
{% macro levels_from(level) %}{{ return(retention_levels()[retention_levels().index(level):]) }}{% endmacro %}

{% macro outcome_on_the_day(level) -%}
    cast(case
        when is_removed then 3
        when is_seen and held_{{ level }} then 2
        when is_seen then {{ '0' if level == 'workplace' else 'case when is_local then 1 else 0 end' }}
        {%- for wider in levels_from(level) %} when gone_{{ wider }} then 0{% endfor %}
        else 1
    end as int)
{%- endmacro %}

{% macro outcome_throughout(level) -%}
    cast(case
        {%- for wider in levels_from(level) %} when left_{{ wider }} then 0{% endfor %}
        when ended_{{ level }} then 3
        when employed_at_{{ level }} = 2 and not first_held_{{ level }} then 1
        else employed_at_{{ level }}
    end as int)
{%- endmacro %}

{#- The six outcomes of int_retention_outcome. -#}
{% macro retention_outcomes() -%}
    {%- set outcomes = [] -%}
    {%- for estimand in retention_estimands() -%}
        {%- for level in retention_levels() -%}{%- do outcomes.append(estimand ~ '_' ~ level) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(outcomes) }}
{%- endmacro %}

{#- Counts of a row of int_retention_count, by name: what is counted among the members of one institution. -#}
{% macro outcome_measures() -%}
    {%- set measures = {'hired_n': 'true'} -%}
    {%- for outcome in retention_outcomes() -%}
        {%- do measures.update({outcome ~ '_removed_n': outcome ~ ' = 3'}) -%}
        {%- do measures.update({outcome ~ '_retained_n': outcome ~ ' = 2'}) -%}
        {%- do measures.update({outcome ~ '_unknown_n': outcome ~ ' = 1'}) -%}
    {%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}

{#- Institutions put together: counts, and with r retained and b in the base of each, the sums of r r, r b and b b. -#}
{% macro together(relation, cohort_year, keys) -%}
    select
        {{ cohort_year }} as cohort_year,
        segment,
        segment_value,
        horizon_months,
        cast(sum(hired_n) as bigint) as hired_n,
        {% for outcome in retention_outcomes() -%}
            {%- set retained = outcome ~ '_retained_n' -%}
            {%- set base = '(hired_n - ' ~ outcome ~ '_removed_n - ' ~ outcome ~ '_unknown_n)' -%}
            cast(sum({{ retained }}) as bigint) as {{ retained }},
            cast(sum({{ outcome }}_unknown_n) as bigint) as {{ outcome }}_unknown_n,
            cast(sum({{ outcome }}_removed_n) as bigint) as {{ outcome }}_removed_n,
            cast(count(case when {{ base }} > 0 then 1 end) as bigint) as {{ outcome }}_institutions_n,
            cast(sum(cast({{ retained }} as bigint) * {{ retained }}) as decimal(38, 0)) as {{ outcome }}_rr_n,
            cast(sum(cast({{ retained }} as bigint) * {{ base }}) as decimal(38, 0)) as {{ outcome }}_rb_n,
            cast(sum(cast({{ base }} as bigint) * {{ base }}) as decimal(38, 0)) as {{ outcome }}_bb_n{{ ',' if not loop.last }}
        {% endfor %}
    from {{ relation }}
    group by {{ keys | join(', ') }}
{%- endmacro %}

{#- One row for each level and estimand from the columns that `together` made. -#}
{% macro outcome_rows(relation) -%}
    {%- for estimand in retention_estimands() -%}
    {%- set last_estimand = loop.last -%}
    {%- for level in retention_levels() %}
    {%- set outcome = estimand ~ '_' ~ level %}
    select
        cohort_year,
        '{{ level }}' as level,
        '{{ estimand }}' as estimand,
        segment,
        segment_value,
        horizon_months,
        {{ outcome }}_retained_n as retained_n,
        {{ outcome }}_unknown_n as unknown_n,
        {{ outcome }}_removed_n as removed_n,
        hired_n - {{ outcome }}_removed_n - {{ outcome }}_unknown_n as base_n,
        {{ outcome }}_institutions_n as base_institutions_n,
        {{ outcome }}_rr_n as retained_squared_n,
        {{ outcome }}_rb_n as retained_by_base_n,
        {{ outcome }}_bb_n as base_squared_n
    from {{ relation }}
    {{ 'union all' if not (loop.last and last_estimand) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{#- The least count under which a kind of figure is `too_few`. -#}
{% macro minimum_n(figure) -%}
    (select minimum_n from {{ ref('minimum_n') }} where figure = '{{ figure }}')
{%- endmacro %}

{#- Counts added up, and those of a row that may not be there. -#}
{% macro summed(measures) -%}
    {%- for measure in measures -%}
    cast(sum({{ measure }}) as bigint) as {{ measure }}{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro counts_or_none(relation, measures) -%}
    {%- for measure in measures -%}
    coalesce({{ relation }}.{{ measure }}, cast(0 as bigint)) as {{ measure }}{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- One row for each cause from the columns of the counts, at the levels that have it. -#}
{% macro event_rows(relation, columns) -%}
    {%- for cause, levels in incidence_causes().items() %}
    select
        {{ columns | join(', ') }},
        '{{ cause }}' as cause,
        {{ cause }}_n as cause_n
    from {{ relation }}
    where level in ({{ quoted(levels) }})
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Sums of decimals up to the row, as doubles named <term>_sum. -#}
{% macro running_sums(terms, keys, order) -%}
    {%- for term in terms -%}
    cast(sum({{ term }}) over (
            partition by {{ keys | join(', ') }}
            order by {{ order }}
            rows between unbounded preceding and current row
        ) as double) as {{ term }}_sum{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A list of words as SQL text, broken into lines. -#}
{% macro quoted(words) -%}
    {% for word in words %}'{{ word }}'{{ ',
                ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#- Flows: where the members of a cohort are on the horizon day, from columns of int_retention_outcome. They exclude each other. -#}
{% macro retention_flows() -%}
    {{ return({
        'stayed_at_work': 'employed_at_workplace = 2 and not is_on_leave',
        'stayed_on_leave': 'employed_at_workplace = 2 and is_on_leave',
        'moved_network': 'employed_at_workplace <> 2 and employed_at_network = 2',
        'moved_outside': 'employed_at_network <> 2 and employed_at_profession = 2',
        'left': 'employed_at_profession = 0',
        'retired_or_died': 'employed_at_profession = 3',
        'unknown': 'employed_at_profession = 1',
    }) }}
{%- endmacro %}

{% macro flow_measures() -%}
    {%- set measures = {} -%}
    {%- for flow, condition in retention_flows().items() -%}{%- do measures.update({flow ~ '_n': condition}) -%}{%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}

{#- One row for each flow from the columns of the counts. -#}
{% macro flow_rows(relation, columns) -%}
    {%- for flow in retention_flows() %}
    select
        {{ columns | join(', ') }},
        '{{ flow }}' as flow,
        {{ flow }}_n as flow_n
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
