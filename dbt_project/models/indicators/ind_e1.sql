{{ indicator([count_of(ref('fct_education_production'), 'learners_n', kind='school_year', by='cluster')]) }}
