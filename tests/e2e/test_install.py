"""How the app comes to the home screen: at a tap, or by the steps of the browser it is opened in."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.town import PASSWORD

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; PEGM00 Build/SKQ1.211113.001; wv) AppleWebKit/537.36 Version/4.0"
    " Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.47.2560(0x28002F30) NetType/4G"
)
OFFER = """() => {
  const prompt = async () => (window.asked = true, { outcome: 'accepted' })
  dispatchEvent(Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt }))
}"""
UNWILLING = (
    "StorageManager.prototype.persisted = StorageManager.prototype.persist = async () => false"
)
"""A browser that promises nothing."""


def test_who_opens_it_in_wechat_is_told_what_does_not_work_there_and_takes_the_address_along(
    handset: Callable[[], Handset],
) -> None:
    phone = handset()
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setUserAgentOverride", {"userAgent": WECHAT})
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.open("/")
    phone.sees("没送出的内容可能被清除，新事项也收不到提醒")
    phone.page.get_by_role("link", name="怎么换到手机浏览器").tap()
    expect(phone.page.get_by_label("您用的是")).to_have_value("wechat")
    for words in ("微信里有几件事做不到", "没送出的内容，可能被清除", "选“在浏览器打开”"):
        phone.sees(words)
    phone.tap("复制网址")
    phone.sees("已复制")
    copied = phone.page.evaluate("() => navigator.clipboard.readText()")
    assert phone.page.url.startswith(copied)
    phone.page.get_by_label("您用的是").select_option("dingtalk")
    phone.sees("钉钉里有几件事做不到")
    phone.tap("返回")
    expect(phone.page.get_by_label("用户名", exact=True)).to_be_visible()


def test_a_browser_that_offers_to_install_does_so_at_one_tap(
    handset: Callable[[], Handset],
) -> None:
    phone = handset()
    phone.open("/install")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("装到手机桌面")
    phone.page.evaluate(OFFER)
    phone.tap("现在就装")
    assert phone.page.evaluate("() => window.asked")
    phone.page.evaluate("() => dispatchEvent(new Event('appinstalled'))")
    phone.sees("已经装好了")


def test_who_asks_a_browser_to_protect_what_it_stores_is_told_that_it_declined_and_what_helps(
    new_phone: Callable[[], Handset],
) -> None:
    phone = new_phone()
    phone.context.add_init_script(UNWILLING)
    phone.sign_in("worker", PASSWORD)
    phone.open("/me")
    phone.tap("保护存储")
    phone.sees("浏览器这次没有答应。请把敲门装到手机桌面")
