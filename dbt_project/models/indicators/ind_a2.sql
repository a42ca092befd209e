{{ indicator([mean_of(ref('fct_outcome_alignment'), 'expert_score', kind='school_year')]) }}
