{{ indicator([share_of(ref('fct_mentoring_meeting'), 'is_protocol_complete', kind='quarter')]) }}
