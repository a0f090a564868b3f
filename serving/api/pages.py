"""The API's description as a page, from files that lie on this machine: nothing is loaded from elsewhere."""

from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

PATH = "/api/docs"
ASSETS = "entrypoints/serve/instrumentator/static"  # of Swagger UI (Apache-2.0), inside the model server's package
FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
POLICY = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
START = (
    'SwaggerUIBundle({url: "/api/openapi.json", dom_id: "#docs", deepLinking: true, '
    "presets: [SwaggerUIBundle.presets.apis], persistAuthorization: false});"
)
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pricedesk: the API</title>'
    f'<link rel="stylesheet" href="{PATH}/swagger-ui.css"></head><body><div id="docs"></div>'
    f'<script src="{PATH}/swagger-ui-bundle.js"></script><script src="{PATH}/start.js"></script></body></html>'
)


def assets() -> Path | None:
    """The folder that holds all of FILES; None where the package lacks them."""
    found = find_spec("vllm")
    places = [Path(place) / ASSETS for place in (found.submodule_search_locations or ())] if found else []
    return next((place for place in places if all((place / name).is_file() for name in FILES)), None)


def add_page(app: FastAPI) -> None:
    """/api/docs, to be tried out in a browser; a plain list of calls where the files are missing."""
    router, folder = APIRouter(include_in_schema=False), assets()

    @router.get(PATH)
    def docs() -> Response:
        return HTMLResponse(PAGE if folder else _plain(app.openapi()), headers=POLICY)

    @router.get(PATH + "/start.js")
    def start() -> Response:
        return Response(START, media_type="text/javascript", headers=POLICY)

    for name, media in FILES.items() if folder else ():
        router.add_api_route(f"{PATH}/{name}", _giving(Path(folder or "") / name, media), methods=["GET"])
    app.include_router(router)


def _giving(file: Path, media: str) -> Any:
    def give() -> Response:
        return FileResponse(file, media_type=media, headers=POLICY)

    return give


def _plain(schema: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{method.upper()} {escape(path)}</code></td><td>{escape(told.get('summary', ''))}</td></tr>"
        for path, methods in schema["paths"].items() for method, told in methods.items()
    )  # fmt: skip
    about = escape(schema["info"].get("description", ""))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pricedesk: the API</title></head><body>'
        f'<h1>The API</h1><p>{about}</p><p><a href="/api/openapi.json">openapi.json</a></p>'
        f"<table>{rows}</table></body></html>"
    )
