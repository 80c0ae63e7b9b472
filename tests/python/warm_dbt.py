"""dbt and the scripts in processes of their own that need not import anything: each is a fork of one that has done so.

Run as a script, this is the process that forks; ``WarmDbt`` and ``WarmScripts`` talk to it.
"""

import atexit
import fcntl
import gc
import json
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


class Warm:
    """Runs commands of one kind, each in a process of its own; the one that forks them ends with this one."""

    kind = ""

    def __init__(self):
        """Start the process that forks."""
        command = [sys.executable, __file__, self.kind]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n"

    def run(self, arguments, environment):
        """Run a command; returns the finished process with its output as text."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            request = {"arguments": arguments, "environment": environment, "out": str(out), "err": str(err)}
            print(json.dumps(request), file=self.server.stdin, flush=True)
            code = int(self.server.stdout.readline())
            return subprocess.CompletedProcess([self.kind, *arguments], code, out.read_text(), err.read_text())


class WarmDbt(Warm):
    """Runs dbt on the project as it was read once; ``--vars`` changes what models say, not which there are."""

    kind = "dbt"


class WarmScripts(Warm):
    """Runs the project's scripts: a name and its arguments."""

    kind = "scripts"


def dbt_of():
    """A function that runs dbt and returns its exit code."""
    import agate  # noqa: F401
    import dbt.adapters.duckdb.environments.local
    import dbt.task.build  # noqa: F401
    import dbt_common.clients.agate_helper  # noqa: F401
    import sqlparse  # noqa: F401
    from dbt.cli.main import dbtRunner
    from dbt_common.clients.jinja import template_cache
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    import talent_demand.dbt_plugin
    import talent_demand.fields.model
    import talent_demand.skills.model  # noqa: F401
    from talent_demand.places.model import seed_reader

    # Of several processes the first reads the project's files, and the others what it kept.
    folder = os.environ["PARSED_PROJECT"]
    with Path(folder, "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        read = dbtRunner().invoke(["--quiet", "parse", "--target-path", folder, "--log-path", folder])
    if not read.success:
        raise SystemExit(f"dbt cannot read the project: {read.exception}")
    # What every run would make anew: macros as Python, the reader of places.
    for macro in read.result.macros.values():
        template_cache.get_node_template(macro)
    seed_reader()

    # What dbt would say at the level of debugging costs a tenth of a run, and no test reads it.
    fire = EventManager.fire_event

    def fire_told(manager, event, level=None, **more):
        if (level or event.level_tag()) != EventLevel.DEBUG:
            fire(manager, event, level, **more)

    EventManager.fire_event = fire_told

    def run(arguments):
        # Not at once: DuckDB works its log into the warehouse when it is closed.
        finished = dbtRunner(read.result).invoke(arguments)
        print(finished.exception or "", flush=True)
        return 0 if finished.success else 2 if finished.exception else 1

    return run


def scripts():
    """A function that runs a script and returns its exit code."""
    import pandas  # noqa: F401  # which DuckDB imports to look at what it is given

    import talent_demand.demo
    import talent_demand.export
    import talent_demand.readers.load  # noqa: F401

    def run(arguments):
        sys.argv = [f"scripts/{arguments[0]}.py", *arguments[1:]]
        runpy.run_path(sys.argv[0], run_name="__main__")
        return 0

    return run


def serve(kind):
    """Fork a process for each line of standard input and answer with its exit code."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = dbt_of() if kind == "dbt" else scripts()
    # A fork leaves in place what it need not look at.
    gc.collect()
    gc.freeze()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if not process:
            sys.exit(answered(run, request))
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers, flush=True)


def answered(run, request):
    """Run a command as the request says; returns the exit code that its command line has."""
    os.environ.clear()
    os.environ.update(request["environment"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT), number)
    # At its end DuckDB names all that nothing has collected.
    atexit.register(gc.unfreeze)
    code = run(request["arguments"])
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    os.chdir(PROJECT)
    serve(*sys.argv[1:])
