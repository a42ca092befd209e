{{ indicator([share_of(ref('indicator_psychology'), 'has_post')]) }}
