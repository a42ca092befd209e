-- Rows of all feeds that wait for a row of another feed, or speak of an institution outside their sender's region. One model,
-- since a model for each feed costs more than the few rows in it.
{% set parts = [] -%}
{% for feed in target_feeds() if contract_of(feed).references or contract_of(feed).sender_scope -%}
    {% do parts.append(feed) -%}
{% endfor -%}
{% for feed in parts %}
    select * from ({{ waiting_rows(feed) }}) as {{ feed }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
