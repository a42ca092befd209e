-- Plans uploaded, comments and online sessions: what is done on the platform, logins and cards aside.
{{ indicator([
    count_of(ref('indicator_activity'), 'plans_n + comments_n + sessions_n', kind='month'),
    count_of(ref('indicator_activity'), 'plans_n', kind='month', measure='plans'),
    count_of(ref('indicator_activity'), 'comments_n', kind='month', measure='comments'),
    count_of(ref('indicator_activity'), 'sessions_n', kind='month', measure='sessions'),
]) }}
