{#-
    Indicators. The SQL of an indicator makes rows of what is counted; what is made of them is the same for all: they are told by period and
    by scope, each unit once in a scope, summed and divided. A model ends with `indicator([...])`, a list of what four macros say: a
    share, a mean, a count or a ratio of sums.

    A relation of rows has `institution_id`, or `cluster_id`, or both (where a row names a cluster it counts for no other), and its
    periods: either columns school_year, semester, quarter and month of a day, of which those from `kind` on are read, or, with kind none,
    period_kind and period, where it stands once for each period (`each_period`).

    relation: name of the CTE. kind: the shortest period. unit: column of what is counted once in a scope; without it each row counts.
    measure: main, or the name of another figure of the indicator, as in seed `indicator_measures`. by: members that rows name, `both` where it
    may be either. counted: what n is of a ratio, its denominator or the rows.
-#}

{#- Part of the units of which something holds. -#}
{% macro share_of(relation, holds, kind=none, unit=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'share', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': 'case when ' ~ holds ~ ' then 1 else 0 end', 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#- Mean of a column over the rows that have it. -#}
{% macro mean_of(relation, value, kind=none, unit=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'mean', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': value, 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#- How many units there are, or the sum of a column of theirs; where the column is absent of all of them, it is not known. -#}
{% macro count_of(relation, value='1', kind=none, unit=none, measure='main', by='institution') -%}
    {{ return({
        'formula': 'count', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': value, 'denominator': '1', 'times': 1,
    }) }}
{%- endmacro %}

{#- Sum of one column over that of another, times a number. -#}
{% macro ratio_of(relation, numerator, denominator, kind=none, unit=none, measure='main', by='institution', times=1, counted='denominator') -%}
    {{ return({
        'formula': 'ratio', 'relation': relation, 'kind': kind, 'unit': unit, 'measure': measure, 'by': by,
        'numerator': numerator, 'denominator': denominator, 'times': times, 'counted': counted,
    }) }}
{%- endmacro %}

{#- A kind of period and every longer one. -#}
{% macro kinds_from(kind) -%}
    {%- set kinds = ['month', 'quarter', 'semester', 'school_year'] -%}
    {{ return(kinds[kinds.index(kind):]) }}
{%- endmacro %}

{#- The periods of these kinds that are over: for what is counted as it stands, or since the year began. -#}
{% macro each_period(kind) -%}
    (select * from {{ ref('int_period') }} where is_over and period_kind in ({{ quoted(kinds_from(kind)) }}))
{%- endmacro %}

{#- Who is in a teaching post, for each period of these kinds. -#}
{% macro teachers_in_post(kind) -%}
    (
        select
            t.institution_id,
            t.person_no,
            n.person_id,
            p.period_kind,
            p.period,
            p.school_year,
            p.year_starts_on,
            p.ends_on
        from {{ ref('int_teacher_in_post') }} as t
        inner join {{ each_period(kind) }} as p on t.counted_on = p.counted_on
        inner join {{ ref('int_person') }} as n on t.person_no = n.person_no
    )
{%- endmacro %}

{#- The institutions of some kinds that are open, for each period. -#}
{% macro institutions_open(kind, institution_kinds) -%}
    (
        select
            i.institution_id,
            i.kind,
            p.period_kind,
            p.period,
            p.school_year,
            p.counted_on
        from {{ ref('int_institutions__accepted') }} as i
        cross join {{ each_period(kind) }} as p
        where
            i.kind in ({{ quoted(institution_kinds) }})
            and coalesce(i.opened_on <= p.counted_on, true)
            and coalesce(i.closed_on > p.counted_on, true)
    )
{%- endmacro %}

{#- Agreements in force on the last day of each period: of the cluster that they name or, where they name none, of their parties. -#}
{% macro agreements_in_force(kind) -%}
    (
        select
            a.agreement_id,
            a.kind,
            a.cluster_id,
            case when a.cluster_id is null then b.institution_id end as institution_id,
            a.has_data_exchange_clause,
            a.has_data_protection_clause,
            p.period_kind,
            p.period
        from {{ ref('fct_agreement') }} as a
        cross join {{ each_period(kind) }} as p
        left join {{ ref('bridge_agreement_party') }} as b on a.agreement_id = b.agreement_id and a.cluster_id is null
        where a.signed_on <= p.ends_on and coalesce(a.valid_until_on >= p.ends_on, true)
    )
{%- endmacro %}

{#- The rows of an indicator with all figures of it. The model's name says which one it is. -#}
{% macro indicator(measures) -%}
    {%- for told in measures %}
select
    '{{ model.name[4:] | upper }}' as indicator,
    '{{ told.measure }}' as measure,
    scope,
    scope_id,
    period_kind,
    period,
    cast(numerator as double) as numerator,
    {{ 'cast(null as double)' if told.formula == 'count' else 'cast(denominator as double)' }} as denominator,
    cast({{ 'denominator' if told.formula == 'share' or told.counted == 'denominator' else 'rows_n' }} as bigint) as n,
    {{ indicator_value(told) }} as value,
    {{ indicator_error(told) }} as value_se,
    {{ indicator_end(told, '-') }} as ci_low,
    {{ indicator_end(told, '+') }} as ci_high
from (
    select
        scope,
        scope_id,
        period_kind,
        period,
        count(numerator) as rows_n,
        cast(sum(cast(numerator as decimal(24, 8))) as decimal(38, 8)) as numerator,
        cast(sum(cast(denominator as decimal(24, 8))) as decimal(38, 8)) as denominator,
        {{ 'cast(sum(cast(numerator as decimal(19, 8)) * cast(numerator as decimal(19, 8))) as double)' if told.formula == 'mean'
            else 'cast(null as double)' }} as square_sum
    from ({{ scoped_rows(told) }}) as placed
    {{ 'where numerator is not null' if told.formula != 'count' }}
    group by scope, scope_id, period_kind, period
) as summed
{{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Rows by scope and period; a unit that counts twice in a scope, as a teacher at two of its schools, once. -#}
{% macro scoped_rows(told) -%}
    {%- set columns -%}
        {{ told.unit ~ ' as unit,' if told.unit }} {{ told.numerator }} as numerator, {{ told.denominator }} as denominator
    {%- endset -%}
    {%- set members = ['institution', 'cluster'] if told.by == 'both' else [told.by] -%}
    select
        scope,
        scope_id,
        period_kind,
        period,
        {{ 'max(numerator) as numerator, max(denominator) as denominator' if told.unit else 'numerator, denominator' }}
    from (
        {%- for member in members %}
        select
            m.scope,
            m.scope_id,
            p.period_kind,
            p.period,
            {{ 'r.unit,' if told.unit }}
            r.numerator,
            r.denominator
        from (
            {%- for kind in (kinds_from(told.kind) if told.kind else [none]) %}
            select
                {{ told.by ~ '_id' if told.by != 'both' else 'institution_id, cluster_id' }},
                {{ "'" ~ kind ~ "' as period_kind, " ~ kind ~ ' as period' if kind else 'period_kind, period' }},
                {{ columns }}
            from {{ told.relation }}
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as r
        inner join {{ ref('int_period') }} as p on r.period_kind = p.period_kind and r.period = p.period
        inner join {{ ref('int_scope_member') }} as m
            on m.member_kind = '{{ member }}' and r.{{ member }}_id = m.member_id and p.counted_on between m.from_on and m.through_on
        where
            p.is_over
            {%- if told.by == 'both' %}
            and {{ "(r.cluster_id is null or m.scope <> 'cluster')" if member == 'institution'
                else "(r.institution_id is null or m.scope = 'cluster')" }}
            {%- endif %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as told
    {{ 'group by scope, scope_id, period_kind, period, unit' if told.unit }}
{%- endmacro %}

{% macro indicator_value(told) -%}
    {%- if told.formula == 'count' -%}cast(numerator as double)
    {%- elif told.formula == 'mean' -%}cast(numerator as double) / rows_n
    {%- else -%}cast(numerator{{ ' * ' ~ told.times if told.times != 1 }} as double) / cast(nullif(denominator, 0) as double)
    {%- endif -%}
{%- endmacro %}

{#- Standard error as if the rows were drawn at random: of shares and means. -#}
{% macro indicator_error(told) -%}
    {%- if told.formula == 'share' -%}
        sqrt(cast(numerator as double) * cast(denominator - numerator as double) / cast(denominator as double)) / cast(denominator as double)
    {%- elif told.formula == 'mean' -%}
        sqrt(
            greatest(cast(0 as double), square_sum - cast(numerator as double) * cast(numerator as double) / rows_n)
            / nullif(rows_n - 1, 0) / rows_n
        )
    {%- else -%}cast(null as double)
    {%- endif -%}
{%- endmacro %}

{#- End of the 95 % interval: Wilson's of a share, Student's of a mean of eight or more. -#}
{% macro indicator_end(told, sign) -%}
    {%- if told.formula == 'share' -%}
        {{ (wilson_low if sign == '-' else wilson_high)(indicator_value(told), 'cast(denominator as double)') }}
    {%- elif told.formula == 'mean' -%}
        case
            when rows_n >= {{ minimum_n('mean') }}
                then {{ indicator_value(told) }} {{ sign }} {{ t95('(rows_n - 1)') }} * {{ indicator_error(told) }}
        end
    {%- else -%}cast(null as double)
    {%- endif -%}
{%- endmacro %}

{#- Number of a kind of period, longer ones higher. -#}
{% macro scale_of(kind, scales) -%}
    case {{ kind }} {% for name, number in scales.items() %}when '{{ name }}' then {{ number }} {% endfor %}end
{%- endmacro %}

{#-
    Whether the figures of two periods differ by more than chance would have it, by the 90 % interval of their difference: of shares that of
    Agresti and Caffo (2000), who add one unit to each side, so that a share of 0 or 1 is not taken for certain; otherwise from the
    standard errors. Of a count, or a ratio of amounts, every change counts.
-#}
{% macro has_changed(now, before) -%}
    case
        when {{ now }}.formula = 'share' then
            abs({{ agresti_share(now) }} - {{ agresti_share(before) }})
            > {{ z90() }} * sqrt({{ agresti_variance(now) }} + {{ agresti_variance(before) }})
        else
            abs({{ now }}.value - {{ before }}.value)
            > coalesce({{ z90() }} * sqrt(power({{ now }}.value_se, 2) + power({{ before }}.value_se, 2)), 0)
    end
{%- endmacro %}

{% macro agresti_share(of) %}({{ of }}.numerator + 1) / ({{ of }}.n + 2){% endmacro %}

{% macro agresti_variance(of) -%}
    ({{ of }}.numerator + 1) * ({{ of }}.n - {{ of }}.numerator + 1) / power({{ of }}.n + 2, 3)
{%- endmacro %}

{#- A bound of seed `thresholds`. -#}
{% macro threshold(code) -%}
    (select cast(bound as double) from {{ ref('thresholds') }} where code = '{{ code }}')
{%- endmacro %}
