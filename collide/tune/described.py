"""The description of a piece for the page: clips, colors, controls, and the cost of a render."""

from typing import Any

from collide.engine.machine import cores
from collide.plan.planner import Plan
from collide.project.presets import listed
from collide.run.forecast import predict
from collide.run.session import Session
from collide.tune.controls import controls, purposes
from collide.tune.tab_pictures import shows


def described(session: Session, plan: Plan) -> dict[str, Any]:
    """Return a piece's description, as JSON data."""
    piece, forecast = plan.piece, predict(session.state, plan)
    results = session.state.results()
    layers = []
    for layer in piece.layers:
        entry = results.get(f"color:{layer.number}") if layer.keyed else None
        colors = entry.facts.get("colors", []) if entry else []
        layers.append(
            {
                "number": layer.number,
                **shows(layer),
                "mode": layer.mode,
                "colors": [f"#{color[2:8]}" for color in colors],
            }
        )
    unpriced = [guess.task for guess in forecast.of("render") if guess.seconds is None]
    return {
        "project": piece.project.name,
        "presets": [*listed(piece.project.shelves)],
        "look": piece.look,
        "seconds": piece.seconds,
        "fps": float(piece.fps),
        "size": piece.knobs["output_size"],
        "seed": piece.knobs["seed"],
        "layers": layers,
        "controls": [*controls(plan, session.settings)],
        "purposes": purposes(session.settings.catalog),
        "price": round(forecast.wall(cores()), 1),
        "unpriced": len(unpriced),
        "notes": [*dict.fromkeys(session.notes)],
    }
