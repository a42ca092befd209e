-- Texts nearly like one that somebody else had before. Texts are compared where a band of their signatures is the same, each with the first
-- ones of the authors who had it first: of a text and of all that is like it the earliest counts, and if that is the author's own, it is theirs.
{%- set band = ['scheme_no', 'band_no', 'band_head', 'band_tail'] %}
with text as (
    select
        t.text_no,
        min(t.text_no) over (partition by t.author_id) as author_no,
        dense_rank() over (order by s.scheme) as scheme_no,
        s.signature,
        {{ signature_words('s.signature') }}
    from {{ ref('formalism_text') }} as t
    inner join {{ ref('int_text_signature') }} as s on t.feed = s.feed and t.record_id = s.row_key
),

band as (
    {{ signature_bands('text') }}
),

first_use as (
    select
        {{ band | join(', ') }},
        author_no,
        min(text_no) as text_no
    from band
    group by {{ band | join(', ') }}, author_no
),

ranked as (
    select
        *,
        row_number() over (partition by {{ band | join(', ') }} order by text_no) as place,
        count(*) over (partition by {{ band | join(', ') }}) as authors_n
    from first_use
),

candidate as (
    select distinct
        b.text_no,
        r.text_no as earlier_no
    from band as b
    inner join ranked as r
        on {% for name in band %}b.{{ name }} = r.{{ name }}{{ ' and ' if not loop.last }}{% endfor %}
    where r.authors_n > 1 and r.place <= {{ var('near_copy_authors') }} and r.text_no < b.text_no
),

compared as (
    select
        c.text_no,
        c.earlier_no,
        t.author_no <> e.author_no as is_of_another,
        {{ likeness('t', 'e') }} as similarity_share
    from candidate as c
    inner join text as t on c.text_no = t.text_no
    inner join text as e on c.earlier_no = e.text_no
),

chosen as (
    select
        *,
        row_number() over (partition by text_no order by earlier_no) as choice
    from compared
    where similarity_share >= {{ threshold('near_copy_share') }}
)

select
    text_no,
    earlier_no,
    similarity_share
from chosen
where choice = 1 and is_of_another
