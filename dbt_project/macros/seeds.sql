{#-
    Rows of a seed on Spark. The adapter's own macro, whose place this takes, puts texts between quotes as they are: an
    apostrophe ends them, and an empty cell becomes the word None. A seed that has no rows yet has nothing to insert.
-#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- if not agate_table.rows -%}{{ return('') }}{%- endif -%}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set sql -%}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
            (
            {%- for name in agate_table.column_names -%}
                {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
                cast({{ spark_literal(row[loop.index0]) }} as {{ type }}){{ ', ' if not loop.last }}
            {%- endfor -%}
            ){{ ',' if not loop.last }}
        {% endfor %}
    {%- endset -%}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark_literal(value) -%}
    {%- if value is none -%}null{%- else -%}'{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'{%- endif -%}
{%- endmacro %}
