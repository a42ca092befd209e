{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ waiting('education_production_kpis') }}
