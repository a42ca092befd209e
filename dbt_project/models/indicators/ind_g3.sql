-- The last attestation in a year of who is in a teaching post, and the months to a higher category: from the attestation that gave the one
-- before or, of the first that is given after the entry, from the first day as a teacher. Whose earlier attestation, or first day, nobody
-- tells has none.
with raised as (
    select
        a.person_id,
        a.attested_on,
        coalesce(
            lag(a.attested_on) over (partition by a.person_id order by a.attested_on),
            case when a.category_from in ('none', 'pedagogue') and s.is_proved then s.began_on end
        ) as from_on
    from {{ ref('fct_attestation') }} as a
    left join {{ ref('int_teaching_start') }} as s on a.person_id = s.person_id
    where a.is_passed and a.category_to <> a.category_from
),

told as (
    select
        a.institution_id,
        a.school_year,
        a.person_id,
        a.is_passed,
        a.attested_on = max(a.attested_on) over (partition by a.person_id, a.school_year) as is_last,
        concat(a.person_id, ' ', cast(a.attested_on as {{ dbt.type_string() }})) as unit,
        cast({{ days_between('r.from_on', 'r.attested_on') }} * 48 as double) / 1461 as months_n
    from {{ ref('indicator_attestation') }} as a
    left join raised as r on a.person_id = r.person_id and a.attested_on = r.attested_on
),

latest as (
    select * from told
    where is_last
)

{{ indicator([
    share_of('latest', 'is_passed', kind='school_year', unit='person_id'),
    mean_of('told', 'months_n', kind='school_year', unit='unit', measure='months_to_next'),
]) }}
