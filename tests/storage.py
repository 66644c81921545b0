"""Storage that speaks S3, on loopback: a good one, and one that fails in every way a storage can."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from boto3.session import Session
from moto.server import ThreadedMotoServer

from app.config import BucketSettings


@contextmanager
def good_storage() -> Iterator[BucketSettings]:
    """A bucket that is there."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = at(port, host)
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        client = Session().client(
            "s3", endpoint_url=settings.endpoint, region_name=settings.region, **keys
        )
        client.create_bucket(Bucket=settings.name)
        yield settings
    finally:
        server.stop()


def at(port: int, host: str = "127.0.0.1") -> BucketSettings:
    """The settings of a bucket on this machine."""
    return BucketSettings("photos", "key", "secret", f"http://{host}:{port}")


class BadStorage(ThreadingHTTPServer):
    """Answers every request by a status; by 0 not until it is closed, by -1 with half a body."""

    daemon_threads = True

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.closing, self.asked = status, Event(), 0


@contextmanager
def bad_storage(status: int) -> Iterator[BadStorage]:
    """Serve it for a while."""
    with BadStorage(status) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: BadStorage

    def _answer(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.server.status:
            self.server.closing.wait()
            return
        half = self.server.status < 0
        self.send_response(200 if half else self.server.status)
        self.send_header("Content-Length", "100" if half else "0")
        self.end_headers()
        if half:
            self.wfile.write(b"half")

    do_PUT = do_GET = do_HEAD = _answer

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
