{#- A table whose inputs are what they were when it was made is not made again. Its inputs are the rules (macro start_build)
    and the contents of what it reads: of a table or seed a hash of its rows, so that one that came out the same makes
    none of its readers anew, or of its keys, where rows were added by a key that says all; of a view those of all
    that it reads; of a source a hash of its rows. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set relations = unchanged() -%}
    {%- if relations or model.language == 'python' -%}
        {#- Not called as a macro: dbt runs Python models at a certain depth of macros alone. -#}
        {{ return(relations or dbt.materialization_table_duckdb.call_macro()) }}
    {%- endif -%}

    {#- dbt-duckdb's own makes the table under another name, renames both and drops the old one, each in a macro called by
        the adapter, which takes longer than most tables. DuckDB replaces a table in one transaction. -#}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if existing %}
            drop {{ existing.type }} {{ existing }} cascade;
        {% endif -%}
        {{ create_table_as(False, target_relation, sql) }}
    {%- endcall -%}
    {%- do create_indexes(target_relation) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ return(unchanged() or dbt.materialization_incremental_duckdb.call_macro()) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{ return(unchanged() or dbt.materialization_view_default.call_macro()) }}
{% endmaterialization %}


{% materialization seed, adapter='duckdb' %}
    {{ return(unchanged() or dbt.materialization_seed_default.call_macro()) }}
{% endmaterialization %}


{% macro unchanged() %}
    {%- set rules = graph.get('rules') -%}
    {%- if not rules -%}
        {{ return(none) }}
    {%- endif -%}
    {#- Rows of intermediate.made_tables by nodes' ids; what was made in this build is looked up once more. -#}
    {%- set made = graph['made'] -%}
    {#- Never twice the same: stands for contents that cannot be compared. -#}
    {%- set unknown = invocation_id ~ ' ' ~ model.unique_id -%}
    {%- set contents_of = "select md5(concat_ws(' ', count(*), sum(hash(each)::hugeint), bit_xor(hash(each)))) from " -%}

    {%- set inputs = [rules] -%}
    {%- set rules_of_inputs = [] -%}
    {%- set read = model.depends_on.get('nodes', []) | list -%}
    {%- for id in read -%}
        {%- set parent = graph.nodes.get(id) or graph.sources[id] -%}
        {%- if 'contents' not in made.get(id, {}) -%}
            {%- set found = run_query(
                contents_of ~ api.Relation.create(parent.database, parent.schema, parent.identifier) ~ ' as each'
                if parent.resource_type == 'source'
                else "select contents, rules from intermediate.made_tables where unique_id = '" ~ id ~ "'"
            ).rows -%}
            {%- do made.update({id: {
                'contents': found[0][0] if found else unknown,
                'rules': rules if parent.resource_type == 'source' else found[0][1] if found,
            }}) -%}
        {%- endif -%}
        {%- do inputs.append(made[id]['contents']) -%}
        {%- do rules_of_inputs.append(made[id]['rules']) -%}
        {%- if parent.config.get('materialized') == 'view' -%}
            {%- do read.extend(parent.depends_on.nodes) -%}
            {#- A view that was made by other rules reads who knows what. -#}
            {%- do inputs.append('' if made[id]['contents'] == rules else unknown) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- What the clock, chance or a file says cannot be compared. -#}
    {%- if modules.re.search(
        'run_started_at|invocation_id|\\b(?:current_|local)(?:date|time)|'
        ~ '\\b(?:now|today|random|uuid|gen_random_uuid|nextval|getenv|glob|read_(?:csv|json|parquet|text|blob)[a-z_]*) *\\(',
        (model.raw_code ~ model.get('compiled_code', '')) | lower
    ) -%}
        {%- do inputs.append(unknown) -%}
    {%- endif -%}
    {#- Seeds are always loaded whole. -#}
    {%- set is_part = (flags.EMPTY or invocation_args_dict.get('sample')) and model.resource_type != 'seed' -%}
    {%- set is_known = unknown not in inputs and not is_part -%}
    {#- Rows that are kept are of the rules that made all that they were read from. -#}
    {%- set is_of_rules = rules_of_inputs | reject('equalto', rules) | list | length == 0 and not is_part -%}
    {%- set inputs = local_md5(inputs | join(' ')) -%}
    {%- set is_view = config.get('materialized') == 'view' -%}

    {%- set relation = load_cached_relation(this) -%}
    {%- set is_made = relation is not none and relation.is_view == is_view -%}
    {%- if is_made and is_known and not (flags.FULL_REFRESH or flags.WHICH == 'seed') and made.get(model.unique_id, {}).get('inputs') == inputs -%}
        {%- call noop_statement('main', 'unchanged') -%}{%- endcall -%}
        {#- dbt asks this of each seed. -#}
        {%- do store_result('agate_table', response='unchanged') -%}
        {{ return({'relations': [relation]}) }}
    {%- endif -%}

    {#- Of rows that are only added the keys say all, beside what the first of them were made of. -#}
    {%- set keys = config.get('unique_key') if config.get('incremental_strategy') == 'append' else none -%}
    {%- set is_added = keys and is_made and not should_full_refresh() -%}
    {%- set origin = made[model.unique_id].contents.split(' ')[0] if is_added else local_md5(inputs if is_known else unknown) -%}
    {#- Told with the table, in one transaction. What was made of a part of the rows is of no use to the next build. -#}
    {%- do made.update({model.unique_id: {'rules': made.get(model.unique_id, {}).get('rules')}}) -%}
    {%- do post_hooks.append({
        'transaction': true,
        'sql': 'insert or replace into intermediate.made_tables values ('
        ~ dbt.string_literal(model.unique_id) ~ ', '
        ~ dbt.string_literal(rules if is_of_rules else '') ~ ', '
        ~ dbt.string_literal(inputs if is_known else '') ~ ', '
        ~ (
            dbt.string_literal(rules if is_known else unknown) if is_view
            else "'" ~ origin ~ " ' || (" ~ contents_of
            ~ '(select ' ~ (keys if keys is string else keys | join(', ')) ~ ' from ' ~ this ~ ') as each)' if keys
            else '(' ~ contents_of ~ this ~ ' as each)'
        ) ~ ')',
    }) -%}
    {{ return(none) }}
{% endmacro %}
