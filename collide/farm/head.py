"""`doit farm`: runs the scheduler and the store of a farm until Ctrl-C, or lists its workers."""

from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any

from collide.base.clock import sleep
from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.cli.request import Request
from collide.engine.programs import find_engine
from collide.farm.farm_place import PORT, NoFarmError, Place, StrangerError, engine, machine_folder
from collide.farm.machines import Machine, unfit
from collide.shared.farm_key import FarmKey, farm_key_path
from collide.shared.store_server import StoreServer
from collide.shared.store_url import plain_url, shared_url

LOOK = 2.0  # seconds between two looks who has come and gone


def head(request: Request) -> int:
    """Say who is there, where a farm runs here; else be one until Ctrl-C."""
    dask = engine()
    key = _key()
    address = request.value("address") or _own_address(dask)
    place = Place(address, request.value("port", PORT))
    try:
        workers = dask.workers_of(place.address, key.path, 2.0)
    except StrangerError:
        raise _taken(place) from None
    except NoFarmError:
        return _served(request, dask, place, key)
    print("\n".join(_roster(place, workers)))
    return 0


def _key() -> FarmKey:
    """Return the farm's key, made where there is none."""
    path = farm_key_path()
    if path.exists():
        return FarmKey.read(path)
    print(f"made the farm's key: {path}")
    return FarmKey.make(path)


def _own_address(dask: Any) -> str:
    """Return the address by which others of the network reach this machine."""
    try:
        return str(dask.own_address(""))
    except OSError:
        return "127.0.0.1"


def _roster(place: Place, workers: list[Machine]) -> list[str]:
    """Return who is there, a line each, and who is left out."""
    if not workers:
        return [f"a farm runs here, at {place.typed}, and no worker has joined yet", *_join(place)]
    cores = sum(machine.cores for machine in workers)
    count = f"{len(workers)} worker{'s' if len(workers) > 1 else ''}, {cores} cores"
    ours = digest_file(find_engine().path)
    return [
        f"a farm runs here, at {place.typed}: {count}",
        *(machine.line() for machine in workers),
        *unfit(workers, ours),
    ]


def _join(place: Place) -> list[str]:
    """Return the lines for the other machines."""
    path = farm_key_path()
    return [
        f"on each other machine:  doit work {place.typed}",
        f"and once before that, the key:  scp -p {path} THAT-MACHINE:{_home(path)}",
        "who has the key may run programs on every machine of the farm",
    ]


def _home(path: Path) -> str:
    """Return a path as another machine's scp takes it."""
    try:
        return str(path.relative_to(Path.home()))
    except ValueError:
        return str(path)


def _served(request: Request, dask: Any, place: Place, key: FarmKey) -> int:
    """Serve the scheduler, and the store unless COLLIDE_STORE names another, until Ctrl-C."""
    ready, ended, troubles = Event(), Event(), list[Exception]()

    def live() -> None:
        try:
            dask.schedule(place.host, place.port, key.path, ready.set, ended)
        except (OSError, RuntimeError) as error:  # which dask makes of an OSError
            troubles.append(error)
        finally:
            ready.set()

    with ExitStack() as stack:
        if not shared_url():
            stack.callback(_store(place, key).end)
        thread = Thread(target=live, daemon=True)
        thread.start()
        stack.callback(thread.join, 10)
        stack.callback(ended.set)
        ready.wait()
        if troubles:
            raise _taken(place, str(troubles[0].__cause__ or troubles[0])) from None
        kept = plain_url(shared_url()) if shared_url() else f"{machine_folder() / 'store'}"
        print(f"the farm is ready at {place.typed}; what is made goes through {kept}")
        print("\n".join([*_join(place), "it ends by Ctrl-C"]))
        print(f"then:  doit night until=07:00 pool=10 farm={place.typed}")
        _watch(request, dask, place, key)
    return 0


def _watch(request: Request, dask: Any, place: Place, key: FarmKey) -> None:
    """Say who comes and who goes, until it is stopped."""
    there: dict[str, Machine] = {}
    while not request.context.cancel.stopped:
        sleep(LOOK)
        try:
            now = {machine.address: machine for machine in dask.workers_of(place.address, key.path)}
        except (NoFarmError, StrangerError):
            continue
        for address in now.keys() - there.keys():
            print(f"came: {now[address].line()}")
        for address in there.keys() - now.keys():
            print(f"gone: {there[address].name}")
        there = now


def _store(place: Place, key: FarmKey) -> StoreServer:
    folder = machine_folder() / "store"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return StoreServer(folder, key, place.host, place.port + 1).begin()
    except OSError as error:
        raise _taken(Place(place.host, place.port + 1), str(error.strerror)) from None


def _taken(place: Place, why: str = "another program listens there") -> InputError:
    return InputError(
        f"the farm cannot be at {place.address}",
        why=why,
        fix=f"doit farm port={place.port + 10}, and doit work {place.host}:{place.port + 10}",
    )
