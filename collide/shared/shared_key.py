"""The key of a step on all machines: the SHA-256 of its ingredients.

The ingredients name inputs by SHA-256, because xxh3 (the digest in local keys) does not protect
against crafted collisions.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from collide.base.hashing import canonical
from collide.catalog import Catalog
from collide.project.release import RELEASE
from collide.store.step import TABLE, Input, Job

SCHEMA = 1  # version of the ingredients' format


def shared_name(
    job: Job, engine: tuple[str, str], catalog: Catalog, named: Callable[[Input], str]
) -> str:
    """Return the name of a job's result, which is the same on every machine.

    Args:
        job: the job.
        engine: the digest of the ffmpeg program and its SHA-256.
        catalog: the catalog of the job's instruments.
        named: returns the SHA-256 of an input or raises LookupError if it is unknown.
    """
    here, sha256 = engine
    held: dict[str, Any] = job.ingredients(here, catalog)
    held["inputs"] = {token: _named(one, named) for token, one in job.inputs.items()}
    if "engine" in held:
        held["engine"] = sha256
    ingredients = {"shared": SCHEMA, "release": RELEASE, "step": held}
    return f"step/{hashlib.sha256(canonical(ingredients)).hexdigest()}"


def _named(source: Input, named: Callable[[Input], str]) -> str:
    # each machine computes its own color tables, and their digests are in the code
    return f"table {source.digest}" if source.role == TABLE else named(source)
