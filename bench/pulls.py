"""What a phone asks that has everything already: nothing new, or a few records."""

from collections.abc import Iterator

import orjson

from bench.load import play, post
from tests.device import Device

DELTA = 20


def request(client: Device, body: bytes) -> bytes:
    """An exchange as it goes over the wire."""
    return post("/api/v1/sync", body, client.headers(packed=True))


def nothing_new(client: Device) -> bytes:
    """Bring everything to the phone; the request it then makes until something changes."""
    cursor, _ = client.bring_down()
    client.connection.close()
    return request(client, client.envelope(cursor))


def deltas(writer: Device, reader: Device) -> Iterator[list[float]]:
    """20 new records, again and again, for a phone that has all the others.

    Each time it asks for them 20 times; the seconds that the answers took.
    """
    cursor, operations = reader.bring_down()
    home = next(op["id"] for op in operations if op["type"] == "dwelling")
    while True:
        writer.post(writer.envelope(cursor, 1, mutations=writer.visits(home, DELTA)))
        yield play(reader.port, [[request(reader, reader.envelope(cursor))] * DELTA]).waits
        cursor = orjson.loads(reader.post(reader.envelope(cursor)))["cursor"]
