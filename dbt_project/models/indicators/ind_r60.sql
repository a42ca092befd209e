with told as (
    {{ retention_index_rows(60) }}
)

{{ indicator([
    mart_of('told', "level = 'network'"),
    mart_of('told', "level = 'workplace'", measure='workplace'),
    mart_of('told', "level = 'profession'", measure='profession'),
]) }}
