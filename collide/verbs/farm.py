"""render many pieces on many machines: run doit farm on this one and doit work HOST on the others

If run again, `doit farm` lists the connected workers. gc keep=200G frees space in the shared store:
the store at COLLIDE_STORE (file:///mnt/nas/collide, s3://… or http://…) or, if COLLIDE_STORE is not
set, the store that this machine serves.
"""

import os
from typing import Any

from collide.base.errors import InputError
from collide.base.words import several
from collide.cli.optional_room import optional
from collide.cli.request import Request
from collide.limits import Range
from collide.store.eviction import gb
from collide.syntax.variables import Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import HOST_AND_PORT
from collide.unit_limits import Bytes

VERB = Verb(
    examples=("address=192.168.0.7",),
    variables={
        "key": toggle("whether to print the path of the farm's key, which is created if missing"),
        "address": Variable(
            HOST_AND_PORT,
            "the address to listen on",
            "192.168.0.7",
            without="this machine's address on the network",
        ),
        "port": Variable(
            Range(1024, 65534),
            "the farm's port; its store uses the next port",
            "8786",
            without="8786",
        ),
        "keep": Variable(
            Bytes(), "the size that gc shrinks the shared store to", "200G", without="refused"
        ),
    },
    words=1,
    subcommands={"gc": "shrink the shared store to the size given as keep="},
    of_subcommand={"keep": "gc"},
)


def run(request: Request) -> int:
    """Run the farm, shrink the shared store, or print the farm key's path."""
    if request.words == ["gc"]:
        return _gc(request)
    if request.value("key"):
        return _key()
    return int(optional("farm.head").head(request))


def _key() -> int:
    """Print the farm key's path and how to copy it; create the key if it is missing."""
    keys = optional("shared.farm_key")
    path = keys.farm_key_path()
    there = path.exists()
    keys.FarmKey.read(path) if there else keys.FarmKey.make(path)
    print(f"{'the farm key:' if there else 'created the farm key:'} {path}")
    print("anyone who has this file can run code on every machine of the farm")
    print(f"copy it only to those machines:  {keys.key_line(path)}")
    return 0


def _store() -> Any:
    """Return the store at COLLIDE_STORE, or this farm's store if COLLIDE_STORE is not set."""
    stores = optional("shared.shared_store")
    if os.environ.get("COLLIDE_STORE", "").strip():
        return stores.open_store()
    folder = optional("farm.farm_place").store_folder()
    if not folder.is_dir():
        raise InputError(
            "there is no shared store to shrink",
            why=f"COLLIDE_STORE is not set, and no farm here has a store: {folder} is missing",
            fix="run it on the machine that runs doit farm\nor name a store: "
            "export COLLIDE_STORE=file:///mnt/nas/collide",
        )
    return stores.SharedStore(
        folder.absolute().as_uri(), optional("shared.farm_key").FarmKey.read()
    )


def _gc(request: Request) -> int:
    """Shrink the shared store to the size `keep=`, or as far as its new objects allow."""
    if "keep" not in request.variables:
        raise InputError(
            "doit farm gc needs keep=",
            why="the store is shared, so the size to keep must be given each time",
            fix="doit farm gc keep=200G",
        )
    store = _store()
    went = optional("shared.store_gc").sweep(store, request.value("keep"), request.raw["keep"])
    what = f"{several(went.objects, 'object')} and {several(went.entries, 'entry', 'entries')}"
    print(f"{store.url}: deleted {gb(went.went)}: {what}; {gb(went.held)} remain")
    if went.held > request.value("keep"):
        keep, new = request.raw["keep"], gb(went.spared)
        print(
            f"  that is more than {keep}: {new} arrived within the last hour and may belong to "
            "pieces being rendered; run the same command later"
        )
    return 0
