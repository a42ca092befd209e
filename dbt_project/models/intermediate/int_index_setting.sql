-- How the index of clusters is made, by the settings.
select
    '{{ var("index_normalisation") }}' as normalisation,
    '{{ var("index_aggregation") }}' as aggregation
