"""The OpenAPI document, from the marshmallow schemas."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from app.schemas.exchange import ExchangeAnswer, ExchangeRequest
from app.schemas.mutations import ARGS
from app.schemas.records import VALUES
from app.schemas.session import (
    Problem,
    SessionAnswer,
    SignInRequest,
    SubscriptionRequest,
    UnsubscribeRequest,
)

Operation = tuple[str, str, str, type[Schema] | None, int, type[Schema] | None]

OPERATIONS: tuple[Operation, ...] = (
    ("/session", "post", "Sign in on a device", SignInRequest, 200, SessionAnswer),
    ("/session", "get", "Who is signed in", None, 200, SessionAnswer),
    ("/session", "delete", "Sign out", None, 204, None),
    (
        "/sync",
        "post",
        "One round trip: mutations in, patch out",
        ExchangeRequest,
        200,
        ExchangeAnswer,
    ),
    ("/blobs/{sha256}", "put", "Send a photo", None, 201, None),
    ("/blobs/{sha256}", "head", "Whether a photo has arrived", None, 200, None),
    ("/blobs/{sha256}", "get", "Read a photo", None, 200, None),
    ("/push-subscriptions", "post", "Be reached on this device", SubscriptionRequest, 201, None),
    ("/push-subscriptions", "delete", "No longer", UnsubscribeRequest, 204, None),
)
"""Path, method, what it does, what it takes, and what it answers. Every refusal is a Problem."""


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON would have it."""
    spec = APISpec("Qiaomen", "1", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_name)])
    for schema in [*VALUES.values(), *(type(args) for args in ARGS.values())]:
        if _name(schema) not in spec.components.schemas:
            spec.components.schema(_name(schema), schema=schema)
    for path, method, summary, takes, status, answers in OPERATIONS:
        operation = _operation(summary, takes, status, answers)
        spec.path(f"/api/v1{path}", operations={method: operation}, parameters=_parameters(path))
    written: dict[str, Any] = spec.to_dict()
    return written


def _parameters(path: str) -> list[dict[str, Any]]:
    schema = {"type": "string"}
    named = ["sha256"] if "{sha256}" in path else []
    return [{"name": n, "in": "path", "required": True, "schema": schema} for n in named]


def _operation(
    summary: str, takes: type[Schema] | None, status: int, answers: type[Schema] | None
) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if answers:
        done["content"] = _json(answers)
    refused = {"description": "Refused", "content": _json(Problem)}
    body = {"requestBody": {"required": True, "content": _json(takes)}} if takes else {}
    return {"summary": summary, **body, "responses": {str(status): done, "default": refused}}


def _json(schema: type[Schema]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _name(schema: Any) -> str:
    return (schema if isinstance(schema, type) else type(schema)).__name__
