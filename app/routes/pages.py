"""The phone's files: the built PWA, and the page that every deep link opens."""

from pathlib import Path
from wsgiref.headers import Headers

from flask import Blueprint, Flask, Response
from whitenoise import WhiteNoise

DIST = Path(__file__).parent.parent.parent / "pwa" / "dist"
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

bp = Blueprint("pages", __name__)


@bp.get("/", defaults={"path": ""})
@bp.get("/<path:path>")
def page(path: str) -> Response:
    """The app's one page; its router reads the path. Files themselves are served before this."""
    index = DIST / "index.html"
    if path.startswith(("api/", "assets/")) or "." in path.rpartition("/")[2]:
        return Response(status=404)
    if not index.exists():
        return Response("The app is not built yet: run `make build`.", 503, mimetype="text/plain")
    return Response(index.read_bytes(), headers={"Cache-Control": "no-cache"}, mimetype="text/html")


def serve_files(app: Flask, secure: bool) -> None:
    """Put the built files, compressed beforehand, in front of the app; give everything the headers."""
    extra = HEADERS | (HSTS if secure else {})

    def _to_file(headers: Headers, _path: str, _url: str) -> None:
        for name, value in extra.items():
            headers[name] = value

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.update(extra)
        return response

    # Flask's documented way to add middleware; mypy knows wsgi_app only as a method
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=DIST if DIST.exists() else None,
        max_age=0,
        immutable_file_test=r"^/assets/.+-[\w-]{8,}\.\w+$",
        add_headers_function=_to_file,
    )
