{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ accepted('education_production_kpis') }}
