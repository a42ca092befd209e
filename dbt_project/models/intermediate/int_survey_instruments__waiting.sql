{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ waiting('survey_instruments') }}
