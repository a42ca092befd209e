{#- What the retention models repeat: levels, estimands, and the segments a cohort is split by. -#}

{% macro retention_levels() %}{{ return(['workplace', 'network', 'profession']) }}{% endmacro %}
{% macro retention_estimands() %}{{ return(['employed_at', 'continuous']) }}{% endmacro %}

{#- Segments that differ within an institution: columns of int_retention_member. The others are rows of int_place_segment. -#}
{% macro person_segments() -%}
    {{ return(['subject', 'preparing_institution', 'sex', 'first_post', 'in_network_at_entry']) }}
{%- endmacro %}

{% macro retention_level_rows() -%}
    {% for level in retention_levels() -%}
        select '{{ level }}' as level{{ ' union all ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{% macro retention_horizons() -%}
    {% for months in var('retention_horizons_months') -%}
        select cast({{ months }} as int) as horizon_months{{ ' union all ' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#-
    Counts of a relation that has one or more rows a member, by segment, value of the segment, entry institution and keys.

    What belongs to the institution is counted once and then given to each of its segments; only what differs between
    colleagues is counted for itself. An institution in two clusters stands under both.

    measures: names of the counts, with the condition that is counted.
    by_institution: whether the entry institution stays apart; without it the counts of the place's segments are still to
    be summed.
-#}
{% macro counted_by_segment(relation, keys, measures, by_institution=true) -%}
    {%- set counts -%}
        {%- for name, condition in measures.items() %}
            cast(count(case when {{ condition }} then 1 end) as int) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    select
        s.segment,
        s.segment_value,
        {% if by_institution %}c.institution_id,{% endif %}
        {% for key in keys %}c.{{ key }}, {% endfor %}
        {% for name in measures %}c.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from (
        select
            institution_id,
            {{ keys | join(', ') }},
            {{ counts }}
        from {{ relation }}
        group by institution_id, {{ keys | join(', ') }}
    ) as c
    inner join {{ ref('int_place_segment') }} as s on c.institution_id = s.institution_id
    {%- for segment in person_segments() %}
    union all
    select
        '{{ segment }}' as segment,
        {{ segment }} as segment_value,
        {% if by_institution %}institution_id,{% endif %}
        {{ keys | join(', ') }},
        {{ counts }}
    from {{ relation }}
    group by {{ segment }}, {% if by_institution %}institution_id, {% endif %}{{ keys | join(', ') }}
    {%- endfor %}
    {%- for segment in ['cluster', 'cluster_role'] %}
    union all
    select
        '{{ segment }}' as segment,
        n.{{ segment }} as segment_value,
        {% if by_institution %}m.institution_id,{% endif %}
        {% for key in keys %}m.{{ key }}, {% endfor %}
        {{ counts }}
    from {{ relation }} as m
    inner join (
        select distinct
            network_set,
            {{ segment }}
        from {{ ref('int_network_set') }}
    ) as n on m.network_set = n.network_set
    group by n.{{ segment }}{% if by_institution %}, m.institution_id{% endif %}{% for key in keys %}, m.{{ key }}{% endfor %}
    {%- endfor %}
{%- endmacro %}

{#- The least count under which a kind of figure is `too_few`. -#}
{% macro minimum_n(figure) -%}
    (select minimum_n from {{ ref('minimum_n') }} where figure = '{{ figure }}')
{%- endmacro %}
