"""The tiles of the map, drawn by this server, so that the page needs no other host."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort

outlines = Blueprint("outlines", __name__, url_prefix="/delaywatch")
folder = Path(__file__).parent / "outlines"
# The outlines are in Web Mercator, in which the world is a square with sides of this length.
WORLD = 262_144
DEEPEST = 12
TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="{x} {y} {side} {side}">'
    '<path d="{land}" fill="#f2f5f8"/>'
    '<path d="{borders}" fill="none" stroke="#c3ccd5" stroke-width="1" vector-effect="non-scaling-stroke"/></svg>'
)


@outlines.get("/outlines/<int:z>/<int:x>/<int:y>.svg")
def tile(z: int, x: int, y: int) -> Response:
    """Each tile is an SVG with all paths and its own view box. The browser clips what is outside."""
    if z > DEEPEST or x >= 2**z or y >= 2**z:
        abort(404)
    side = WORLD / 2**z
    land, borders = paths()
    return picture(TILE.format(x=x * side, y=y * side, side=side, land=land, borders=borders))


@outlines.get("/logo.svg")
def logo() -> Response:
    return picture((folder / "logo.svg").read_text(encoding="utf-8"))


@cache
def paths() -> tuple[str, str]:
    """The SVG paths of the land and of all borders."""
    return tuple((folder / name).read_text(encoding="utf-8").strip() for name in ("land.path", "borders.path"))


def picture(svg: str) -> Response:
    return Response(svg, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
