"""The description of the API: what FastAPI knows, and the problems, keys and headers that every route shares."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from serving.api.problems import MEDIA, Problem

_REF = {"$ref": "#/components/schemas/Problem"}
_REFUSED = {"description": "A refusal, with its reason and remedy", "content": {MEDIA: {"schema": _REF}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": _REFUSED,
    "503": {"description": "The database or the store is not ready", "content": {MEDIA: {"schema": _REF}}},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same body within 24 hours, the request is answered as it was the first time, "
    "with the header Idempotent-Replayed: true.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "7f9c1f0e-5a61-4c5f-9a35-d3e8b7a1c0de",
}
PUBLIC = ("/api/v1/sessions",)


def describe(app: FastAPI) -> None:
    """`app.openapi` from now on tells all of it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    for path, operations in schema["paths"].items():
        if "post" in operations and path not in PUBLIC:
            operations["post"].setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return schema
