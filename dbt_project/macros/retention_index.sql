{#- The figures of an index from counts: what the marts by cohort and by quarter share. -#}

{#-
    CTEs `shared` and `sized` of a relation with retained_n, base_n, base_institutions_n and the sums over institutions.

    deff: between-institution variance of the ratio R / N over its binomial variance. With r and n of each of J institutions it
    is J / (J - 1) x sum (r N - n R)^2 / (N R (N - R)); the sums are whole numbers up to the division.
-#}
{% macro index_shares(relation) -%}
shared as (
    select
        *,
        cast(retained_n as double) / base_n as share,
        case
            when base_institutions_n >= {{ minimum_n('cluster_interval') }}
                then
                    case
                        when retained_n = 0 or retained_n = base_n then cast(1 as double)
                        else greatest(
                            cast(1 as double),
                            cast(base_institutions_n as double) / (base_institutions_n - 1)
                            * cast(
                                retained_squared_n * base_n * base_n
                                - 2 * retained_by_base_n * retained_n * base_n
                                + base_squared_n * retained_n * retained_n
                                as double
                            ) / (cast(base_n as double) * retained_n * (base_n - retained_n))
                        )
                    end
        end as deff
    from {{ relation }}
),

sized as (
    select
        *,
        cast(base_n as double) as n,
        cast(base_n as double) / deff as n_cluster,
        -- Under 20 institutions there is no interval, and no quantile is asked for.
        {{ t95('nullif(base_institutions_n - 1, 0)') }} as t_cluster
    from shared
)
{%- endmacro %}

{#- Columns of the index from the CTE `sized`, joined as `s`. -#}
{% macro index_figures(s) -%}
{{ s }}.share as index_share,
    {{ wilson_low(s ~ '.share', s ~ '.n') }} as index_ci_low,
    {{ wilson_high(s ~ '.share', s ~ '.n') }} as index_ci_high,
    {{ wilson_low(s ~ '.share', s ~ '.n_cluster', s ~ '.t_cluster') }} as index_cluster_ci_low,
    {{ wilson_high(s ~ '.share', s ~ '.n_cluster', s ~ '.t_cluster') }} as index_cluster_ci_high,
    cast({{ s }}.retained_n as double) / nullif({{ s }}.hired_n - {{ s }}.removed_n, 0) as bound_low_share,
    cast({{ s }}.retained_n + {{ s }}.unknown_n as double) / nullif({{ s }}.hired_n - {{ s }}.removed_n, 0) as bound_high_share
{%- endmacro %}
