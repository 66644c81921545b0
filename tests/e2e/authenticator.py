"""A finger on the phone: Chromium's virtual authenticator, with a pseudo-random function (PRF)."""

from typing import Any

from playwright.sync_api import Page

OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Authenticator:
    """One phone's; what it made is lost with the page."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        self._id = made["authenticatorId"]

    def knows(self, finger: bool) -> None:
        """Whether the finger laid on from now on is the owner's."""
        self._send("setUserVerified", isUserVerified=finger)

    def waits(self, waiting: bool) -> None:
        """Whether a prompt stays open from now on, with no finger laid on."""
        self._send("setAutomaticPresenceSimulation", enabled=not waiting)

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def _send(self, method: str, **more: Any) -> Any:
        return self._session.send(f"WebAuthn.{method}", {"authenticatorId": self._id, **more})
