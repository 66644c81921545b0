"""How long a browser may keep the files of the app."""

from flask import Flask

from app.routes.pages import DIST


def _kept(town: Flask, path: str) -> str:
    with town.test_client().get(path) as response:
        assert response.status_code == 200, "run `make build` first"
        return response.headers["Cache-Control"]


def test_a_file_named_by_what_is_in_it_is_fetched_once(town: Flask) -> None:
    named = next(DIST.glob("assets/index-*.js"))
    assert "immutable" in _kept(town, f"/assets/{named.name}")


def test_what_leads_to_a_new_version_is_asked_for_each_time(town: Flask) -> None:
    for path in ("/", "/sw.js", "/manifest.webmanifest"):
        assert _kept(town, path) in ("no-cache", "max-age=0, public")
