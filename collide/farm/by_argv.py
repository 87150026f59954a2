"""The command-line entry point: `python -m collide make ORDER.json [STORE]` renders an order.

Any queue that runs commands can use it, such as Deadline, OpenCue, Slurm or a shell. `doit export
as=order` writes the order; once the order has been rendered, the same command delivers the piece.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.words import several
from collide.cli.guard import Interrupts
from collide.cli.request import Request
from collide.engine.cancel import Cancel
from collide.engine.programs import find_engine
from collide.farm.answer import DONE, FAILED, VIDEO
from collide.farm.clip_cache import ClipCache
from collide.farm.delivery import bring_home
from collide.farm.farm_place import machine_folder
from collide.farm.making import Workshop, stored_answer
from collide.farm.order import LARGEST, Order, read_order
from collide.farm.packing import AwayError, Packer, StaysError
from collide.plan.exports import output
from collide.shared.exchange_summary import rejections
from collide.shared.farm_key import FarmKey, key_line, swap_line
from collide.shared.shared_store import Missing, SharedStore
from collide.shared.store_url import shared_url
from collide.store.locks import held_now

USAGE = "python -m collide make ORDER.json [STORE]"
MOST = 64  # maximum number of orders in progress on one machine


def make(words: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Render the order in a file and return the exit code: 0 rendered, 1 failed, 3 refused."""
    path, url = _words(words)
    order = read_order(_read(path), str(path))
    key = FarmKey.read()
    _refuse_other_key(order, key)
    store, cancel = SharedStore(url, key), Cancel()
    if interrupts:
        interrupts.stops = cancel.stop
    os.environ.pop("COLLIDE_CACHE", None)  # the private workspace has its own cache
    with _workspace() as root:
        clips = ClipCache(machine_folder() / "clips")
        shop = Workshop(root, clips, find_engine(cancel), os.uname().nodename)
        answer = shop.make(order, store, lambda far: print(f"{order.name} {far}", flush=True))
    if answer.status != DONE:
        print(f"ERROR: {answer.why}", file=sys.stderr)
        return 1 if answer.status == FAILED else 3
    how = "rendered before" if answer.looked_up else f"rendered in {answer.seconds:.1f} s"
    print(
        f"{order.name}: look {answer.look}, {how} by {answer.machine}; the result is in {store.url}"
    )
    if url.startswith("file://") and not shared_url():
        target = path.parent / f"{order.name}.mp4"
        if not target.exists():
            store.get(answer.objects[VIDEO], target)
        print(f"its video: {target}")
    return 0


def _refuse_other_key(order: Order, key: FarmKey) -> None:
    """Raise InputError if the client would not accept results that this machine seals."""
    if order.farm and order.farm != key.sign:
        raise InputError(
            f"this machine has a different farm key from the machine that ordered {order.name}",
            why=f"that machine would not accept a result sealed with {key.path}",
            fix="copy the key from that machine; the key here is kept as .old:\n"
            f"{swap_line(key.path, 'HOST')}",
        )


def _unpacked(request: Request, error: StaysError | AwayError) -> InputError:
    if isinstance(error, AwayError):
        fix = f"once that is fixed: {request.line()}\n"
        fix += f"or store the files next to the order: COLLIDE_STORE= {request.line()}"
    else:
        fix = f"render it here: doit render project={request.project}\n"
        fix += f"or send its scripts too, if they are the reason: {request.line(scripts='true')}"
    why = str(error).partition("\n")[0]
    return InputError(f"{request.project} cannot be exported as an order", why=why, fix=fix)


def export_order(request: Request) -> int:
    """Write a piece's order; if the store already has the result, deliver the piece."""
    key, project = FarmKey.read(), request.existing()
    with request.open(project) as session:
        plan = session.plan_now()
        folder = output(plan.piece, f"{plan.piece.look}-order", "")
        store = SharedStore(shared_url() or _folder_url(folder), key)
        scripts = bool(request.value("scripts"))
        packer = Packer(store, session.state.engine_digest, scripts, request.presets, request.knobs)
        folder.mkdir(parents=True, exist_ok=True)
        plan, _ = packer.prepared(session)
        try:
            order = packer.pack(session, plan)
        except (StaysError, AwayError) as error:
            raise _unpacked(request, error) from None
        session.records = None
    path = folder / "order.json"
    write_whole(path, order.text().encode())
    if answer := stored_answer(order, store):
        try:
            with request.open(project) as session:
                bring_home(session, answer, store)
        except (Missing, OSError) as error:
            raise _lost(project.name, str(error)) from None
        video = project.video.relative_to(request.workspace.root)
        by = f"rendered by {answer.machine} in {answer.seconds:.1f} s"
        print(f"{video}: {by}, look {answer.look}")
        return 0
    print("\n".join([*_next_steps(request, order, path), *_rejected(store)]))
    return 0


def _rejected(store: SharedStore) -> Iterator[str]:
    """Yield lines about rejected results in the store, with a fix if the farm keys differ."""
    if why := rejections(store.counts):
        yield f"a result exists but is not accepted: {why}"
    if store.counts["forged"]:
        yield f"all machines need this machine's key:  {key_line(store.key.path)}"


def _next_steps(request: Request, order: Order, path: Path) -> Iterator[str]:
    relative_path = path.relative_to(request.workspace.root)
    yield f"{relative_path}: look {order.look}, {several(len(order.files), 'file')}"
    if order.scripts:
        yield f"it contains code, which the rendering machine runs: {', '.join(order.scripts)}"
    yield f"render it anywhere:  python -m collide make {quote(str(relative_path))}"
    yield f"then fetch the result, here:  {request.line()}"


def _lost(name: str, why: str) -> InputError:
    return InputError(
        f"the result for {name} cannot be fetched",
        why=why,
        fix=f"render it here: doit render project={name}",
    )


def _words(words: Sequence[str]) -> tuple[Path, str]:
    """Return the order's file and the store's address."""
    if not 1 <= len(words) <= 2 or any(word.startswith("-") for word in words):
        raise InputError(
            f"python -m collide make {' '.join(words)}".rstrip() + " cannot be understood",
            why="it takes an order file and an optional store for the order's files and results: "
            "a folder or an address, as for COLLIDE_STORE (file://, s3://, http://)",
            fix=USAGE,
        )
    path = Path(words[0])
    named = words[1] if len(words) > 1 else shared_url() or str(path.parent)
    return path, named if "://" in named else _folder_url(Path(named))


def _folder_url(folder: Path) -> str:
    return folder.absolute().as_uri()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read",
            why=error.strerror or str(error),
            fix="write an order: doit export project=x as=order",
        ) from None


@contextmanager
def _workspace() -> Iterator[Path]:
    """Yield a free workspace on this machine and lock it until the end of the block."""
    folder = machine_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(1, MOST + 1):
        with held_now(folder / f"make-{number}.lock") as free:
            if free:
                yield folder / f"make-{number}"
                return
    raise InputError(
        f"this machine is already rendering {several(MOST, 'order')}",
        why=f"each has a workspace in {folder}",
        fix="try again when one of them is finished",
    )
