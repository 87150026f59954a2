"""`doit farm` runs the scheduler and the store of a farm until Ctrl-C, or lists its workers."""

from contextlib import ExitStack, suppress
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any

from collide.base.clock import sleep
from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.words import several
from collide.cli.request import Request
from collide.engine.programs import find_engine
from collide.farm.farm_place import (
    PORT,
    NoFarmError,
    Place,
    StrangerError,
    engine,
    refuse_half,
    store_folder,
)
from collide.farm.machines import Machine, fitting, namesakes, rate, unfit
from collide.farm.networks import HERE, can_listen, network_addresses, own_address
from collide.farm.strangers import who_listens
from collide.shared.farm_key import FarmKey, farm_key_path, key_line
from collide.shared.store_server import StoreServer
from collide.shared.store_url import plain_url, shared_url

LAST = 65534  # the highest port of a scheduler
LOOK = 2.0  # seconds between checks for joined and departed workers


def head(request: Request) -> int:
    """List the workers if a farm is already running here; otherwise run a farm until Ctrl-C."""
    dask = engine()
    key = _key()
    place = Place(request.value("address") or own_address(), request.value("port", PORT))
    if "address" in request.variables:
        _refuse_address(request, place)
    try:
        workers = dask.workers_of(place.address, key.path, 2.0)
    except StrangerError:
        raise _taken(place, f"there {who_listens(place, key.path).value}", request) from None
    except NoFarmError:
        try:
            return _served(request, dask, place, key)
        except _TakenError as error:
            workers = _begun_meanwhile(dask, place, key, error)
    print("\n".join(_roster(place, workers)))
    return 0


def _begun_meanwhile(dask: Any, place: Place, key: FarmKey, error: InputError) -> list[Machine]:
    """Return the workers of a farm that was just started here; otherwise raise `error`."""
    if _listens_not(place):
        raise error
    try:
        workers: list[Machine] = dask.workers_of(place.address, key.path)
    except (NoFarmError, StrangerError):
        raise error from None
    return workers


def _key() -> FarmKey:
    """Return the farm's key; create it if it does not exist."""
    path = farm_key_path()
    if path.exists():
        return FarmKey.read(path)
    print(f"created the farm's key: {path}")
    return FarmKey.make(path)


def _roster(place: Place, workers: list[Machine]) -> list[str]:
    """Return lines that list the workers, or that say how to join if there are no workers."""
    if not workers:
        running = f"a farm is running here, at {place.typed}"
        return [f"{running}, and no worker has joined yet", *_join(place)]
    ours, fast = digest_file(find_engine().path), rate(workers)
    able = fitting(workers, ours)
    count = f"{several(len(able), 'worker')}, {sum(machine.cores for machine in able)} cores"
    if len(able) < len(workers):
        count += f" ({len(workers) - len(able)} left out)"
    return [
        f"a farm is running here, at {place.typed}: {count}{f', {fast}' if fast else ''}",
        *(machine.line() for machine in workers),
        *unfit(workers, ours),
        *namesakes(workers, place.typed),
    ]


def _join(place: Place) -> list[str]:
    """Return the lines that say how other machines join."""
    return [
        f"run once per machine, here:  {key_line(farm_key_path())}",
        f"then run, on that machine:  doit work {place.typed}",
        "anyone who has the key can run programs on every machine of the farm",
    ]


def _served(request: Request, dask: Any, place: Place, key: FarmKey) -> int:
    """Serve the scheduler until Ctrl-C, and the farm's own store unless COLLIDE_STORE is set."""
    _refuse_taken(request, place)
    ready, ended, troubles = Event(), Event(), list[Exception]()

    def live() -> None:
        try:
            dask.schedule(place.host, place.port, key.path, ready.set, ended)
        except (OSError, RuntimeError) as error:  # dask turns an OSError into a RuntimeError
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
            raise _taken(place, str(troubles[0].__cause__ or troubles[0]), request) from None
        kept = plain_url(shared_url()) if shared_url() else f"{store_folder()}"
        print(f"the farm is ready at {place.typed}; results go through {kept}")
        print("\n".join(_join(place)))
        print(f"then run, here:  doit render project=a,b,c farm={place.typed}")
        print(f"or               doit night until=07:00 pool=10 farm={place.typed}")
        if not shared_url():
            print(f"to use its store for other renders too:  export COLLIDE_STORE={place.store}")
        if place.host == HERE and "address" not in request.variables:
            print("no network was found: only this machine can reach the farm")
            print("to let other machines reach it:  doit farm address=…")
        print("Ctrl-C ends it")
        _watch(request, dask, place, key)
    return 0


