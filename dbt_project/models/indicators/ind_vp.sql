-- Classes with practicants, and with young main teachers, beside others: of all grades and subjects of a school year together.
with told as (
    {{ country_rows('value_added_class', 'exposure', value='difference_sd', n='pupils_with_n') }}
    where grade is null
)

{{ indicator([
    mart_of('told', "exposure = 'practicant'"),
    mart_of('told', "exposure = 'young_main'", measure='young_main'),
]) }}
