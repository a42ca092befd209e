-- Projects of project-based learning by the semester in which they began. When one was tried is not told.
with project as (
    select * from {{ ref('fct_project') }}
    where kind = 'pbl'
)

{{ indicator([share_of('project', 'is_implemented', kind='semester', by='cluster')]) }}
