"""Everything there is to see in the app: its pages, and what opens on them."""

from dataclasses import dataclass

from tests.e2e.steps import (
    Find,
    Step,
    below,
    button,
    button_of,
    choose,
    field,
    first,
    lose_clipboard,
    press,
    save_without_signal,
    see,
    send_misheard,
    switch,
    take_photo,
    unfold,
    unlock,
    write,
)


@dataclass(frozen=True)
class State:
    """Something to see: a page, by its name, or what these steps open on it.

    `at` is what there is to look at, if not the top of the page; `after` are steps for what comes next.
    """

    name: str
    page: str
    steps: tuple[Step, ...] = ()
    at: Find | None = None
    after: tuple[Step, ...] = ()


def _page(name: str) -> State:
    return State(name, name)


TO_CHOOSE = {"whistle": "checkbox", "assign": "radio", "merge": "radio"}
"""What comes into the sheets of some actions once it is found."""


def _asked(page: str, *actions: str, behind: tuple[Step, ...] = ()) -> tuple[State, ...]:
    """What an action on a case asks before it is done, where this case allows it."""
    return tuple(
        State(f"case-{action}", page, (*behind, press(f"case.action.{action}"), *_there(action)))
        for action in actions
    )


def _there(action: str) -> tuple[Step, ...]:
    chosen = TO_CHOOSE.get(action)
    found = (see(first(f"dialog input[type={chosen}]")),) if chosen else ()
    return (see(button(f"case.confirm.{action}")), *found)


IN_SHEET = first("dialog li")
PERSON = first("article button")
SHARE = first("section button:has(svg)")
FLOOD = first("button[aria-expanded]")
LIKELY = first("fieldset [role=group] button")
END = first("article button")
REFUSED = button_of("word.got_it")

STATES = (
    _page("today"),
    _page("buildings"),
    _page("building"),
    State("dwelling-add", "building", (press("new_dwelling.add"), see(field("field.room")))),
    _page("dwelling"),
    State("dwelling-correct", "dwelling", (press("correct.dwelling"), see(field("field.room")))),
    State("resident-add", "dwelling", (press("resident.add"), see(field("resident.name")))),
    State("resident-fix", "dwelling", (press(PERSON), see(field("resident.name")))),
    State(
        "resident-remove",
        "dwelling",
        (press(PERSON), press("resident.remove"), see(button("word.cancel"))),
    ),
    _page("visit"),
    State("phrases", "visit", (press("phrases.edit"), see(field("phrases.field")))),
    State("visit-when", "visit", at=field("visit.occurred_at")),
    State("visit-photo", "visit", (take_photo,), at=button("photo.view", n=1)),
    State(
        "photo", "visit", (take_photo, press(button("photo.view", n=1)), see(first("dialog img")))
    ),
    State(
        "visit-where",
        "visit-anywhere",
        (write(first("input[type=search]"), "1"), see(first("li button"))),
    ),
    State("visit-outside", "visit-anywhere", (choose("place.elsewhere"), see(field("place.text")))),
    _page("visit-correct"),
    _page("cases"),
    _page("case"),
    _page("case-called"),
    State(
        "case-reached",
        "case-called",
        (unfold("reached.title"), see(below("reached.title"))),
        at=below("reached.title"),
    ),
    State(
        "case-respond",
        "case-called",
        (
            press("case.answer.coming"),
            press("case.answer.done"),
            see(button("case.confirm.respond")),
        ),
    ),
    State("case-more", "case-held", (unfold("case.more"),), at=button("case.action.withdraw")),
    State(
        "case-receipt",
        "case-held",
        (press("case.receipt.title"), see(first("dialog svg[role=img]"))),
    ),
    *_asked("case-held", "resolve", "whistle", "escalate", "note"),
    *_asked(
        "case-held",
        "assign",
        "extend",
        "council",
        "merge",
        "withdraw",
        behind=(unfold("case.more"),),
    ),
    *_asked("case-settled", "rate"),
    *_asked("case-closed", "reopen"),
    _page("case-form"),
    State("case-known", "case-form", (write("case.name", "单元门关不上"), see(first("form li a")))),
    State("duty-items", "case-form", (press("duty_list.choose"), see(IN_SHEET))),
    State(
        "duty-item-chosen",
        "case-form",
        (write("case.name", "楼道灯不亮"), press(LIKELY), see(button("duty_list.drop"))),
        at=button("duty_list.drop"),
    ),
    _page("search"),
    State(
        "search-found", "search", (write(first("input[type=search]"), "l"), see(first("main li")))
    ),
    _page("diary"),
    State("diary-share", "diary", (lose_clipboard, press(SHARE), see(first("dialog textarea")))),
    _page("notices"),
    State("notices-flood", "notices", (press(FLOOD),)),
    _page("outbox"),
    _page("rescue"),
    _page("me"),
    State("pin-change", "me", (press("lock.change"), see(field("lock.again")))),
    State("password-change", "me", (press("password.change"), see(field("password.chosen")))),
    State("passkey", "me", (press(switch("passkey.use")), see(field("lock.old")))),
    State("sign-out", "me", (press("me.sign_out"), see(button("word.cancel")))),
    _page("duty"),
    State(
        "duty-swap",
        "duty",
        (press(first("article > button")), see(first("dialog input[type=radio]"))),
    ),
    _page("deadlines"),
    State("deadline-add", "deadlines", (press("deadlines.add"), see(field("deadlines.accept")))),
    _page("held"),
    _page("held"),
    _page("phones"),
    _page("channels"),
    State("channel-add", "channels", (press("channels.add"), see(field("channels.which")))),
    _page("devices"),
    State("device-end", "devices", (press(END), see(button("word.cancel")))),
    _page("install"),
    _page("missing"),
    State("outbox-waiting", "visit", (save_without_signal,)),
    State("sign-out-unsent", "me", (press("me.sign_out"), see(button("me.send_first")))),
    State(
        "sign-out-again",
        "me",
        (press("me.sign_out"), press("me.leave_anyway"), see(button("me.leave_for_sure"))),
    ),
    State("outbox-refused", "outbox", (send_misheard,), at=REFUSED, after=(press(REFUSED),)),
    State("locked", "me", (press("lock.now"), see(field("lock.pin")))),
    State(
        "locked-forgot",
        "me",
        (press("lock.forgot"), see(button("lock.forgot_yes"))),
        after=(unlock,),
    ),
)
"""In an order in which none stands in the way of the next."""
