"""manage the store: show its contents (stats), free space (gc keep=20G), check it (verify)

An evicted result is rendered again when a render needs it. Starred looks are never evicted.
"""

from collections.abc import Iterator

from collide.base.clock import monotonic
from collide.base.words import several
from collide.cli.request import Request
from collide.run.outside import tallied
from collide.run.session import Session
from collide.store.eviction import GB, MORE, count, evict, gb, limit
from collide.store.index import Index
from collide.store.leases import alone, leased, pinned
from collide.store.verify import check
from collide.syntax.variables import Variable
from collide.syntax.verb import Verb
from collide.unit_limits import Bytes

VERB = Verb(
    examples=("gc keep=20G",),
    variables={
        "keep": Variable(
            Bytes(),
            "the size that gc shrinks the store to",
            "20G",
            without="the store's limit",
        )
    },
    words=1,
    subcommands={
        "stats": "show the contents by kind and by project (the default)",
        "gc": "shrink the store to the size given as keep=; starred looks are always kept",
        "verify": "read every byte and move damaged objects to quarantine",
    },
    of_subcommand={"keep": "gc"},
)


def run(request: Request) -> int:
    """Run the requested subcommand; by default, run stats."""
    actions = {"stats": _stats, "gc": _gc, "verify": _verify}
    word = request.words[0] if request.words else "stats"
    with request.open_house() as session:
        return actions[word](request, session)


def _stats(_: Request, session: Session) -> int:
    index, shared = session.state.index, tallied(session.state)
    held = index.held()
    most = limit(index.store, held)
    print(f"{index.store.root}: {gb(held)} of {gb(most.bytes)}; {most.why}")
    for title, rows in (("by kind", index.kinds()), ("by project", index.projects())):
        print(title)
        for name, number, size in rows:
            what = "object " if number == 1 else "objects"
            print(f"  {name or '?':<16} {number:>6} {what} {gb(size):>10}")
    hits, seconds = index.saved()
    print(f"{several(hits, 'cache hit')} saved {seconds:.0f} s of rendering")
    for text in shared:
        print(text)
    if pins := pinned(index.store):
        print(f"starred looks keep {gb(index.sizes(pins))}")
    if held:
        print(f"to shrink it: doit cache gc keep={_smaller(held)}")
    print(most.fix if most.fix.startswith("a higher") else f"to let it grow: {MORE}")
    return 0


def _smaller(held: int) -> str:
    """Return about half of a size (rounded down to one digit) in a form such as 900M or 10G."""
    unit, name = (GB, "G") if held >= 2 * GB else (10**6, "M")
    half = max(1, held // 2 // unit)
    digit = 10 ** (len(str(half)) - 1)
    return f"{half // digit * digit}{name}"


def _gc(request: Request, session: Session) -> int:
    index = session.state.index
    if not (index.store.root / "version").exists():  # do not create it: the disk may be full
        print(f"the cache at {index.store.root} is empty: there is nothing to free")
        return 0
    held, _ = count(index)
    keep = request.value("keep", limit(index.store, held).bytes)
    went = evict(index, held - keep) if held > keep else 0
    index.store.sweep()
    left, _ = count(index)  # if the disk was full, the index can be written only now
    print(f"{gb(went)} freed, {gb(left)} remain; deleted results can be rendered again")
    if left > keep:
        for text in _kept(index):
            print(text)
    return 0


def _kept(index: Index) -> Iterator[str]:
    """Yield why gc leaves objects in the store."""
    with alone(index.store):
        pins, leases = pinned(index.store), leased(index.store)
    if pins:
        yield f"starred looks keep {gb(index.sizes(pins))}"
    if rest := index.sizes(leases - pins):
        yield f"running renders use {gb(rest)}"


def _verify(_: Request, session: Session) -> int:
    last = [monotonic()]

    def seen(done: int, total: int) -> None:
        if monotonic() - last[0] > 2:
            last[0] = monotonic()
            session.say(f"read {gb(done)} of {gb(total)}")

    health = check(session.state.index, seen)
    for digest in health.damaged:
        print(f"damaged    {digest}: moved to quarantine; rendered again when needed")
    for name in health.unreadable:
        print(f"unreadable {name}: deleted; rebuilt when needed")
    if not health.agreed:
        print("the index did not match the disk: it was rebuilt")
    if health.pins:
        print(f"ERROR: {health.pins}")
    bad = len(health.damaged) + len(health.unreadable) + bool(health.pins)
    verdict = "no damage found" if health.sound else f"{bad} damaged"
    actions = several(health.actions, "action")
    print(f"{several(health.objects, 'object')}, {gb(health.bytes)}, {actions} read: {verdict}")
    return 0 if health.sound else 1
