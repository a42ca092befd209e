-- Read twice, and as long as all figures together: writing it down costs more than reading the tables again.
{{ config(materialized='view') }}
{{ rows_of('ind_', indicator_codes()) }}
