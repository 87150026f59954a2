"""many machines for many pieces: on this one doit farm, on each other doit work HOST

Said again, it tells who is there. gc keep=200G makes room in the shared store, which is where
COLLIDE_STORE says: file:///mnt/nas/collide, s3://… or http://…; else this machine serves one.
"""

from collide.base.errors import InputError, mistyped
from collide.cli.optional_room import optional
from collide.cli.request import Request
from collide.cli.variables import Variable, toggle
from collide.limits import Range
from collide.run.outside import room
from collide.store.eviction import gb
from collide.text_limits import HOST_AND_PORT, Bytes

VARIABLES = {
    "key": toggle("whether the farm's key is made, where there is none, and where it lies is said"),
    "address": Variable(
        HOST_AND_PORT,
        "the address of this machine that it listens on",
        "192.168.0.7",
        without="the one by which the network reaches it",
    ),
    "port": Variable(
        Range(1024, 65534), "its port; the store has the next one", "8786", without="8786"
    ),
    "keep": Variable(Bytes(), "what gc leaves in the shared store", "200G", without="refused"),
}
WORDS = 1
EXAMPLE = "address=192.168.0.7"  # behind doit farm


def run(request: Request) -> int:
    """Do what was asked of the farm."""
    word = request.words[0] if request.words else ""
    if word == "gc":
        return _gc(request)
    if word or "keep" in request.variables:
        keep = request.raw.get("keep")
        raise mistyped(
            f"doit farm does not know {word!r}" if word else "keep= is for doit farm gc",
            word,
            ["gc"],
            why="there is doit farm alone, gc with keep=, and key=true",
            otherwise=f"doit farm gc keep={keep}" if keep else "doit farm",
        )
    if request.value("key"):
        return _key()
    return int(optional("farm.head").head(request))


def _key() -> int:
    """Make the farm's key where there is none, and say where it lies and how others get it."""
    keys = room("farm_key")
    path = keys.farm_key_path()
    there = path.exists()
    keys.FarmKey.read(path) if there else keys.FarmKey.make(path)
    print(f"{'the farm key is' if there else 'made the farm key:'} {path}")
    print("who has this file may run code on each machine of the farm; copy it to them, and to")
    print(f"nobody else: scp -p {path} HOST:{path}")
    return 0


def _gc(request: Request) -> int:
    """Take away the least recently used of the shared store."""
    if "keep" not in request.variables:
        raise InputError(
            "doit farm gc needs keep=",
            why="the store is shared: how much of it stays is said each time",
            fix="doit farm gc keep=200G",
        )
    stores = room("shared_store")
    store = stores.open_store()
    went = room("store_gc").sweep(store, request.value("keep"))
    what = f"{went.objects} objects and {went.entries} entries"
    print(f"{gb(went.went)} went, {what}; {gb(went.held)} are held")
    return 0
