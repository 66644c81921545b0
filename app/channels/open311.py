"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/), as a client that reads JSON."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from app.channels.calling import Refusal, Unanswered, call
from app.networks import PUBLIC_ONLY, AllowedNetworks
from sync.instants import from_wire

MOST_DESCRIPTION = 4000
MOST_ID = 120
MARGIN = timedelta(days=1)
"""Looked back further than a request was first tried, for the platform's clock may be another."""


@dataclass(frozen=True)
class Endpoint:
    """A GeoReport server as a connector has it; its `api_key` is sent with new requests only."""

    url: str
    jurisdiction_id: str | None
    api_key: str


@dataclass(frozen=True)
class Request:
    """A new service request; `reference` stands in its description, and is ours alone."""

    service_code: str
    address_string: str
    description: str
    reference: str
    first_tried: datetime


@dataclass(frozen=True)
class Taken:
    """The platform has it: by its id, or for now by a token. Neither, where the service is a black box."""

    service_request_id: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class Progress:
    """What a platform says of a request; `updated` None if it does not say when."""

    service_request_id: str
    closed: bool
    notes: str
    updated: datetime | None


class GeoReport:
    """Talks to GeoReport servers. Every method raises Unanswered or its kind, Refusal."""

    def __init__(self, networks: AllowedNetworks = PUBLIC_ONLY) -> None:
        self._networks = networks

    def services(self, endpoint: Endpoint, now: datetime) -> dict[str, str]:
        """What can be asked for there: the services' names by their codes."""
        found = self._ask("GET", endpoint, "services.json", now)
        named = ((_id(one.get("service_code")), one.get("service_name")) for one in found)
        return {code: str(name or "") for code, name in named if code}

    def file(self, endpoint: Endpoint, request: Request, again: bool, now: datetime) -> Taken:
        """Make a request. With `again` one may have been made before: then it is looked for first."""
        if again and (found := self._find(endpoint, request, now)):
            return found
        form = {
            "api_key": endpoint.api_key,
            "service_code": request.service_code,
            "address_string": request.address_string,
            "description": request.description,
        }
        made = self._ask("POST", endpoint, "requests.json", now, form)
        first = made[0] if made else {}
        return Taken(_id(first.get("service_request_id")), _id(first.get("token")))

    def resolve(self, endpoint: Endpoint, token: str, now: datetime) -> str | None:
        """The id that a token has come to stand for; None as long as there is none."""
        found = self._ask("GET", endpoint, f"tokens/{quote(token, safe='')}.json", now)
        return _id(found[0].get("service_request_id")) if found else None

    def progress(self, endpoint: Endpoint, ids: Iterable[str], now: datetime) -> list[Progress]:
        """What the platform says of these requests, as far as it says anything of them."""
        query = {"service_request_id": ",".join(ids)}
        found = self._ask("GET", endpoint, "requests.json", now, query)
        return [progress for one in found if (progress := _progress(one))]

    def _find(self, endpoint: Endpoint, request: Request, now: datetime) -> Taken | None:
        query = {
            "service_code": request.service_code,
            "start_date": _w3(request.first_tried - MARGIN),
            "end_date": _w3(now + MARGIN),
        }
        for one in self._ask("GET", endpoint, "requests.json", now, query):
            if request.reference in str(one.get("description")):
                return Taken(_id(one.get("service_request_id")))
        return None

    def _ask(
        self,
        method: str,
        endpoint: Endpoint,
        path: str,
        now: datetime,
        said: dict[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        where = {"jurisdiction_id": endpoint.jurisdiction_id} if endpoint.jurisdiction_id else {}
        content = {name: value for name, value in {**where, **(said or {})}.items() if value}
        given = {"data" if method == "POST" else "query": content}
        url = f"{endpoint.url.rstrip('/')}/{path}"
        reply = call(method, url, now, self._networks, **given)
        if not reply.good:
            # its words may quote what we sent
            raise Refusal(f"answered {reply.status}", reply.pause)
        with suppress(orjson.JSONDecodeError):
            found = orjson.loads(reply.body)
            if isinstance(found, list):
                return [one for one in found if isinstance(one, dict)]
        raise Unanswered("answer not understood")


def _id(value: object) -> str | None:
    """An id, which JSON may have as a number."""
    said = str(value) if isinstance(value, str | int) else ""
    return said if 0 < len(said) <= MOST_ID else None


def _progress(said: dict[str, Any]) -> Progress | None:
    id_ = _id(said.get("service_request_id"))
    if id_ is None:
        return None
    updated = None
    with suppress(ValueError, TypeError, OverflowError):
        updated = from_wire(said["updated_datetime"]) if said.get("updated_datetime") else None
    notes = said.get("status_notes")
    return Progress(
        id_, said.get("status") == "closed", notes if isinstance(notes, str) else "", updated
    )


def _w3(moment: datetime) -> str:
    """A moment as GeoReport wants it: `2010-01-01T00:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
