"""What Lighthouse says of the pages at the door: a slow phone on slow 4G, as it has them by itself."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.report import print_row
from tests.e2e.handset import CHROMIUM, PIN, Handset
from tests.e2e.screens import GRID, first
from tests.serving import PASSWORD, server

SCORES = Path(__file__).parent / "scores"


def measure() -> None:
    """Fetch Lighthouse where it is not there yet, measure in a demo community, and print the report."""
    if not (SCORES / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit"], cwd=SCORES, check=True)
    with server("sqlite") as served, tempfile.TemporaryDirectory() as folder:
        (worker, *_) = served.of_role("grid_worker", GRID)
        for name, path in _pages(Path(folder), served.address, worker).items():
            said = _ask(folder, served.address, path)
            assert said["shown"] == served.address + path, said
            row = " / ".join(map(str, said["scores"]))
            aim = "aim ≥ 98 / 100 / 100"
            print_row(f"lighthouse: {name}, speed / accessibility / practices", row, "", aim)
            for lacking in said["lacking"]:
                print(f"    {lacking}")


def _pages(profile: Path, address: str, worker: str) -> dict[str, str]:
    """Have this worker sign in on a new phone; where its pages are."""
    with sync_playwright() as playwright:
        phone = Handset(playwright, profile, address)
        phone.sign_in(worker, PASSWORD)
        phone.open("/cases")
        case = first(phone.page, "cases")
        phone.open("/buildings")
        building = first(phone.page, "buildings")
        phone.open(building)
        home = first(phone.page, "dwellings").rpartition("/")[2]
        phone.close()
    visit = f"/visits/new?dwelling={home}"
    return {"Today": "/", "Building": building, "Visit": visit, "Case": case}


def _ask(profile: str, address: str, path: str) -> dict[str, Any]:
    asked = ["node", str(SCORES / "scores.mjs"), CHROMIUM, profile, address, PIN, path]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said
