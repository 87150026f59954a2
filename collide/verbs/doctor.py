"""check the installation: what works, what is missing, and what is stored outside the workspace"""

import os
import platform
import shutil

from collide.base.words import several
from collide.cli.request import Request
from collide.engine.models import available
from collide.engine.programs import Engine, find_engine
from collide.store.step import library_version
from collide.syntax.verb import Verb

VERB = Verb()
PACKAGES = "doit numpy scikit-learn pillow rembg onnxruntime yt-dlp xxhash rich".split()


def run(request: Request) -> int:
    """Describe the installation; return 3 if ffmpeg lacks a filter or an encoder."""
    engine = find_engine()
    missing = engine.missing()
    print(f"engine    {engine.path}\n          ffmpeg {engine.version()}; {engine.why}")
    lacks = "lacks " + ", ".join(missing) if missing else "has every filter and encoder it needs"
    machine = f"{platform.system()} {platform.machine()}, {several(os.cpu_count() or 1, 'core')}"
    print(f"          {lacks}\npython    {platform.python_version()} on {machine}")
    print("packages  " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES))
    models = ", ".join(available(request.workspace))
    print(f"models    {models or 'none; mode=rembg needs one: doit model name=u2netp'}")
    cache = request.workspace.cache
    free = shutil.disk_usage(cache if cache.exists() else request.workspace.root).free / 1e9
    print(f"disk      {free:.1f} GB free for {cache}")
    print(f"outside   {'; '.join(_outside(request, engine)) or 'nothing'}")
    return 3 if missing else 0


def _version(name: str) -> str:
    try:
        return library_version(name)
    except ImportError:
        return "is missing (pip install -e .)"


def _outside(request: Request, engine: Engine) -> list[str]:
    root, roots = request.workspace.root.resolve(), request.open_house().state.library.roots()
    places = {"engine": engine.path, "cache": request.workspace.cache}
    places |= {f"clips {number}": path for number, path in enumerate(roots, start=1)}
    outside = {what: p for what, p in places.items() if not p.resolve().is_relative_to(root)}
    return [f"{what}: {path}" for what, path in outside.items()]
