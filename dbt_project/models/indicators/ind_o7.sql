{{ indicator([count_of(ref('indicator_training'), kind='school_year', unit='shared_no')]) }}
