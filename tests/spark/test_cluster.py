"""The build on a real cluster, which loses a worker in the middle."""

from cluster import cluster

from conftest import SPARK_DBT, BothEngines

# When this model starts, both workers have tasks behind them and most models are to come.
MIDDLE = "fct_posting_observations"


def test_a_worker_may_die_while_the_project_is_built(tmp_path):
    engines = BothEngines(tmp_path)
    engines.load()
    with cluster(SPARK_DBT.with_name("python"), tmp_path, engines.environment) as (address, workers):
        engines.configure(
            **{
                "spark.master": address,
                "spark.driver.host": "127.0.0.1",
                "spark.driver.memory": "1g",
                "spark.executor.memory": "768m",
            }
        )
        build = engines.start(SPARK_DBT, "--no-use-colors", "build", "--target", "spark")
        output = []
        for line in build.stdout:
            output.append(line)
            if MIDDLE in line and "START" in line:
                # Each worker had an executor, so what dies has work.
                assert all(list((tmp_path / f"worker_{number}").glob("app-*/*")) for number in range(2))
                workers[0].kill()
                workers[0].wait()
                break
        output += build.communicate()[0].splitlines(keepends=True)
        assert build.returncode == 0, "".join(output)
        assert workers[0].returncode == -9 and workers[1].poll() is None
    differences, rows = engines.differences()
    assert not differences
    assert rows > 10_000
