"""Connects to the farm of `farm=HOST`, and reports when there is none."""

from typing import Any

from collide.base.hashing import digest_file
from collide.cli.request import Request
from collide.engine.programs import find_engine
from collide.farm.answer import NOTHING
from collide.farm.farm_place import NoFarmError, Place, StrangerError, engine, place_of, strange_key
from collide.farm.hands import EVERY, FarmHands
from collide.farm.machines import Machine, fitting, none_fits
from collide.farm.packing import Packer
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from collide.shared.store_url import plain_url, shared_url


def hire(request: Request, farm: str) -> FarmHands | None:
    """Return the hands of the farm that was typed, None where it does not answer.

    Raises:
        InputError: its packages or its key are missing here, or it has another key.
    """
    place, dask, key = place_of(farm), engine(), FarmKey.read()
    url = shared_url()
    store = SharedStore(url or place.store, key)
    ffmpeg = digest_file(find_engine().path)
    packer = Packer(
        store,
        ffmpeg,
        request.value("scripts") if "scripts" in request.variables else False,
        request.presets if request.verb == "render" else (),
        request.knobs if request.verb == "render" else {},
    )
    hands: list[FarmHands] = []
    if (pool := _pool(dask, place, key, hands)) is None:
        return None
    try:  # before anything is prepared
        store.has(NOTHING)
    except OSError as error:
        pool.close()
        print(
            f"the store of the farm, {plain_url(store.url)}, does not answer ({error}): "
            "it is made here"
        )
        return None
    hands.append(FarmHands(pool, packer, url, 1 if request.value("twice") else EVERY))
    print(_roster(place.typed, pool.machines(), ffmpeg))
    return hands[0]


def _pool(dask: Any, place: Place, key: FarmKey, hands: list[FarmHands]) -> Any:
    """Return the farm at a place, None, said, where none answers."""

    def heard(task: str, far: str) -> None:
        for one in hands:
            one.heard(task, far)

    try:
        return dask.Pool(place.address, key.path, heard)
    except StrangerError:
        raise strange_key(place, key.path) from None
    except NoFarmError as error:
        print(f"no farm answers at {place.typed} ({error}): it is made here")
        return None


def _roster(typed: str, machines: list[Machine], ffmpeg: str) -> str:
    """Return who will work."""
    able = fitting(machines, ffmpeg)
    if not able:
        return f"the farm at {typed}: {none_fits(machines, ffmpeg)}"
    count = f"{len(able)} worker{'s' if len(able) > 1 else ''}"
    return f"the farm at {typed}: {count}, {sum(one.cores for one in able)} cores"
