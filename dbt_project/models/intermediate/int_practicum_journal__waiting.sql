{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ waiting('practicum_journal') }}