def _watch(request: Request, dask: Any, place: Place, key: FarmKey) -> None:
    """Print which workers join and leave, until stopped."""
    there: dict[str, Machine] = {}
    while not request.context.cancel.stopped:
        sleep(LOOK)
        try:
            now = {machine.address: machine for machine in dask.workers_of(place.address, key.path)}
        except (NoFarmError, StrangerError):
            continue
        for address in now.keys() - there.keys():
            print(f"joined: {now[address].line()}")
        for address in there.keys() - now.keys():
            print(f"left: {there[address].name}")
        there = now


def _store(place: Place, key: FarmKey) -> StoreServer:
    folder = store_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return StoreServer(folder, key, place.host, place.port + 1).begin()
    except OSError as error:
        raise _taken(place, f"its store, at {place.store}: {error.strerror}") from None


class _TakenError(InputError):
    """Raised if a farm cannot listen on one of its ports."""


def _taken(
    place: Place, why: str = "another program listens there", request: Request | None = None
) -> _TakenError:
    """Return the error for an unusable port, which suggests a free port if one is found."""
    ports = range(place.port + 10, min(place.port + 1000, LAST), 10)
    other = Place(place.host, place.port + 10)
    with suppress(OSError):
        free = (one for one in (Place(place.host, port) for port in ports) if _is_free(one))
        other = next(free, other)
    address = f"address={place.host} " if request and "address" in request.variables else ""
    return _TakenError(
        f"the farm cannot use {place.address}",
        why=why,
        fix=f"doit farm {address}port={other.port}\nand on the workers: doit work {other.typed}",
    )


def _refuse_taken(request: Request, place: Place) -> None:
    """Raise InputError if one of the farm's ports is taken."""
    for port in _ports(place):
        if not can_listen(place.host, port):
            what = "" if port == place.port else ", where its store would be"
            address = Place(place.host, port).address
            raise _taken(place, f"another program listens at {address}{what}", request)


def _ports(place: Place) -> tuple[int, ...]:
    """Return the scheduler's port, and the port of the farm's store unless COLLIDE_STORE is set."""
    return (place.port,) if shared_url() else (place.port, place.port + 1)


def _is_free(place: Place) -> bool:
    return all(can_listen(place.host, port) for port in _ports(place))


def _refuse_address(request: Request, place: Place) -> None:
    """Raise InputError if the address is not this machine's or stands for several addresses."""
    refuse_half(place.host)
    port = f" port={place.port}" if "port" in request.variables else ""
    own = network_addresses() or [HERE]
    fix = "\nor ".join(f"doit farm address={one}{port}" for one in own)
    try:
        if not _is_any(place.host) and can_listen(place.host, 0):
            return
    except OSError as error:
        raise InputError(
            f"there is no machine called {place.host}",
            why=error.strerror or str(error),
            fix=fix,
        ) from None
    raise InputError(
        f"{place.host} is not an address of this machine",
        why=f"a farm listens on one of its machine's addresses, here: {', '.join(own)}",
        fix=fix,
    )


def _is_any(host: str) -> bool:
    """Return whether an address stands for all addresses of a machine, as 0.0.0.0 does."""
    with suppress(ValueError):
        return ip_address(host).is_unspecified
    return False


def _listens_not(place: Place) -> bool:
    """Return whether nothing listens on the scheduler's port."""
    with suppress(OSError):
        return can_listen(place.host, place.port)
    return False
