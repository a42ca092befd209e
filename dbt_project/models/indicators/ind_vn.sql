-- What joining a network changes, by the school year of the results; nobody can say it of one network.
with told as (
    {{ country_rows('network_effect', 'outcome', value='effect_value', n='institutions_n', year='aggregation_value') }}
    where aggregation = 'calendar'
)

{{ indicator([
    mart_of('told', "outcome = 'score'"),
    mart_of('told', "outcome = 'residual'", measure='residual'),
]) }}
