"""look through the library: what is new, moved, changed, double, gone, or unreadable and why

`path=DIR` looks into one more folder from now on, an external disk for instance.
"""

from pathlib import Path

from collide.said import Said

VARIABLES = {"path": "one more folder of clips"}


def run(said: Said) -> int:
    """Scan, and print what was found."""
    session = said.open_house()
    if "path" in said.variables:
        session.bench.library.add_root(Path(said.variables["path"]).expanduser())
    session.bench.require_engine()
    report = session.clips.scan()
    for label, names in (("new", report.new), ("changed", report.changed), ("gone", report.gone)):
        for name in names:
            print(f"{label:<9} {name}")
    for old, new in report.moved:
        print(f"moved     {old} → {new}")
    for name, first in report.doubles:
        print(f"double    {name} is {first}")
    for name, why in report.left_out.items():
        print(f"left out  {name}: {why}")
    sounds = f"{report.sounds} sounds, " if report.sounds else ""
    print(f"{report.clips} clips can be used, {sounds}{len(report.left_out)} were left out")
    return 0
