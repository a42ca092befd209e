-- Texts nearly like one that somebody else had before. Texts are compared where a band of their signatures is the same, each with the first
-- ones of the authors who had it first: of a text and of all that is like it the earliest counts, and if that is the author's own, it is theirs.
{%- set band = ['scheme_no', 'band_no', 'band_head', 'band_tail'] %}
with text as (
    select
        cast(t.text_no as int) as text_no,
        cast(min(t.text_no) over (partition by t.author_id) as int) as author_no,
        cast(dense_rank() over (order by s.scheme) as smallint) as scheme_no,
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
        cast(row_number() over (partition by {{ band | join(', ') }} order by text_no) as int) as place,
        cast(count(*) over (partition by {{ band | join(', ') }}) as int) as authors_n
    from first_use
),

candidate as (
    select
        b.text_no,
        r.text_no as earlier_no,
        cast(min(r.place) as smallint) as place
    from band as b
    inner join ranked as r
        on b.scheme_no = r.scheme_no and b.band_no = r.band_no and b.band_head = r.band_head and b.band_tail = r.band_tail
    where r.authors_n > 1 and r.place <= {{ var('near_copy_authors') }} and r.text_no < b.text_no
    group by b.text_no, r.text_no
),

-- Those who had a band first are compared first: of a text like one of theirs only what is earlier is asked for then.
compared as (
    {{ compared_texts('(select * from candidate where place = 1)', 'text') }}
),

found as (
    select
        text_no,
        min(earlier_no) as earlier_no
    from compared
    where similarity_share >= {{ threshold('near_copy_share') }}
    group by text_no
),

earlier as (
    select c.*
    from candidate as c
    left join found as f on c.text_no = f.text_no
    where c.place > 1 and coalesce(c.earlier_no < f.earlier_no, true)
),

chosen as (
    select
        *,
        row_number() over (partition by text_no order by earlier_no) as choice
    from (
        select * from compared
        union all
        {{ compared_texts('earlier', 'text') }}
    ) as pair
    where similarity_share >= {{ threshold('near_copy_share') }}
)

select
    cast(text_no as bigint) as text_no,
    cast(earlier_no as bigint) as earlier_no,
    similarity_share
from chosen
where choice = 1 and is_of_another
