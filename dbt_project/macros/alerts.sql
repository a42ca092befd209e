{#-
    Early warnings. A rule by periods makes rows of a subject (a cluster, or something of its own under `object_id`), one for each period that
    can be told, in which a value is bad, or back by the margin; `period_alerts` opens and closes alerts from them. A rule by days makes
    alerts itself. History follows from the data, and not from when somebody looked.

    All have the columns rule, cluster_id, institution_id, object_id, period, opened_on, closed_on, value, is_watch and owner_role.
-#}

{#- The rule that a model is of: alert_w01 is W01. -#}
{% macro this_rule() %}{{ return(model.name[6:] | upper) }}{% endmacro %}

{#- How far back on the good side of its bound a value is to be, as seed `thresholds` has it. -#}
{% macro margin(code) -%}
    (select cast(margin as double) from {{ ref('thresholds') }} where code = '{{ code }}')
{%- endmacro %}

{#- A figure of clusters period by period, with those of the two periods before where they can be told. -#}
{% macro cluster_series(told, kind) -%}
    {{ with_two_before(cluster_figures(told, kind)) }}
{%- endmacro %}

{#- The figure alone. -#}
{% macro cluster_figures(told, kind) -%}
    (
        select
            f.scope_id as cluster_id,
            cast(null as {{ dbt.type_string() }}) as institution_id,
            '' as object_id,
            f.period,
            p.period_no,
            p.ends_on,
            f.numerator,
            f.denominator,
            f.n,
            f.value,
            f.value_se
        from ({{ indicator([told]) }}) as f
        inner join {{ ref('int_period') }} as p on f.period_kind = p.period_kind and f.period = p.period
        where f.scope = 'cluster' and f.period_kind = '{{ kind }}' and f.value is not null
    )
{%- endmacro %}

{#- Rows of a relation with cluster_id, object_id, period_no, numerator, n and value, and these of one and of two periods before. -#}
{% macro with_two_before(relation) -%}
    {%- set within = 'over (partition by cluster_id, object_id order by period_no)' -%}
    select
        *,
        {%- for steps in [1, 2] %}
        {%- for column in ['numerator', 'n', 'value'] %}
        case when lag(period_no, {{ steps }}) {{ within }} = period_no - {{ steps }} then lag({{ column }}, {{ steps }}) {{ within }} end
        as {{ column }}_{{ steps }}{{ ',' if not (loop.last and steps == 2) }}
        {%- endfor %}
        {%- endfor %}
    from {{ relation }} as series
{%- endmacro %}

{#-
    Rows of `with_two_before` of a share, judged: bad where it has risen twice running by more than the bound of the rule, which is not
    known where one of the periods it hangs on cannot be told. To be watched where there are few, or where the rise over both is within
    its 90 % interval.
-#}
{% macro rising_twice(series) -%}
    {%- set most = threshold(this_rule()) -%}
    select
        *,
        case when value <= value_1 + {{ most }} then false when value > value_1 + {{ most }} then value_1 > value_2 + {{ most }} end as is_bad,
        coalesce(value <= value_1 + {{ most }} - {{ margin(this_rule()) }}, false) as is_clear,
        not coalesce(
            least(n, n_1, n_2) >= {{ var('alert_base_n') }}
            and (numerator + 1) / (n + 2) - (numerator_2 + 1) / (n_2 + 2)
            > {{ z90() }} * sqrt((numerator + 1) * (n - numerator + 1) / power(n + 2, 3) + (numerator_2 + 1) * (n_2 - numerator_2 + 1) / power(n_2 + 2, 3)),
            false
        ) as is_watch
    from {{ series }}
{%- endmacro %}

{#-
    Alerts from judged periods: one opens on the last day of the first bad one, and closes on that of the first in which the value is back by
    the margin, or on the good side for a second time. A period that cannot be told changes nothing. It is to be watched as long as
    every bad period of it is.
-#}
{% macro period_alerts(judged) -%}
{%- set within = 'partition by cluster_id, institution_id, object_id' -%}
select
    '{{ this_rule() }}' as rule,
    cluster_id,
    institution_id,
    object_id,
    min(case when is_first then period end) as period,
    min(ends_on) as opened_on,
    min(case when decided = 0 then ends_on end) as closed_on,
    cast(min(case when is_first then value end) as double) as value,
    not {{ any_row('is_bad and not is_watch') }} as is_watch,
    cast(null as {{ dbt.type_string() }}) as owner_role
from (
    select
        *,
        sum(case when is_first then 1 else 0 end) over ({{ within }} order by ends_on, period) as alert_no
    from (
        select
            *,
            decided = 1 and coalesce(lag(standing) over ({{ within }} order by ends_on, period), 0) = 0 as is_first
        from (
            select
                *,
                max(decided) over ({{ within }}, decision_no) as standing
            from (
                select
                    *,
                    count(decided) over ({{ within }} order by ends_on, period) as decision_no
                from (
                    select
                        *,
                        case
                            when is_bad then 1
                            when is_clear or not lag(is_bad) over ({{ within }} order by ends_on, period) then 0
                        end as decided
                    from {{ judged }}
                    where is_bad is not null
                ) as judged_once
            ) as counted
        ) as stood
    ) as begun
) as numbered
where alert_no > 0
group by cluster_id, institution_id, object_id, alert_no
{%- endmacro %}

{#-
    Alerts of a rule by days: of each row of a relation that has waited since a day for more days than the bound, from the first day beyond
    it. They close on the day until which it waited, if that has come.
-#}
{% macro waiting_alerts(relation, object_id, since, until, institution_id=none, owner_role=none) -%}
{%- set nothing = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
select
    '{{ this_rule() }}' as rule,
    cluster_id,
    {{ institution_id or nothing }} as institution_id,
    {{ object_id }} as object_id,
    {{ nothing }} as period,
    beyond_from_on as opened_on,
    {{ until }} as closed_on,
    cast({{ days_between(since, 'coalesce(' ~ until ~ ', ' ~ as_of() ~ ')') }} as double) as value,
    false as is_watch,
    {{ owner_role or nothing }} as owner_role
from (
    select
        *,
        {{ add_days(since, 'cast(' ~ threshold(this_rule()) ~ ' as int) + 1') }} as beyond_from_on
    from {{ relation }}
) as waited
where beyond_from_on <= coalesce({{ until }}, {{ as_of() }})
{%- endmacro %}
