"""dbt in processes of its own that need neither import it nor read the project: each is a fork of one that has done so.

Run as a script, this is the process that forks; ``WarmDbt`` talks to it.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


class WarmDbt:
    """Runs dbt on the project as it was read once; ``--vars`` changes what models say, not which there are."""

    def __init__(self):
        """Start the process that reads the project; it ends with this one."""
        self.folder = tempfile.TemporaryDirectory()
        command = [sys.executable, __file__, self.folder.name]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n"

    def run(self, arguments, environment):
        """Run dbt; returns the finished process with its output as text."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            request = {"arguments": arguments, "environment": environment, "out": str(out), "err": str(err)}
            print(json.dumps(request), file=self.server.stdin, flush=True)
            code = int(self.server.stdout.readline())
            return subprocess.CompletedProcess(["dbt", *arguments], code, out.read_text(), err.read_text())


def serve(folder):
    """Fork a process for each line of standard input and answer with its exit code; ``folder``: for what dbt writes."""
    import agate  # noqa: F401
    from dbt.cli.main import dbtRunner

    from talent_demand.places.model import seed_reader
    from talent_demand.skills import model  # noqa: F401

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    read = dbtRunner().invoke(["--quiet", "parse", "--target-path", folder, "--log-path", folder])
    if not read.success:
        raise SystemExit(f"dbt cannot read the project: {read.exception}")
    # Kept for whoever reads places.
    seed_reader()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if not process:
            # Not at once: DuckDB works its log into the warehouse when it is closed.
            sys.exit(run(dbtRunner(read.result), request))
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), file=answers, flush=True)


def run(dbt, request):
    """Run dbt as the request says; returns the exit code of its command line."""
    code = 2
    with contextlib.suppress(SystemExit):
        os.environ.clear()
        os.environ.update(request["environment"])
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT), number)
        finished = dbt.invoke(request["arguments"])
        code = 0 if finished.success else 2 if finished.exception else 1
        print(finished.exception or "", flush=True)
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    os.chdir(PROJECT)
    serve(sys.argv[1])
