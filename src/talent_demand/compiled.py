"""What takes a second or more to make of code, seeds and packages, kept as Python keeps what it compiled."""

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def compiled(folder: Path, kind: str, sources: Iterable[object], make: Callable[[], T]) -> T:
    """What ``make`` gives, from beside the code in ``folder`` where a process before has left it there.

    It is made of all files of that folder and of ``sources``; one of each ``kind`` is kept. Where nothing can be
    written, or read, it is made.
    """
    digest = hashlib.md5(repr((sys.version, *sources)).encode())
    for file in sorted(folder.glob("*.*")):
        digest.update(file.read_bytes())
    path = folder / "__pycache__" / f"{kind}-{digest.hexdigest()[:16]}.pickle"
    try:
        kept: T = pickle.loads(path.read_bytes())
    except Exception:  # Whatever a file that something else has changed leads to.
        kept = make()
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            # Others go, and with them the drafts of runs that were killed.
            for other in path.parent.glob(f"{kind}-*"):
                other.unlink(missing_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.write_bytes(pickle.dumps(kept))
            draft.replace(path)
    return kept
