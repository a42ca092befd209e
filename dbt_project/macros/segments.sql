{#-
    Segments that people are split by, and counting by them. Lists of them are variables in dbt_project.yml: columns of
    int_place (the same for everybody at an institution), columns of the relation that is counted (they differ between
    colleagues), and columns of int_network_set.

    A pair of segments, `region+sex`, has values `110000000+f`. Pairs are what a steward names in bilimkoz.toml.
-#}

{#- Columns of the people of a relation, or those of the segments that it has. -#}
{% macro person_segments() %}{{ return(var('person_segments')) }}{% endmacro %}

{#- The pairs asked for whose person segments the relation has. -#}
{% macro segment_pairs(person) -%}
    {%- set known = var('place_segments') + var('network_segments') + person -%}
    {%- set pairs = [] -%}
    {%- for pair in var('retention_pairs') if pair[0] in known and pair[1] in known -%}{%- do pairs.append(pair) -%}{%- endfor -%}
    {{ return(pairs) }}
{%- endmacro %}

{#- Where the value of a segment stands, as SQL: r the relation that is counted, p its place, n its network. -#}
{% macro segment_column(segment, person) -%}
    {%- if segment in var('place_segments') -%}p.{{ segment }}
    {%- elif segment in var('network_segments') -%}n.{{ segment }}
    {%- else -%}r.{{ segment }}
    {%- endif -%}
{%- endmacro %}

{#- The value of one segment, or of a pair of them. -#}
{% macro segment_value(segments, person) -%}
    {%- set columns = [] -%}
    {%- for segment in segments %}{% do columns.append(segment_column(segment, person)) %}{% endfor -%}
    {{ columns[0] if columns | length == 1 else "concat(" ~ columns | join(", '+', ") ~ ")" }}
{%- endmacro %}

{#- The relation r with what the segments need beside it. An institution in two clusters stands under both. -#}
{% macro segmented(relation, segments) -%}
    {{ relation }} as r
    {%- if segments | select('in', var('place_segments')) | list %}
    inner join {{ ref('int_place') }} as p on r.institution_id = p.institution_id
    {%- endif %}
    {%- set networked = segments | select('in', var('network_segments')) | list %}
    {%- if networked %}
    inner join (
        select distinct
            network_set,
            {{ networked | join(', ') }}
        from {{ ref('int_network_set') }}
    ) as n on r.network_set = n.network_set
    {%- endif %}
{%- endmacro %}

{#-
    Counts of a relation by segment, value of the segment, entry institution and keys.

    What belongs to the institution is counted once and then given to each of its segments; only what differs between
    colleagues is counted for itself.

    measures: names of the counts, with the condition that is counted; sums: names of sums, with the column.
    by_institution: whether the institution stays apart; without it the counts of the place's segments are still to be summed.
    person: the person segments that the relation has.
-#}
{% macro counted_by_segment(relation, keys, measures, by_institution=true, sums={}, person=none) -%}
    {%- set person = var('person_segments') if person is none else person -%}
    {%- set names = measures.keys() | list + sums.keys() | list -%}
    {%- set counts -%}
        {%- for name, condition in measures.items() %}
            cast(count(case when {{ condition }} then 1 end) as int) as {{ name }}{{ ',' if not loop.last or sums }}
        {%- endfor -%}
        {%- for name, column in sums.items() %}
            cast(sum({{ column }}) as bigint) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    {%- set splits = person + var('network_segments') + segment_pairs(person) -%}
    select
        s.segment,
        s.segment_value,
        {% if by_institution %}c.institution_id,{% endif %}
        {% for key in keys %}c.{{ key }}, {% endfor %}
        {% for name in names %}c.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from (
        select
            institution_id,
            {{ keys | join(', ') }},
            {{ counts }}
        from {{ relation }}
        group by institution_id, {{ keys | join(', ') }}
    ) as c
    inner join {{ ref('int_place_segment') }} as s on c.institution_id = s.institution_id
    {%- for split in splits %}
    {%- set segments = [split] if split is string else split %}
    union all
    select
        '{{ segments | join('+') }}' as segment,
        {{ segment_value(segments, person) }} as segment_value,
        {% if by_institution %}r.institution_id,{% endif %}
        {% for key in keys %}r.{{ key }}, {% endfor %}
        {{ counts }}
    from {{ segmented(relation, segments) }}
    group by {{ segment_value(segments, person) }}{% if by_institution %}, r.institution_id{% endif %}{% for key in keys %}, r.{{ key }}{% endfor %}
    {%- endfor %}
{%- endmacro %}

{#- The rows of a relation once for each of their segments, not counted yet. -#}
{% macro rows_by_segment(relation, columns, person=none) -%}
    {%- set person = var('person_segments') if person is none else person -%}
    {%- set splits = person + var('network_segments') + segment_pairs(person) -%}
    select
        s.segment,
        s.segment_value,
        r.{{ columns | join(', r.') }}
    from {{ relation }} as r
    inner join {{ ref('int_place_segment') }} as s on r.institution_id = s.institution_id
    {%- for split in splits %}
    {%- set segments = [split] if split is string else split %}
    union all
    select
        '{{ segments | join('+') }}' as segment,
        {{ segment_value(segments, person) }} as segment_value,
        r.{{ columns | join(', r.') }}
    from {{ segmented(relation, segments) }}
    {%- endfor %}
{%- endmacro %}

{#- Columns of a relation with one row an institution as rows of segment and value, and one row `all` of each. -#}
{% macro unpivoted_segments(relation, segments) -%}
    select
        institution_id,
        'all' as segment,
        'all' as segment_value
    from {{ relation }}
    {%- for segment in segments %}
    union all
    select
        institution_id,
        '{{ segment }}' as segment,
        {{ segment }} as segment_value
    from {{ relation }}
    {%- endfor %}
{%- endmacro %}

{#- Columns of the person segments, of a relation where more than one is read. -#}
{% macro person_columns(relation=none, person=none) -%}
    {%- for segment in (var('person_segments') if person is none else person) -%}
    {{ relation ~ '.' if relation }}{{ segment }}{{ ',
    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The clusters and roles that a key has, as one text that int_network_set takes apart again. -#}
{% macro network_sets(relation, keys) -%}
    select
        {{ keys | join(', ') }},
        {{ joined("concat(cluster_id, ':', cluster_role)", ';', 'cluster_id, cluster_role') }} as network_set
    from {{ relation }}
    group by {{ keys | join(', ') }}
{%- endmacro %}

{#-
    Rows of members with what the members are split by, which stands once, with the member: a text in each of the large tables
    would cost more to write than the join. Read more than once as a CTE, which is then held.
-#}
{% macro with_segments(relation) -%}
    select
        r.*,
        m.institution_id,
        m.network_set,
        {{ person_columns('m') }}
    from {{ relation }} as r
    inner join {{ ref('int_retention_member') }} as m on r.member_no = m.member_no
{%- endmacro %}
