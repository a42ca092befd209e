{#-
    Agreement of raters, ICC(1) by one-way analysis of variance (Shrout and Fleiss 1979): other raters rate other units, so that what is between
    units is held against all that is within them. Of a relation of units by the sum, the sum of squares and the count of their ratings.
    Where some have more ratings than others, the count of a unit is that of Searle's k0.
-#}
{% macro agreement_of(relation, rating_sum, square_sum, ratings_n, by='institution', measure='agreement') -%}
    {%- set names = {'rating_sum': rating_sum, 'square_sum': square_sum, 'ratings_n': ratings_n} -%}
    {%- set squares = decimal_sum('rating_sum * rating_sum / cast(ratings_n as double)') -%}
    {%- set placed_relation -%}
        (
            select
                scope,
                scope_id,
                period_kind,
                period,
                count(*) as units_n,
                (sum(ratings_n) - cast(sum(ratings_n * ratings_n) as double) / sum(ratings_n)) / nullif(count(*) - 1, 0) as raters_n,
                ({{ squares }} - power(cast(sum(rating_sum) as double), 2) / sum(ratings_n)) / nullif(count(*) - 1, 0) as between_square,
                (sum(square_sum) - {{ squares }}) / nullif(sum(ratings_n) - count(*), 0) as within_square
            from ({{ placed(relation, names, by) }}) as rated
            group by scope, scope_id, period_kind, period
        )
    {%- endset -%}
    {{ return(ratio_of(
        placed_relation, 'between_square - within_square', 'between_square + (raters_n - 1) * within_square', by='scope', measure=measure,
        counted='units_n',
    )) }}
{%- endmacro %}
