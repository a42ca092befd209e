{{ by_respondent(ref('survey_score'), ['score', 'weight', 'threshold', 'low_third'], 'month', keys=['instrument', 'subscale']) }}
