"""Every way to reach somebody as one: the address says which."""

from datetime import datetime

from app.channels.group_channels import GroupChannels
from app.channels.outcome import Outcome
from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Address, Message, WebPush


class Ways:
    """Web Push to a device, or a channel to a unit."""

    def __init__(self, web_push: WebPush, group_channels: GroupChannels) -> None:
        self._web_push, self._group_channels = web_push, group_channels

    def send(self, address: Address | SealedAddress, message: Message, now: datetime) -> Outcome:
        """Make one attempt."""
        if isinstance(address, SealedAddress):
            return self._group_channels.send(address, message, now)
        return self._web_push.send(address, message, now)
