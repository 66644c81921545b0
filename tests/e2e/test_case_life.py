"""A case from the door to the resident's word, on the phones of a worker, their leader and the secretary."""

from collections.abc import Callable

from playwright.sync_api import expect

from sync.cases import number
from tests.e2e.handset import Handset
from tests.town import PASSWORD, id_of

GetPhone = Callable[[], Handset]


def of(new_phone: GetPhone, name: str, path: str = "/") -> Handset:
    phone = new_phone()
    phone.sign_in(name, PASSWORD)
    phone.open(path)
    return phone


def open_case(phone: Handset, title: str, home: str = "g1-101") -> str:
    """Open a doorstep case; the path of its page."""
    phone.open(f"/cases/new?dwelling={id_of(home)}&kind=doorstep")
    phone.page.get_by_label("标题").fill(title)
    phone.tap("保存")
    expect(phone.page.get_by_role("heading", name=title)).to_be_visible()
    phone.wait_until_sent()
    return "/cases/" + phone.page.url.rpartition("/")[2]


def more(phone: Handset, action: str) -> None:
    phone.page.locator("summary", has_text="更多办法").tap()
    phone.tap(action)


def choose(phone: Handset, label: str, exact: bool = True) -> None:
    phone.page.get_by_role("radio", name=label, exact=exact).tap()


def say(phone: Handset, label: str, words: str, confirm: str) -> None:
    phone.page.get_by_label(label).fill(words)
    phone.tap(confirm)
    phone.sees(words)
    phone.wait_until_sent()


def test_a_case_is_assigned_given_time_settled_and_opened_again_by_its_resident(
    new_phone: GetPhone,
) -> None:
    worker = of(new_phone, "worker")
    path = open_case(worker, "楼道灯不亮")

    leader = of(new_phone, "leader", path)
    more(leader, "指派")
    leader.tap("确认指派")
    leader.sees("请选一个人。")
    choose(leader, "mate")
    say(leader, "交代的话", "今天去看看", "确认指派")
    leader.sees("交给mate办")

    mate = of(new_phone, "mate", path)
    more(mate, "申请延期")
    mate.tap("7 天后")
    say(mate, "理由", "等材料到货", "提交申请")

    secretary = of(new_phone, "secretary", path)
    secretary.tap("同意延期")
    secretary.sees("同意延期")
    secretary.wait_until_sent()

    mate.open(path)
    say_resolved = "换了灯泡"
    mate.tap("办结")
    say(mate, "办理情况", say_resolved, "确认办结")

    worker.open(path)
    worker.sees(say_resolved)
    worker.lose_signal()
    worker.tap("回访评价")
    worker.tap("确认评价")
    worker.sees("请选解决了没有。")
    choose(worker, "没解决")
    choose(worker, "不满意")
    worker.page.get_by_label("居民怎么说").fill("晚上还是不亮")
    worker.tap("确认评价")
    worker.sees("待接单")
    worker.sees("没解决 · 不满意")
    worker.find_signal()
    worker.wait_until_sent()

    mate.open(path)
    mate.sees("晚上还是不亮")
    mate.tap("接单")
    mate.sees("办理中")


def test_who_leaves_the_camera_without_a_photo_goes_on_with_what_was_being_written(
    new_phone: GetPhone,
) -> None:
    worker = of(new_phone, "worker")
    open_case(worker, "单元门关不上")
    worker.tap("接单")
    worker.tap("办结")
    words = worker.page.get_by_label("办理情况")
    words.fill("换了闭门器")
    camera = worker.page.get_by_role("dialog").locator("input[capture]")
    # as browsers tell it, and no test can have a camera closed
    camera.dispatch_event("cancel", {"bubbles": True})
    expect(words).to_have_value("换了闭门器")
    worker.tap("确认办结")
    worker.sees("换了闭门器")


def test_who_is_about_to_settle_a_case_that_another_withdraws_is_told_and_leaves_a_note(
    new_phone: GetPhone,
) -> None:
    worker = of(new_phone, "worker")
    path = open_case(worker, "井盖响")
    worker.tap("接单")
    worker.wait_until_sent()
    worker.tap("办结")
    worker.page.get_by_label("办理情况").fill("垫了一块胶皮")

    leader = of(new_phone, "leader", path)
    more(leader, "撤回")
    say(leader, "理由", "市政已经换过", "确认撤回")

    worker.sees("这件事刚有变化，“办结”办不成了")
    worker.tap("确认办结")
    worker.sees("话已作为留言存到手机")
    worker.sees("想要办结，没办成，话留在这里")
    worker.wait_until_sent()
    leader.open(path)
    leader.sees("垫了一块胶皮")


def test_who_is_about_to_refuse_more_time_answers_no_request_that_came_meanwhile(
    new_phone: GetPhone,
) -> None:
    worker = of(new_phone, "worker")
    path = open_case(worker, "路面塌了一块")
    worker.tap("接单")

    def ask(days: str) -> None:
        worker.tap("申请延期")
        worker.tap(days)
        say(worker, "理由", f"要等到{days}", "提交申请")

    worker.page.locator("summary", has_text="更多办法").tap()
    ask("7 天后")
    secretary = of(new_phone, "secretary", path)
    secretary.tap("不同意延期")
    secretary.sees("延期申请：延到")
    secretary.page.get_by_label("理由").fill("先围起来")
    ask("15 天后")
    secretary.sees("“不同意延期”办不成了")
    secretary.tap("确认不同意")
    secretary.sees("想要不同意延期，没办成")
    secretary.wait_until_sent()
    worker.open(path)
    worker.sees("先围起来")


def test_a_duplicate_is_merged_and_a_mistake_withdrawn(new_phone: GetPhone) -> None:
    worker = of(new_phone, "worker")
    first = open_case(worker, "水管漏水")
    second = open_case(worker, "水管漏水，楼上楼下都有")
    open_case(worker, "登记错的")
    more(worker, "撤回")
    say(worker, "理由", "登记错了", "确认撤回")
    worker.sees("已撤回")
    worker.sees("最后由谁办")
    expect(worker.page.get_by_text("办结时限")).to_have_count(0)

    leader = of(new_phone, "leader", second)
    more(leader, "并单")
    choose(leader, number(first.rpartition("/")[2]), exact=False)
    say(leader, "说明", "同一根管子", "确认并单")
    leader.sees("已并单")
    leader.page.get_by_role("link", name="并到").first.tap()
    leader.page.wait_for_url(f"**{first}")
    leader.sees("并进来")

    more(leader, "撤回")
    leader.sees("并进来的事各自接着办")
    say(leader, "理由", "已经有人报过", "确认撤回")
    leader.open(second)
    leader.sees("拆单")
    leader.sees("待接单")
    leader.page.get_by_role("link", name="原来并到").tap()
    leader.page.wait_for_url(f"**{first}")


def test_a_council_is_recorded_step_by_step(new_phone: GetPhone) -> None:
    worker = of(new_phone, "worker")
    open_case(worker, "要不要装充电桩")
    worker.tap("接单")
    worker.sees("办理中")
    more(worker, "议事会")
    choose(worker, "议（商议决定）")
    worker.page.get_by_label("到场人数").fill("12")
    for side, count in (("赞成票", "9"), ("反对票", "1"), ("弃权票", "2")):
        worker.page.get_by_label(side).fill(count)
    say(worker, "内容", "装在东门，晚十点断电", "确认记下")
    worker.sees("到场 12 人 · 赞成 9 · 反对 1 · 弃权 2")
