"""take away what was rendered of a piece; the store, config, selection, manifest and notes stay"""

from collide.desk.said import Said

VARIABLES = {"project": "which piece"}
WORDS = 99


def run(said: Said) -> int:
    """Take away the video, the pictures of doit debug, the gallery, and the receipts.

    The next render takes what it needs from the store.
    """
    project = said.existing()
    receipts = sorted(project.house.receipts(project.name).rglob("*.json"))
    videos = [project.video] if project.video.exists() else []
    pictures = sorted((project.path / "debug").glob("layer?-*.png"))
    gallery = [project.path / "gallery" / "index.html", *(project.path / "gallery").glob("*.jpg")]
    pictures += [path for path in gallery if path.exists()]
    for path in [*videos, *receipts, *pictures]:
        path.unlink()
    for folder in {path.parent for path in [*videos, *pictures]}:
        if not any(folder.iterdir()):
            folder.rmdir()
    shown = "".join(f"projects/{project.name}/output/{path.name} and " for path in videos)
    shown += f"{len(pictures)} files of its debug and gallery and " if pictures else ""
    print(f"removed {shown}{len(receipts)} receipts; what was rendered is still in the store")
    return 0
