"""what is installed, what is missing, and what lies outside this folder"""

import os
import platform
import shutil

from collide.cli.request import Said
from collide.cli.variables import Variable
from collide.engine.models import known
from collide.engine.programs import Engine, find_engine
from collide.store.step import library_version

VARIABLES: dict[str, Variable] = {}
PACKAGES = "doit numpy scikit-learn pillow rembg onnxruntime yt-dlp xxhash rich".split()


def run(said: Said) -> int:
    """Print what there is; the exit code is 3 where a render could not begin."""
    engine = find_engine()
    missing = engine.missing()
    cache = said.house.cache
    where = cache if cache.exists() else said.house.root
    free = shutil.disk_usage(where).free / 1e9
    print(f"engine    {engine.path}\n          ffmpeg {engine.version()}; {engine.why}")
    lacks = "lacks " + ", ".join(missing) if missing else "has every filter and encoder it needs"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"          {lacks}\npython    {platform.python_version()} on {machine}")
    print("packages  " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES))
    models = ", ".join(known(said.house)) or "none; mode=rembg needs one: doit model name=u2netp"
    print(f"models    {models}")
    print(f"disk      {free:.1f} GB free for {cache}")
    print(f"outside   {'; '.join(_outside(said, engine)) or 'nothing'}")
    return 3 if missing else 0


def _version(name: str) -> str:
    try:
        return library_version(name)
    except ImportError:
        return "is missing (pip install -e .)"


def _outside(said: Said, engine: Engine) -> list[str]:
    """Return what is used and does not lie in this folder."""
    root = said.house.root.resolve()
    places = {"engine": engine.path, "cache": said.house.cache}
    session = said.open_house()
    places |= {f"clips {i}": path for i, path in enumerate(session.bench.library.roots(), start=1)}
    return [
        f"{what}: {path}"
        for what, path in places.items()
        if not path.resolve().is_relative_to(root)
    ]
