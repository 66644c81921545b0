"""/api/v1/units/<id>/channels: how a unit's people are told beside Web Push, set up by who leads it."""

from uuid import UUID

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from app.answers import answer, small_body
from app.channels.group_channels import GroupChannels
from app.routes.access import author, config, now, signed_in
from app.schemas.channels import ChannelRequest, ChannelsAnswer, TriedAnswer
from app.schemas.shapes import dump, load
from app.services import setting_up_channels
from app.strongbox import Strongbox

bp = Blueprint("channels", __name__, url_prefix="/units/<uuid:unit_id>/channels")


@bp.get("")
@signed_in
def channels(unit_id: UUID) -> Response:
    """The unit's channels, their keys masked."""
    found = setting_up_channels.channels(author(), str(unit_id))
    return answer(dump(ChannelsAnswer, {"channels": found}))


@bp.post("")
@signed_in
def set_up(unit_id: UUID) -> Response:
    """Add a channel."""
    asked = load(ChannelRequest, small_body())
    setting_up_channels.set_up(author(), str(unit_id), asked.id, asked.url, _box(), now())
    return Response(status=201)


@bp.delete("/<uuid:channel_id>")
@signed_in
def take_away(unit_id: UUID, channel_id: UUID) -> Response:
    """Tell nobody there any more."""
    setting_up_channels.take_away(author(), str(unit_id), str(channel_id))
    return Response(status=204)


@bp.post("/<uuid:channel_id>/try")
@signed_in
def try_out(unit_id: UUID, channel_id: UUID) -> Response:
    """Send a test message and say what became of it."""
    ways = GroupChannels(_box(), networks=config().allowed_networks)
    tried = setting_up_channels.try_out(author(), str(unit_id), str(channel_id), ways, now())
    if tried is None:
        raise NotFound
    return answer(dump(TriedAnswer, tried))


def _box() -> Strongbox:
    return Strongbox(config().keys.secret)
