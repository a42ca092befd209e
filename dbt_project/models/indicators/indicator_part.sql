{%- for code in indicator_codes() %}
select * from {{ ref('ind_' ~ code) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
