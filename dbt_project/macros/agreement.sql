{#-
    Agreement of those who reviewed a product, of models `review_variance` and `review_pair`: intraclass correlations of marks, and how far
    marks and verdicts agree beyond chance.
-#}

{#- A figure of those who reviewed products: ratio, error and interval as the model has them. -#}
{% macro agreement_of(measure, model) -%}
    {%- set relation -%}
        (select * from {{ ref(model) }} where figure = '{{ measure }}')
    {%- endset -%}
    {{ return(ratio_of(relation, 'agreed', 'possible', by='scope', measure=measure, counted='products_n', with_error=true)) }}
{%- endmacro %}

{#-
    Agreement beyond chance: 1 less the squared differences seen over those of marks put together at random, of sums over products, without one
    of them where `less` names it. Of one yes or no from each of two reviewers it is Cohen's kappa (1960), of marks his kappa weighted by squares
    (1968); of marks of which any two may be put together, whoever gave them, Krippendorff's alpha of an interval scale (2004).
-#}
{% macro beyond_chance(of, less=none) -%}
    1 - {{ differences_seen(of, less) }} / nullif({{ differences_at_random(of, less) }}, 0)
{%- endmacro %}

{% macro differences_seen(of, less=none) -%}
    ({{ without('judged_n', of, less) }} - {{ of }}.bound_n) * {{ without('difference', of, less) }}
{%- endmacro %}

{% macro differences_at_random(of, less=none) -%}
    cast(
        {{ without('judged_n', of, less) }} * {{ without('square_sum', of, less) }}
        - 2 * {{ without('first_sum', of, less) }} * {{ without('second_sum', of, less) }} as double
    )
{%- endmacro %}

{% macro without(column, of, less) -%}
    {{ '(' ~ of ~ '.' ~ column ~ ' - ' ~ less ~ '.' ~ column ~ ')' if less else of ~ '.' ~ column }}
{%- endmacro %}

{#- Of products that the same two reviewers saw, what `beyond_chance` is made of: their marks, or their verdicts. -#}
{% macro judged_by_two(figure, seen, keys) -%}
    {%- set first, last = 'first_' ~ seen, 'last_' ~ seen -%}
    select
        {{ keys }},
        '{{ figure }}' as figure,
        product_id,
        1 as judged_n,
        0 as bound_n,
        cast(({{ first }} - {{ last }}) * ({{ first }} - {{ last }}) as decimal(24, 8)) as difference,
        {{ first }} * {{ first }} + {{ last }} * {{ last }} as square_sum,
        {{ first }} as first_sum,
        {{ last }} as second_sum
    from {{ ref('review_product') }}
    where is_crossed and reviewers_n = 2
{%- endmacro %}
