"""The key by which a phone encrypts what lies on it, as it left it with us."""

from base64 import b64decode, b64encode

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from app.keys import Keys
from app.services.rescuing.sealed import Unopenable, kind_of, unseal

DATA_KEY = b"QMDATKEY\x01"


def open_data_key(sealed: str, person_id: str, own: ec.EllipticCurvePrivateKey) -> bytes:
    """The 32 bytes of this person's data key, from the base64 their phone keeps.

    Nobody gets another's, whatever lies on a phone they share. Raises Unopenable.
    """
    try:
        data = b64decode(sealed, validate=True)
        if kind_of(data) != DATA_KEY:
            raise Unopenable
        said = orjson.loads(unseal(data, own))
        if said["person_id"] != person_id:
            raise Unopenable
        return b64decode(said["key"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise Unopenable from error


def give_back(sealed: str | None, person_id: str, keys: Keys) -> str | None:
    """The same in base64 for who has just signed in; None where there is none that we could open."""
    try:
        key = open_data_key(sealed, person_id, keys.rescue) if sealed else None
    except Unopenable:
        return None
    return b64encode(key).decode() if key else None
