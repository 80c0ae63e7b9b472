{% macro var(name, default=none) %}
    {#- dbt's own takes whatever it is given. A setting is of its kind, or the mistake is told; other vars are their users'. -#}
    {%- set value = builtins.var(name) if default is none else builtins.var(name, default) -%}
    {%- set is_list = value is sequence and value is not string and value is not mapping -%}
    {%- set is_number = value is number and value is not boolean and value >= 0 -%}
    {%- if name in [
        'match_reobserved', 'match_same_key', 'match_cross_source',
    ] -%}
        {%- set wanted = 'true or false' if value is not boolean -%}
    {%- elif name in [
        'same_board_similarity', 'same_board_contained_share', 'same_text_similarity', 'contained_text_share',
        'contained_text_similarity', 'teaser_similarity', 'copied_contained_share', 'same_place_similarity',
        'other_title_similarity', 'agency_text_share', 'ai_posts_share',
        'emerging_item_share_added', 'emerging_phrase_share', 'emerging_near_share', 'collection_thin_share',
        'collection_lasting_share', 'collection_step_share', 'collection_holiday_share', 'collection_major_share',
        'collection_told_share', 'collection_missing_text_share', 'weeks_max_estimated_share', 'weeks_max_stray_share',
        'weeks_thin_share', 'trend_end_share', 'trend_min_matched_share', 'trend_max_echo_share', 'trend_false_alarms',
    ] -%}
        {%- set wanted = 'a number from 0 to 1' if not is_number or value > 1 -%}
    {%- elif name in [
        'score_skill_weight', 'score_title_weight', 'ai_core_skill_weight', 'ai_hurdle_least', 'ai_hurdle_most',
        'ai_tools_beside_employer', 'ai_definition_score', 'emerging_min_lift', 'emerging_min_deviations',
        'emerging_min_score', 'collection_deviations', 'weeks_max_stray_rate', 'late_backfill_times',
    ] -%}
        {%- set wanted = 'a number from 0 on' if not is_number -%}
    {%- elif name in [
        'max_days_ahead', 'repost_window_days', 'same_place_days', 'late_max_days', 'late_backfill_min',
        'other_title_min_words', 'title_alone_words', 'teaser_own_words', 'copied_text_min_words', 'passage_min_characters', 'emerging_min_employers',
        'collection_min_postings', 'weeks_min_stray', 'weeks_min_gap', 'trend_min_postings', 'trend_min_mentions', 'trend_min_voices', 'late_min_loads',
        'ai_short_text', 'ai_teaser_text', 'ai_mentions_beside_title', 'role_title_words', 'employer_field_letters',
        'emerging_max_texts', 'emerging_near_characters', 'emerging_terms_kept',
    ] -%}
        {%- set wanted = 'a whole number from 0 on' if not is_number or value is not integer -%}
    {%- elif name in [
        'text_max_characters', 'title_max_characters', 'top_skills_per_week', 'score_full_skill_count', 'page_url_titles',
        'text_neighbours', 'emerging_max_characters', 'collection_weeks', 'collection_long_weeks', 'trend_window_weeks',
        'trend_end_weeks', 'trend_employer_groups', 'late_weeks',
    ] -%}
        {%- set wanted = 'a whole number from 1 on' if not is_number or value is not integer or value < 1 -%}
    {%- elif name in [
        'missing_words', 'text_placeholders', 'posted_words', 'more_than_words', 'taxonomy_editions', 'team_words', 'year_words',
        'title_level_words', 'title_side_words', 'title_gender_endings', 'client_words', 'requisition_words', 'number_signs', 'requisition_number_words', 'requisition_letters',
        'text_level_words', 'title_range_low_words', 'title_range_high_words', 'title_range_joiners',
        'title_words_beside_chiefs', 'title_words_before_employers', 'title_words_of_officers', 'title_words_of_aides',
        'title_words_between_aides_and_chiefs', 'title_words_of_chiefs', 'role_noise_words', 'employer_form_words',
        'employer_country_words', 'employer_generic_words', 'employer_unit_words', 'address_endings', 'employer_field_words',
        'university_words', 'employer_placeholders', 'ai_other_trades', 'ai_planning_trades', 'emerging_list_words',
        'collection_holidays', 'url_tracking_parameters', 'url_passing_parameters',
    ] -%}
        {#- YAML reads no, on and null without quotes as no text. -#}
        {%- set wanted = 'a list of texts (no, on and null in quotes)'
            if not is_list or value | reject('string') | reject('integer') | list -%}
    {%- elif name in ['workplace_words', 'employment_type_words', 'pay_period_words'] -%}
        {%- set wanted = 'a list of terms with their patterns'
            if not is_list or value | reject('mapping') | list or value | rejectattr('patterns', 'defined') | list -%}
    {%- elif name == 'month_names' -%}
        {%- set wanted = 'twelve lists of names' if not is_list or value | length != 12 or value | select('string') | list -%}
    {%- elif name in ['relative_date_units', 'relative_day_words'] -%}
        {%- set wanted = 'lists of words by their days'
            if value is not mapping or value.keys() | map('int', 'no number') | reject('integer') | list
            or value.values() | select('string') | list -%}
    {%- elif name == 'title_word_forms' -%}
        {%- set wanted = 'lists of words by their one name'
            if value is not mapping or value.values() | select('string') | list or value.values() | reject('sequence') | list -%}
    {%- elif name == 'earliest_posted_date' -%}
        {%- set wanted = 'a day, YYYY-MM-DD' if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', value | string) -%}
    {%- endif -%}
    {%- if wanted -%}
        {%- do exceptions.raise_compiler_error('setting ' ~ name ~ ' must be ' ~ wanted ~ ', not ' ~ tojson(value, value)) -%}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}
