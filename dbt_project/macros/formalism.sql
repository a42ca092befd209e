{#- Formalism: texts that say nothing, texts of others, and cycles of lesson study from which pupils gain nothing. -#}

{#-
    What lies beside accepted rows of some feeds, under the keys of the rows. relation has _parse, _row, _item, feed and the columns. Rows that
    wait, were replaced or taken back are not here.
-#}
{% macro beside_rows(feeds, relation, columns) -%}
    {%- for feed in feeds %}
select
    '{{ feed }}' as feed,
    concat_ws('|', {{ key_texts(contract_of(feed).staged_key, 'a.') }}) as row_key,
    t.{{ columns | join(',\n    t.') }}
from {{ relation }} as t
inner join {{ ref('int_' ~ feed ~ '__accepted') }} as a
    on t._parse = a._parse and t._row = a._row and t._item = a._item
where t.feed = '{{ feed }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#-
    A signature is 128 least elements of four hex digits each, one after another (ingest/minhash.py); three of them are a word of 48 bits. The
    share of elements that two texts have in common estimates their Jaccard similarity.
-#}
{% macro signature_words(signature) -%}
    {%- for word in range(43) -%}
    {{ word_of('substr(' ~ signature ~ ', ' ~ (word * 12 + 1) ~ ', 12)') }} as word_{{ word }}{{ ',
        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro word_of(digits) %}{{ return(adapter.dispatch('word_of')(digits)) }}{% endmacro %}
{% macro default__word_of(digits) %}cast('0x' || {{ digits }} as bigint){% endmacro %}
{% macro spark__word_of(digits) %}cast(conv({{ digits }}, 16, 10) as bigint){% endmacro %}

{% macro bits_that_differ(one, other) %}{{ return(adapter.dispatch('bits_that_differ')(one, other)) }}{% endmacro %}
{% macro default__bits_that_differ(one, other) %}xor({{ one }}, {{ other }}){% endmacro %}
{% macro spark__bits_that_differ(one, other) %}({{ one }} ^ {{ other }}){% endmacro %}

{#-
    Elements that differ are counted word by word: 0x7FFF added to the lower 15 bits of an element carries into its uppermost one unless all are
    nought, and no further.
-#}
{% macro likeness(one, other) -%}
    {%- set low, high = 0x7FFF7FFF7FFF, 0x800080008000 -%}
    cast(
        128
        {%- for word in range(43) %}
        {%- set bits = bits_that_differ(one ~ '.word_' ~ word, other ~ '.word_' ~ word) %}
        - bit_count(((({{ bits }} & {{ low }}) + {{ low }}) | {{ bits }}) & {{ high }})
        {%- endfor %}
    as double) / 128
{%- endmacro %}

{#- Pairs of texts with what they have in common, and whether the authors are two. -#}
{% macro compared_texts(pairs, relation) -%}
    select
        c.text_no,
        c.earlier_no,
        t.author_no <> e.author_no as is_of_another,
        {{ likeness('t', 'e') }} as similarity_share
    from {{ pairs }} as c
    inner join {{ relation }} as t on c.text_no = t.text_no
    inner join {{ relation }} as e on c.earlier_no = e.text_no
{%- endmacro %}

{#-
    Bands of signatures: 25 of 5 elements each. Two texts of similarity s have one in common with probability 1 - (1 - s^5)^25: .99 at 0.7, .55
    at 0.5, .06 at 0.3. Comparing those that have one is enough, and nobody compares all with all.
-#}
{% macro signature_bands(relation) -%}
    {%- for band in range(25) %}
    select
        text_no,
        author_no,
        scheme_no,
        cast({{ band }} as smallint) as band_no,
        {{ word_of('substr(signature, ' ~ (1 + band * 20) ~ ', 12)') }} as band_head,
        {{ word_of('substr(signature, ' ~ (13 + band * 20) ~ ', 8)') }} as band_tail
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The group that runs a cycle of lesson study: by its name or, where it has none, the school's own for the subject. -#}
{% macro group_of_cycle(cycle) -%}
    coalesce({{ cycle }}.group_id, concat({{ cycle }}.institution_id, ' ', {{ cycle }}.subject))
{%- endmacro %}

{#- Whether pupils gained nothing in a cycle, or in what a column says of the cycle before. -#}
{% macro is_without_gain(gain) %}{{ gain }} <= {{ threshold('W09') }}{% endmacro %}

{#- The kinds of formalism: the feeds that tell of each, and the members that its rows name. -#}
{% macro formalism_kinds() -%}
    {%- set texts = ['practicum_journal', 'lesson_analyses', 'mentoring_meetings'] -%}
    {{ return({
        'empty_protocol': {'feeds': ['lesson_analyses', 'mentoring_meetings', 'lesson_study_cycles'], 'by': 'institution'},
        'exact_copy': {'feeds': texts, 'by': 'both'},
        'near_copy': {'feeds': texts, 'by': 'both'},
        'cycle_without_gain': {'feeds': ['lesson_study_cycles'], 'by': 'both'},
    }) }}
{%- endmacro %}

{#- Feeds by kind, as rows. -#}
{% macro formalism_feeds() -%}
    {%- for kind, facts in formalism_kinds().items() -%}
        {%- set last = loop.last -%}
        {%- for feed in facts.feeds %}
    select
        '{{ kind }}' as kind,
        '{{ feed }}' as feed
    {{ 'union all' if not (last and loop.last) }}
        {%- endfor -%}
    {%- endfor %}
{%- endmacro %}

{#- Figures of each kind, by scope and period from the quarter on: the share of what can be judged, and how much there is to judge. -#}
{% macro formalism_figures() -%}
    {%- set told = [] -%}
    {%- for kind, facts in formalism_kinds().items() -%}
        {%- set rows = '(select * from ' ~ ref('formalism_case') ~ " where kind = '" ~ kind ~ "'" if kind != 'empty_protocol'
            else '(select *, is_protocol_empty as is_formal from ' ~ ref('formalism_protocol') ~ ' where true' -%}
        {%- do told.append(share_of(rows ~ ' and is_formal is not null) as judged', 'is_formal', kind='quarter', by=facts.by, measure=kind)) -%}
        {%- do told.append(count_of(rows ~ ') as eligible', kind='quarter', by=facts.by, measure=kind ~ ' eligible')) -%}
    {%- endfor -%}
    {{ indicator(told) }}
{%- endmacro %}
