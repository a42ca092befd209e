{{ indicator([count_of(ref('fct_education_production'), 'employer_investment_kzt', kind='school_year', by='cluster')]) }}
