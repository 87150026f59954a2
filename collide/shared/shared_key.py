"""The key of a step on all machines: SHA-256 of its ingredients, its inputs named by SHA-256.

Local keys hold xxh3 digests, which do not protect against crafted collisions.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from collide.base.hashing import canonical
from collide.catalog import Catalog
from collide.project.release import RELEASE
from collide.store.step import TABLE, Input, Job

SCHEMA = 1  # of the name of an entry


def shared_name(
    job: Job, engine: tuple[str, str], catalog: Catalog, named: Callable[[Input], str]
) -> str:
    """Return the name of what a job makes, the same on each machine.

    Args:
        job: the job.
        engine: the digest of the ffmpeg, and its SHA-256.
        catalog: of its instruments.
        named: returns the SHA-256 of an input; LookupError if it is unknown.
    """
    here, sha256 = engine
    held: dict[str, Any] = job.ingredients(here, catalog)
    held["inputs"] = {token: _named(one, named) for token, one in job.inputs.items()}
    if "engine" in held:
        held["engine"] = sha256
    ingredients = {"shared": SCHEMA, "release": RELEASE, "step": held}
    return f"step/{hashlib.sha256(canonical(ingredients)).hexdigest()}"


def _named(source: Input, named: Callable[[Input], str]) -> str:
    # a table of colors is worked out by each machine, and its digest stands in the code
    return f"table {source.digest}" if source.role == TABLE else named(source)
