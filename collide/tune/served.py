"""Serve a project's page until Ctrl-C or until the parent process is gone."""

import os
import sys
import threading
import webbrowser

from collide.base.clock import sleep
from collide.base.errors import InputError
from collide.cli.request import Request
from collide.project.piece import refuse_late
from collide.store.objects import Store
from collide.syntax.arguments import line
from collide.tune.news import News
from collide.tune.server import Server
from collide.tune.tuner import Tuner

LOOK = 0.25  # seconds between checks for a closed terminal and for saved files


def run(request: Request) -> int:
    """Print the address, serve the page, and return the exit code."""
    parent = os.getppid()  # do this first: the parent may exit once something is printed
    project, news = request.existing(), News()
    at = request.value("at")
    with request.open() as session:  # refuse an invalid command before serving
        refuse_late(session.settings, at or 0.0)
    tuner = Tuner(request, at, news.tell)
    try:
        store, port = Store(request.workspace.cache), request.value("port", 0)
        pictures = tuner.painter.pictures
        try:
            serving = Server(store, project.video, news, tuner.act, port=port, pictures=pictures)
        except OSError as error:
            raise _taken(request, port, error) from None
        with serving as server:
            print(f"{project.name} is on {server.address}")
            print("only this machine can open this address; Ctrl-C ends the session", flush=True)
            _open(request, server.address)
            _answer(server, tuner, parent)
    finally:
        tuner.close()
    print(f"\nstopped; finished work is kept\n{tuner.painter.record.counts()}")
    return 0


def _taken(request: Request, port: int, error: OSError) -> InputError:
    """Return the error for a port that cannot be opened."""
    typed = {name: text for name, text in request.turned.items() if name != "port"}
    return InputError(
        f"port {port} cannot be opened: {error.strerror}",
        why="another page or program uses it, or it is reserved for root",
        fix=f"stop the program that uses it\nor use any free port: {line(request.spoken, typed)}",
    )


def _answer(server: Server, tuner: Tuner, parent: int) -> None:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        while os.getppid() == parent:
            sleep(LOOK)
            tuner.follow()
    except KeyboardInterrupt:
        pass
    finally:
        server.end()


def _open(request: Request, address: str) -> None:
    """Open the page in a browser if `open=true`; by default, only on a terminal with a screen."""
    screen = sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    if request.value("open", bool(screen) and sys.stdout.isatty()):
        webbrowser.open(address)
