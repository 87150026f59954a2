"""The failures of looks on a sheet: each reason is printed only once."""

from collide.base.errors import CollideError


class Faults:
    """The reasons why looks on a sheet failed."""

    def __init__(self) -> None:
        self._reasons: dict[str, CollideError] = {}

    def text(self, error: CollideError) -> str:
        """Return the text for a failed look, with its error unless the error was printed before."""
        text = str(error)
        if text in self._reasons:
            return "failed for the same reason"
        self._reasons[text] = error
        return f"failed\nERROR: {text}"

    def code(self, *, partly: bool) -> int:
        """Return the exit code, which is 0 if there were no errors.

        After errors, it is 1 if `partly` is true, because some looks were rendered; otherwise, it
        is the lowest code of the errors.
        """
        codes = {error.code for error in self._reasons.values()}
        return 0 if not codes else 1 if partly else min(codes)
