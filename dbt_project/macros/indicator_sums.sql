{#-
    Sums of an indicator by scope and period. A row counts for its institution, its clusters, its oblast and the country, in periods of several
    kinds. So rows are summed for each member first, and few sums are placed in scopes instead of all rows; only units that are at several
    members, of which each scope counts one, are placed one by one. All are sums of decimals, the same in whatever order.
-#}

{#- What is summed of rows with columns numerator, denominator and, where n is a column of its own, counted_n; by name. -#}
{% macro row_terms(told) -%}
    {%- set terms = {
        'rows_n': 'case when numerator is not null then 1 else 0 end',
        'numerator': 'cast(numerator as decimal(24, 8))',
        'denominator': 'cast(denominator as decimal(24, 8))',
    } -%}
    {%- if told.is_weighted -%}
        {%- do terms.update({
            'square_sum': 'cast(numerator * numerator / denominator as decimal(24, 8))',
            'weight_square_sum': 'cast(denominator * denominator as decimal(24, 8))',
        }) -%}
    {%- elif told.formula == 'mean' -%}
        {%- do terms.update({'square_sum': square_of('numerator')}) -%}
    {%- endif -%}
    {%- do terms.update({'counted_n': 'counted_n'} if has_count(told) else {}) -%}
    {{ return(terms) }}
{%- endmacro %}

{#-
    A product of two decimals of at most 18 digits has 18 on DuckDB, so that squares ask for 19: otherwise a value from 31 on would not fit.
-#}
{% macro square_of(column) %}cast({{ column }} as decimal(19, 8)) * cast({{ column }} as decimal(19, 8)){% endmacro %}

{% macro decimal_sum(term) %}cast(cast(sum(cast({{ term }} as decimal(24, 8))) as decimal(38, 8)) as double){% endmacro %}

{#- Whether n is a column of what has been placed. -#}
{% macro has_count(told) %}{{ return(told.get('counted', 'rows') not in ('denominator', 'rows')) }}{% endmacro %}

{#- Names of what is placed in scopes. -#}
{% macro terms_of(told) %}{{ return((['unit'] if told.unit else []) + row_terms(told).keys() | list) }}{% endmacro %}

{#- Columns of a relation that an indicator reads, by name. -#}
{% macro columns_of(told) -%}
    {%- set columns = {'numerator': told.numerator, 'denominator': told.denominator} -%}
    {%- do columns.update({'unit': told.unit} if told.unit else {}) -%}
    {%- do columns.update({'counted_n': told.counted} if has_count(told) else {}) -%}
    {%- do columns.update({'value_se': 'value_se', 'ci_low': 'ci_low', 'ci_high': 'ci_high'} if told.with_error else {}) -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro named(columns) -%}
    {%- for name, column in columns.items() %}{{ column }} as {{ name }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- Sums by scope and period. -#}
{% macro sums_in_scopes(told) -%}
    {%- set scope = ['scope', 'scope_id', 'period_kind', 'period'] -%}
    {%- if told.by == 'scope' -%}
        {%- if told.unit -%}{{ exceptions.raise_compiler_error('what has been placed has no unit: ' ~ told.relation) }}{%- endif -%}
        {{ summed_by(rows_with_terms(told, scope), scope, told) }}
    {%- else -%}
        {%- set rows = placed('(' ~ member_sums(told) ~ ')', same(terms_of(told)), told.by, code=model.name[4:] | upper if model.name[:4] == 'ind_') -%}
        {{ summed_by(summed_by(rows, scope + ['unit'], told) if told.unit else rows, scope, told) }}
    {%- endif -%}
{%- endmacro %}

{#- Columns that keep their names. -#}
{% macro same(names) -%}
    {%- set columns = {} -%}
    {%- for name in names -%}{%- do columns.update({name: name}) -%}{%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro members_of(by) %}{{ return(['institution_id', 'cluster_id'] if by == 'both' else [by ~ '_id']) }}{% endmacro %}

{#-
    Sums by member and period. A unit is at one member alone, as nearly all are, or it stands for itself until it has been counted once in each
    scope, as a teacher at two schools.
-#}
{% macro member_sums(told) -%}
    {%- set keys = members_of(told.by) + ['period_kind', 'period'] -%}
    {%- if told.unit -%}
        {%- set rows = '(' ~ rows_with_terms(told, keys, told.kind) ~ ')' -%}
        {%- set apart -%}
    select
        {{ (keys + row_terms(told).keys() | list) | join(', ') }},
        case when count(*) over (partition by period_kind, period, unit) > 1 then unit end as unit
    from ({{ summed_by(rows, keys + ['unit'], told) }}) as member
        {%- endset -%}
        {{ summed_by(apart, keys + ['unit'], told) }}
    {%- elif told.kind -%}
        {%- set keys = members_of(told.by) + kinds_from(told.kind) -%}
        {{ in_periods('(' ~ summed_by(rows_with_terms(told, keys), keys, told) ~ ')', same(terms_of(told)), told.by, told.kind) }}
    {%- else -%}
        {{ summed_by(rows_with_terms(told, keys), keys, told) }}
    {%- endif -%}
{%- endmacro %}

{#- Rows of an indicator as what is summed of them; a row whose numerator is absent counts in none but a count. -#}
{% macro rows_with_terms(told, keys, kind=none) -%}
    {%- set terms = same(keys + (['unit'] if told.unit else []) + (['value_se', 'ci_low', 'ci_high'] if told.with_error else [])) -%}
    {%- do terms.update(row_terms(told)) -%}
    select {{ named(terms) }}
    from (
        {%- if kind %}{{ in_periods(told.relation, columns_of(told), told.by, kind) }}
        {%- else %}
        select
            {{ keys | join(', ') }},
            {{ named(columns_of(told)) }}
        from {{ told.relation }}
        {%- endif %}
    ) as told
    {{ 'where numerator is not null' if told.formula != 'count' }}
{%- endmacro %}

{#- Sums of rows by keys. With a unit among them its rows count as one, and rows without a unit each. -#}
{% macro summed_by(rows, keys, told) -%}
    select
        {{ keys | join(', ') }},
        {%- for name in row_terms(told) %}
        {{ 'case when unit is null then sum(' ~ name ~ ') else ' ~ once_of(told, name) ~ ' end' if 'unit' in keys else 'sum(' ~ name ~ ')' }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
        {{- ', max(value_se) as value_se, max(ci_low) as ci_low, max(ci_high) as ci_high' if told.with_error }}
    from ({{ rows }}) as told
    group by {{ keys | join(', ') }}
{%- endmacro %}

{#- What a unit counts in place of its rows: where all of them must hold, the least says whether they do. -#}
{% macro once_of(told, name) -%}
    {%- set most = 'min' if told.every else 'max' -%}
    {{ return(square_of(most ~ '(numerator)') if name == 'square_sum' else (most if name == 'numerator' else 'max') ~ '(' ~ name ~ ')') }}
{%- endmacro %}

{#- Rows of members with period_kind and period: as they are or, where they have the periods of a day, once for each kind of period. -#}
{% macro in_periods(relation, columns, by, kind=none) -%}
        {%- set kinds = kinds_from(kind) if kind else [] %}
        select
            {{ members_of(by) | join(', ') }},
            {%- if kinds %}
            k.period_kind,
            case k.period_kind {% for name in kinds %}when '{{ name }}' then {{ name }} {% endfor %}end as period,
            {%- else %}
            period_kind,
            period,
            {%- endif %}
            {{ named(columns) }}
        from {{ relation }} as r
        {%- if kinds %}
        cross join ({% for name in kinds %}select '{{ name }}' as period_kind{{ ' union all ' if not loop.last }}{% endfor %}) as k
        {%- endif %}
{%- endmacro %}

{#-
    Each row of a relation for every scope that it counts for and its periods, with columns by their names. code: the indicator; what is done
    under the name of a cluster of which it is not asked counts for no oblast and not for the country. Rules of early warning have none.
-#}
{% macro placed(relation, columns, by='institution', kind=none, code=none) -%}
    {%- set members = ['institution', 'cluster'] if by == 'both' else [by] -%}
    {%- for member in members %}
        select
            m.scope,
            m.scope_id,
            p.period_kind,
            p.period,
            r.{{ columns | join(', r.') }}
        from ({{ in_periods(relation, columns, by, kind) }}) as r
        inner join {{ ref('int_period') }} as p on r.period_kind = p.period_kind and r.period = p.period
        inner join {{ ref('int_scope_member') }} as m
            on m.member_kind = '{{ member }}' and r.{{ member }}_id = m.member_id and p.counted_on between m.from_on and m.through_on
        {{ 'inner join ' ~ clusters_asked(code) ~ ' as k on r.cluster_id = k.cluster_id' if code and member == 'cluster' }}
        where
            p.is_over
            {%- if by == 'both' %}
            and {{ "(r.cluster_id is null or m.scope <> 'cluster')" if member == 'institution'
                else "(r.institution_id is null or m.scope = 'cluster')" }}
            {%- if code and member == 'institution' %}
            and (r.cluster_id is null or m.scope = 'institution' or r.cluster_id in {{ clusters_asked(code) }})
            {%- endif %}
            {%- endif %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
