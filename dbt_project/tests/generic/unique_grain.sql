{#-
    What it claims: no two rows agree in all columns of the grain; an absent value is a value.
    When it matters: always; a repeated row is counted twice in every figure above it.
    How to resolve: find the rows with the query below and ask which delivery brought each (`_delivery`, `_row`).
-#}
{% test unique_grain(model, columns) %}
select
    {{ columns | join(', ') }},
    cast(count(*) as bigint) as rows_n
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
