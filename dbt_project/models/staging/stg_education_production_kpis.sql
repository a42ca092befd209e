{#- Generated from ingest/contracts by `make generate`; edit the contract instead. -#}
{{ stage('education_production_kpis') }}
