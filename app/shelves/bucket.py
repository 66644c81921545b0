"""Photos in storage that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore
from typing import Any

from app.config import BucketSettings
from app.shelves.shelf import ShelfAway

HANDS = 4
"""So many threads of a process may wait for the storage: text goes on in the others, however slow it is."""
PATIENCE = 1.0
"""Seconds that a thread waits for a hand."""
CONNECTED_WITHIN, ANSWERED_WITHIN = 2.0, 5.0
"""Seconds; each request is tried twice."""
MISSING = ("NoSuchKey", "404")


@dataclass
class Bucket:
    """A PhotoShelf in one bucket. S3 takes an object whole, by its length, or not at all."""

    settings: BucketSettings
    _hands: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(HANDS))

    def keep(self, name: str, data: bytes) -> None:
        with self._reaching() as client:
            client.put_object(**self._at(name), Body=data, ContentType="image/jpeg")

    def size(self, name: str) -> int | None:
        with self._reaching() as client:
            found = self._found(client.head_object, name)
            return int(found["ContentLength"]) if found else None

    def read(self, name: str) -> bytes | None:
        with self._reaching() as client:
            found = self._found(client.get_object, name)
            return bytes(found["Body"].read()) if found else None

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self.settings.name, "Key": f"photos/{name}"}

    def _found(self, ask: Any, name: str) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            answer: dict[str, Any] = ask(**self._at(name))
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        return answer

    @contextmanager
    def _reaching(self) -> Iterator[Any]:
        """The client, for one of few threads; whatever goes wrong with it is the storage being away."""
        from botocore.exceptions import BotoCoreError, ClientError

        if not self._hands.acquire(timeout=PATIENCE):
            raise ShelfAway("the storage is slow")
        try:
            yield self._client
        except ClientError as error:
            raise ShelfAway(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise ShelfAway(type(error).__name__) from error
        finally:
            self._hands.release()

    @cached_property
    def _client(self) -> Any:
        """Made in the process that uses it, and only there: boto3 takes half a second and 24 MB."""
        from boto3.session import Session
        from botocore.config import Config

        careful = Config(
            connect_timeout=CONNECTED_WITHIN,
            read_timeout=ANSWERED_WITHIN,
            retries={"total_max_attempts": 2, "mode": "standard"},
            max_pool_connections=HANDS,
            # other makers' S3 knows no newer checksums
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return Session().client(
            "s3",
            endpoint_url=self.settings.endpoint,
            region_name=self.settings.region,
            aws_access_key_id=self.settings.access_key,
            aws_secret_access_key=self.settings.secret_key,
            config=careful,
        )
