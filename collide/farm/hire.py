"""Connect to the farm at `farm=HOST`; if it does not answer, try again later."""

from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.words import several
from collide.cli.request import Request
from collide.engine.programs import find_engine
from collide.farm.answer import NOTHING
from collide.farm.crew import Nobody, Workers
from collide.farm.dispatcher import EVERY, Dispatcher
from collide.farm.farm_place import NoFarmError, Place, StrangerError, engine, place_of
from collide.farm.machines import Machine, fitting, none_fits
from collide.farm.packing import Packer
from collide.farm.strangers import elsewhere, refuse_other, stranger
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from collide.shared.store_url import plain_url, shared_url

SHORT = 2.0  # seconds to wait for a lost farm or its store to answer
LATER = "the farm is tried again before each"


def hire(request: Request, farm: str) -> Dispatcher:
    """Return the dispatcher for the farm at `farm`, even if the farm does not answer yet.

    Raises:
        InputError: the address is invalid, the farm's packages or key are missing here, or another
            program or a farm with a different key listens there.
    """
    place, dask = place_of(farm), engine()
    key = FarmKey.read(host=place.host)
    url = shared_url()
    ffmpeg = digest_file(find_engine().path)
    line = _Line(dask, place, key, SharedStore(url or place.store, key))
    packer = Packer(
        line.store,
        ffmpeg,
        request.value("scripts") if "scripts" in request.variables else False,
        request.presets if request.verb == "render" else (),
        request.knobs if request.verb == "render" else {},
    )
    pool = line.first()
    every = 1 if request.value("twice") else EVERY
    line.dispatcher = Dispatcher(pool, packer, url, every, line.again, line.answers)
    if not pool.lost:
        print(_roster(place.typed, pool.machines(), ffmpeg))
    return line.dispatcher


@dataclass
class _Line:
    """The connection to one farm and to its store."""

    dask: Any
    place: Place
    key: FarmKey
    store: SharedStore
    dispatcher: Dispatcher | None = field(default=None)

    def first(self) -> Workers:
        """Return the farm's workers.

        If the farm or its store does not answer, print that and return Nobody().

        Raises:
            InputError: another program or a farm with a different key listens there.
        """
        try:
            pool = self._pool()
        except StrangerError:
            raise stranger(self.place, self.key.path) from None
        except NoFarmError as error:
            refuse_other(self.place, self.key.path)
            other = elsewhere(self.place, self.key.path)
            why = f"this machine's farm listens at {other}: farm={other}" if other else error
            print(
                f"no farm answers at {self.place.typed} ({why}): pieces are rendered here; {LATER}"
            )
            return Nobody()
        try:  # test the store before any piece is prepared
            self.store.has(NOTHING)
        except OSError as error:
            pool.close()
            print(
                f"the farm's store, {plain_url(self.store.url)}, does not answer ({error}): "
                f"pieces are rendered here; {LATER}"
            )
            return Nobody()
        return pool

    def again(self) -> Workers | None:
        """Return the farm's workers, or None if the farm or its store does not answer soon."""
        with suppress(NoFarmError, StrangerError, InputError):
            if self.answers():
                return self._pool(SHORT)
        return None

    def answers(self) -> bool:
        """Return whether the store answers within SHORT seconds."""
        came: list[bool] = []

        def ask() -> None:
            with suppress(OSError):
                came.append(self.store.has(NOTHING) or True)

        asks = Thread(target=ask, daemon=True)
        asks.start()
        asks.join(SHORT)
        return bool(came)

    def _pool(self, *patience: float) -> Workers:
        def on_progress(task: str, far: str) -> None:
            if self.dispatcher:
                self.dispatcher.note_progress(task, far)

        pool: Workers = self.dask.Pool(self.place.address, self.key.path, on_progress, *patience)
        return pool


def _roster(typed: str, machines: list[Machine], ffmpeg: str) -> str:
    """Return a line with the number of workers that can render, or why no worker can."""
    able = fitting(machines, ffmpeg)
    if not able:
        return f"the farm at {typed}: {none_fits(machines, ffmpeg, typed)}"
    cores = several(sum(one.cores for one in able), "core")
    return f"the farm at {typed}: {several(len(able), 'worker')}, {cores}"
