"""the store: its content (stats), free space (gc keep=20G), a check of every byte (verify)

Evicted results keep their keys: nothing becomes stale, and they are made again if they must be
read.
"""

from collide.base.clock import monotonic
from collide.base.errors import InputError, mistyped
from collide.cli.request import Request
from collide.cli.variables import Variable
from collide.run.outside import tallied
from collide.run.session import Session
from collide.store.eviction import count, evict, gb, limit
from collide.store.leases import pinned
from collide.store.verify import check
from collide.text_limits import Bytes

EXAMPLE = "gc keep=20G"  # behind doit cache
VARIABLES = {"keep": Variable(Bytes(), "what gc leaves", "20G", without="the limit of the store")}
WORDS = 1


def run(request: Request) -> int:
    """Run a command on the store; without a word, print its statistics."""
    asked = {"stats": _stats, "gc": _gc, "verify": _verify}
    word = request.words[0] if request.words else "stats"
    if word not in asked:
        raise mistyped(
            f"doit cache does not know {word!r}",
            word,
            asked,
            why="there is " + ", ".join(asked),
            otherwise="see what it holds: doit cache stats",
        )
    if "keep" in request.variables and word != "gc":
        raise InputError(
            f"doit cache {word} has no keep=", why="only gc makes room", fix=request.line()
        )
    with request.open_house() as session:
        return asked[word](request, session)


def _stats(_: Request, session: Session) -> int:
    index, shared = session.state.index, tallied(session.state)
    held = index.held()
    most = limit(index.store, held)
    print(f"{index.store.root}: {gb(held)} of {gb(most.bytes)}; {most.why}")
    for title, rows in (("by kind", index.kinds()), ("by project", index.projects())):
        print(title)
        for name, number, size in rows:
            print(f"  {name or '?':<16} {number:>6} objects {gb(size):>10}")
    hits, seconds = index.saved()
    print(f"taken from the store {hits} times, {seconds:.0f} s of rendering saved")
    for text in shared:
        print(text)
    if pins := pinned(index.store):
        print(f"starred looks keep {gb(index.sizes(pins))}")
    print(most.fix)
    return 0


def _gc(request: Request, session: Session) -> int:
    index = session.state.index
    held, _ = count(index)
    keep = request.value("keep", limit(index.store, held).bytes)
    went = evict(index, held - keep) if held > keep else 0
    index.store.sweep()
    print(f"{gb(went)} went, {gb(held - went)} are held; what went is known, and can be made again")
    if held - went > keep:
        print("the rest is needed by what renders now, or starred")
    return 0


def _verify(_: Request, session: Session) -> int:
    last = [monotonic()]

    def seen(done: int, total: int) -> None:
        if monotonic() - last[0] > 2:
            last[0] = monotonic()
            session.say(f"read {gb(done)} of {gb(total)}")

    health = check(session.state.index, seen)
    for digest in health.damaged:
        print(f"damaged    {digest}: in quarantine; made again when it must be read")
    for name in health.unreadable:
        print(f"unreadable {name}: taken away; found out again when it is needed")
    if not health.agreed:
        print("the index did not say what is on the disk: it was read again")
    if health.pins:
        print(f"ERROR: {health.pins}")
    bad = len(health.damaged) + len(health.unreadable) + bool(health.pins)
    found = "all is as it was written" if health.sound else f"{bad} damaged"
    print(f"{health.objects} objects, {gb(health.bytes)}, {health.actions} actions read: {found}")
    return 0 if health.sound else 1
