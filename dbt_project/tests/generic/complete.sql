{#-
    What it claims: every one of the columns has a value in every row.
    When it matters: a seed is edited by hand, and an empty cell reads as null.
    How to resolve: fill the cell; the failing rows are shown.
-#}
{% test complete(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
