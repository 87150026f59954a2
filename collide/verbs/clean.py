"""take away what was rendered of a piece; the store, config, selection, manifest and notes stay"""

from collide.said import Said

VARIABLES = {"project": "which piece"}
WORDS = 99


def run(said: Said) -> int:
    """Take away the video and the receipts; the next render takes both from the store."""
    project = said.existing()
    receipts = sorted(project.house.receipts(project.name).glob("*.json"))
    videos = [project.video] if project.video.exists() else []
    for path in [*videos, *receipts]:
        path.unlink()
    if videos and not any(project.video.parent.iterdir()):
        project.video.parent.rmdir()
    shown = "".join(f"projects/{project.name}/output/{path.name} and " for path in videos)
    print(f"removed {shown}{len(receipts)} receipts; what was rendered is still in the store")
    return 0
