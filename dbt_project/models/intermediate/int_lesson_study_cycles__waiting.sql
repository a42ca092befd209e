{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ waiting('lesson_study_cycles') }}
