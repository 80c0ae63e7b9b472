"""Answer questions with MetricFlow: a JSON list of [metric, dimensions, condition] in, a list of lists of rows out.

A program of its own, as it needs the packages of requirements-metrics.lock. Argument: the semantic manifest.
"""

import json
import sys
from pathlib import Path

from dbt.adapters.factory import get_adapter_by_type
from dbt_metricflow.cli.dbt_connectors.adapter_backed_client import AdapterBackedSqlClient
from dbt_metricflow.cli.dbt_connectors.dbt_config_accessor import dbtProjectMetadata
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Read the questions from standard input and write the answers to standard output, last value the metric's."""
    questions = json.load(sys.stdin)
    project = dbtProjectMetadata.load_from_paths(PROJECT, PROJECT)
    manifest = parse_manifest_from_dbt_generated_manifest(Path(sys.argv[1]).read_text(encoding="utf-8"))
    adapter = get_adapter_by_type(project.profile.credentials.type)
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), AdapterBackedSqlClient(adapter))
    answers = []
    for metric, dimensions, condition in questions:
        table = engine.query(
            MetricFlowQueryRequest.create(
                metric_names=[metric],
                group_by_names=dimensions,
                where_constraints=[condition] if condition else None,
            )
        ).result_df
        places = [table.column_name_index(name) for name in [*dimensions, metric]]
        answers.append([[row[place] for place in places] for row in table.rows])
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    main()
