-- What it claims: a school year that has rows of its own in seed `school_terms`, and the default, have terms 1 to 4.
-- When it matters: whenever the seed is edited; an index by quarter takes four terms for twelve months.
-- How to resolve: write down all four terms of the school year.
select
    school_year,
    count(*) as terms_n
from {{ ref('school_terms') }}
group by school_year
having count(*) <> 4 or min(term) <> 1 or max(term) <> 4
