"""render everything that is out of date, overnight: until=07:00; pool=10 keeps ten new pieces ready

Existing projects come first, then new pieces until `pool` of them are ready. In the morning,
cache/nights/latest/report.html lists what was rendered, what failed, and why. With farm=HOST, a
farm's workers render the pieces.
"""

from dataclasses import replace

from collide.base.clock import unix_time
from collide.base.errors import CollideError, InputError
from collide.catalog import knobs
from collide.cli.request import Request
from collide.limits import Range, as_typed
from collide.nights.batches import MAX_PIECES, Batch
from collide.nights.changes import changed, last_night
from collide.nights.child_render import RENDERED
from collide.nights.hired import hired
from collide.nights.morning import NightReport, folder_of, killed_before, write
from collide.nights.overnight import POOL, Night, days, ends, one_night
from collide.nights.queue import Many
from collide.project.look_book import find_look
from collide.project.project import Project
from collide.run.record import RunRecord
from collide.run.session import Session
from collide.store.eviction import evict, limit
from collide.syntax.variables import FARMED, PRESET, PROJECT, Variable
from collide.syntax.verb import Verb
from collide.unit_limits import UNTIL
from collide.views.look_picture import MEDIUM, shot
from collide.views.night_report import report_page

ENDS = "when to stop: a piece that would not be finished by then is not started"
PIECES = Range(0, MAX_PIECES)
POOLED = (
    "the number of new pieces to keep ready, each "
    f"{as_typed(knobs()['duration'].default)} s long by default; for shorter pieces: duration=10"
)
VERB = Verb(
    examples=("until=07:00 pool=10",),
    variables={
        "until": Variable(UNTIL, ENDS, "07:00", required=True),
        "pool": Variable(PIECES, POOLED, "10", default="0"),
        "project": replace(
            PROJECT,
            about="the only project to render; new pieces are named after it",
            without="all projects; new pieces are named night-001 …",
        ),
        "preset": PRESET,
        **FARMED,
    },
    knobs=True,
    without_project="none",
    creates=True,
    pieces=True,
)


def run(request: Request) -> int:
    """Scan the library, render the pieces, update the report after each, and print its path."""
    began = unix_time()
    until, pool = ends(request.value("until"), began), request.value("pool")
    typed = "pool" in request.variables
    if not pool and (request.presets or request.knobs):
        raise InputError(
            "presets and knobs apply only to new pieces",
            why=f"{'with pool=0' if typed else 'without pool='}, no new pieces are created",
            fix=_without_new(request) if typed else request.line(pool="10"),
        )
    batch = Batch(request.workspace, request.project or POOL, request.presets, request.values())
    many = Many(RunRecord(request.project or "", request.typed()), until=until)
    night = Night(many, batch, pool)
    night.check(request.project)
    with one_night(request.workspace) as only, hired(request) as many.hands:
        if not only:
            raise InputError(
                "a night is running already",
                why=f"only one night can run at a time, and another one holds "
                f"{request.workspace.cache}/night.lock",
                fix="see its progress: cache/nights/latest/report.html",
            )
        print(days(began, until))
        report = NightReport(request.line(), began, until, many.outcomes, farm=many.notes)
        report.before = killed_before(request.workspace.cache)
        with request.open_house() as session:
            code = _played(request, session, many, report, night)
    print(many.line())
    return code


def _without_new(request: Request) -> str:
    """Return two lines: a night without new pieces and a night with one new piece."""
    raw = {name: text for name, text in request.raw.items() if name != "preset"}
    old = replace(request, raw=raw, knobs={}).line()
    return f"{old}\nor with new pieces: {request.line(pool='1')}"


def _played(
    request: Request, session: Session, many: Many, report: NightReport, night: Night
) -> int:
    """Scan the library and run the night, updating its report after each piece."""
    folder, stills = folder_of(request.workspace.cache, report.began), dict[str, bytes]()

    before = last_night(request.workspace.cache)

    def write_report() -> None:
        report.weigh(session.state.index)
        report.changed = changed(request.workspace, before, report.outcomes)
        wanted = [(outcome.name, outcome.look) for outcome in report.of(RENDERED)]
        wanted += [(one.name, look) for one in report.changed for look in (one.old, one.new)]
        for name, look in wanted:
            if look not in stills:
                stills[look] = _still(session, name, look)
        write(report, folder, report_page(report, request.workspace.root, folder, stills))

    session.state.require_engine()
    scan = session.clips.scan()
    report.clips = scan.clips + scan.own.total()
    report.new, report.left_out = scan.new, scan.left_out
    write_report()
    try:
        night.play(request.project, write_report)
    except KeyboardInterrupt:
        report.stopped = many.run.stopped = True
        raise
    finally:
        index, held = session.state.index, session.state.index.held()
        if (over := held - limit(index.store, held).bytes) > 0:  # the disk may be fuller now
            evict(index, over)
        report.ended = unix_time()
        write_report()
        code = many.end(request.workspace.cache / "runs")
        for change in report.changed:
            print(f"{change.name} changed since the previous night: {change.why}")
        print(f"the report: {folder / 'report.html'}")
    return code


def _still(session: Session, name: str, prefix: str) -> bytes:
    """Return a picture of a look, or b"" if this fails, because the night must go on."""
    try:
        look = find_look(Project(session.workspace, name), prefix)
        path = shot(session.state, look, MEDIUM)
        return path.read_bytes() if path else b""
    except (CollideError, OSError):
        return b""
