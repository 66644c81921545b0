"""The OpenAPI document, from the shapes of the wire."""

from functools import cache
from typing import Any

import msgspec

from app.schemas.channels import ChannelRequest, ChannelsAnswer, TriedAnswer
from app.schemas.duty import DutyAnswer, SwapRequest
from app.schemas.duty_list import (
    ConsentRequest,
    DeadlinesAnswer,
    DeadlinesRequest,
    DutyItemsAnswer,
)
from app.schemas.exchange import ExchangeAnswer, ExchangeRequest
from app.schemas.health import DeviceReport, DevicesAnswer, OwnDevicesAnswer
from app.schemas.hooks import HookRequest
from app.schemas.mutations import ARGS
from app.schemas.notices import NoticesAnswer, NoticesSeenRequest
from app.schemas.quarantine import DecisionAnswer, DecisionRequest, QuarantineAnswer
from app.schemas.reached import ReachedAnswer
from app.schemas.records import VALUES
from app.schemas.rescue import RescueAnswer
from app.schemas.session import (
    PasswordRequest,
    Problem,
    SessionAnswer,
    SignInRequest,
    SubscriptionRequest,
    UnsubscribeRequest,
)

Shaped = type[msgspec.Struct]
Operation = tuple[str, str, str, Shaped | None, int, Shaped | None]

OPERATIONS: tuple[Operation, ...] = (
    ("/session", "post", "Sign in on a device", SignInRequest, 200, SessionAnswer),
    ("/session", "get", "Who is signed in", None, 200, SessionAnswer),
    ("/session", "delete", "Sign out", None, 204, None),
    ("/password", "put", "Choose one's password", PasswordRequest, 204, None),
    (
        "/sync",
        "post",
        "One round trip: mutations in, patch out",
        ExchangeRequest,
        200,
        ExchangeAnswer,
    ),
    ("/notices", "get", "One's notices; 204 while none changed", None, 200, NoticesAnswer),
    ("/notices/seen", "post", "Have seen some of them", NoticesSeenRequest, 204, None),
    ("/cases/{case_id}/reached", "get", "Who was told of a case", None, 200, ReachedAnswer),
    ("/units/{unit_id}/channels", "get", "How a unit is told", None, 200, ChannelsAnswer),
    ("/units/{unit_id}/channels", "post", "Add a way to tell it", ChannelRequest, 201, None),
    ("/units/{unit_id}/channels/{channel_id}", "delete", "Take it away", None, 204, None),
    (
        "/units/{unit_id}/channels/{channel_id}/try",
        "post",
        "Send a test message",
        None,
        200,
        TriedAnswer,
    ),
    ("/devices", "get", "Which phones need help with sending", None, 200, DevicesAnswer),
    ("/devices/mine", "get", "One's own phones", None, 200, OwnDevicesAnswer),
    ("/devices/{device_id}", "delete", "Shut out one of one's own for good", None, 204, None),
    ("/duty", "get", "One's shifts to come, and who is on duty now", None, 200, DutyAnswer),
    ("/duty/swaps", "post", "Ask a colleague to take a shift", SwapRequest, 201, None),
    ("/duty/swaps/{swap_id}/accept", "post", "Take it", None, 204, None),
    ("/duty/swaps/{swap_id}/decline", "post", "Leave it", None, 204, None),
    ("/duty-items", "get", "One's duty list; 304 while it is the same", None, 200, DutyItemsAnswer),
    ("/units/{unit_id}/deadlines", "get", "A unit's own times", None, 200, DeadlinesAnswer),
    ("/units/{unit_id}/deadlines", "put", "Set them", DeadlinesRequest, 204, None),
    ("/units/{unit_id}/deadlines/agree", "post", "Agree to some", ConsentRequest, 204, None),
    ("/units/{unit_id}/deadlines/decline", "post", "Decline some", ConsentRequest, 204, None),
    ("/blobs/{sha256}", "put", "Send a photo", None, 201, None),
    ("/blobs/{sha256}", "head", "Whether a photo has arrived", None, 200, None),
    ("/blobs/{sha256}", "get", "Read a photo", None, 200, None),
    ("/quarantine", "get", "What waits for one's decision", None, 200, QuarantineAnswer),
    (
        "/quarantine/{device_id}/{mutation_id}",
        "post",
        "Accept or refuse it",
        DecisionRequest,
        200,
        DecisionAnswer,
    ),
    ("/rescues", "post", "Hand in a rescued outbox, as bytes", None, 200, RescueAnswer),
    ("/push-subscriptions", "post", "Be reached on this device", SubscriptionRequest, 201, None),
    ("/push-subscriptions", "delete", "No longer", UnsubscribeRequest, 204, None),
    ("/hooks/{connector_id}", "post", "A platform's signed news of a case", HookRequest, 204, None),
)
"""Path, method, what it does, what it takes, and what it answers. Every refusal is a Problem."""

ASKED_WITH = {"/notices": ("after",)}
"""What a query may say."""

REFERENCE = "#/components/schemas/{name}"


@cache
def document() -> dict[str, Any]:
    """The whole document, as JSON would have it."""
    shapes = _shapes()
    references, components = msgspec.json.schema_components(shapes, ref_template=REFERENCE)
    reference = dict(zip(shapes, references, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for path, method, summary, takes, status, answers in OPERATIONS:
        written = _operation(summary, reference.get(takes), status, reference.get(answers))
        parts = paths.setdefault(f"/api/v1{path}", _parameters(path))
        parts[method] = written
    return {
        "openapi": "3.1.0",
        "info": {"title": "Qiaomen", "version": "1"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _shapes() -> list[Any]:
    """Every shape of the wire, once."""
    spoken = [shape for *_, takes, _, answers in OPERATIONS for shape in (takes, answers)]
    named = [*VALUES.values(), *ARGS.values(), *filter(None, spoken), DeviceReport, Problem]
    return list(dict.fromkeys(named))


def _parameters(path: str) -> dict[str, Any]:
    named = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    schema = {"type": "string"}
    found = [{"name": n, "in": "path", "required": True, "schema": schema} for n in named]
    found += [{"name": n, "in": "query", "schema": schema} for n in ASKED_WITH.get(path, ())]
    return {"parameters": found} if found else {}


def _operation(summary: str, takes: Any, status: int, answers: Any) -> dict[str, Any]:
    done = {"description": "Done", **({"content": _json(answers)} if answers else {})}
    problem = {"$ref": REFERENCE.format(name=Problem.__name__)}
    refused = {"description": "Refused", "content": _json(problem)}
    body = {"requestBody": {"required": True, "content": _json(takes)}} if takes else {}
    return {"summary": summary, **body, "responses": {str(status): done, "default": refused}}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
