"""The failures of the looks on a sheet, each reason printed once."""

from collide.base.errors import CollideError


class Faults:
    """The reasons why looks of one sheet failed."""

    def __init__(self) -> None:
        self._reasons: dict[str, CollideError] = {}

    def text(self, error: CollideError) -> str:
        """Return the text for one more failed look, with its error unless that was printed."""
        text = str(error)
        if text in self._reasons:
            return "failed for the same reason"
        self._reasons[text] = error
        return f"failed\nERROR: {text}"

    def code(self, *, partly: bool) -> int:
        """Return the exit code, 0 without errors.

        It is 1 if some of the looks were rendered (`partly`), else the lowest code of the errors.
        """
        codes = {error.code for error in self._reasons.values()}
        return 0 if not codes else 1 if partly else min(codes)
