"""What a message to a group says: the words of the lock screen (sync/rules/notice_words.json), and a link.

Never a name, a word of the case, or an address (docs/cases.md, Notices).
"""

import json

from app.channels.web_push import Message
from sync.levels import RULES
from sync.notice_steps import LEADS_TO

WORDS = json.loads((RULES / "notice_words.json").read_text("utf-8"))["zh"]


def text_of(message: Message, url: str | None) -> str:
    """The words for a group, in Chinese; without a link where the server does not know its own address."""
    first = (WORDS["urgent"] if message.urgency == "urgent" else "") + _news(message)
    return f"{first}\n{WORDS['open']} {url}{_path(message)}" if url else first


def _path(message: Message) -> str:
    if message.case_id:
        return f"/cases/{message.case_id}"
    return "/notices" if message.count else LEADS_TO.get(message.kind, "/notices")


def _news(message: Message) -> str:
    if message.count is None:
        said: str = WORDS["kinds"].get(message.kind, WORDS["other"])
        return said
    many: str = WORDS["many"].get(message.kind, WORDS["many"]["other"])
    return many.format(count=message.count)
