"""A phone is lost, or cannot reach the server: what it held is handed over, by itself or by hand."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_main_job import photo_of, record_visit, sent_by
from tests.serving import PASSWORD, QIAOMEN, Running

GRID = "3706020030010101"
LEFT_ON_THE_PHONE = """async () => {
  const whenDone = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
  const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name !== 'qiaomen')
  const counts = await Promise.all(names.map(async (name) => {
    const db = await whenDone(indexedDB.open(name))
    const tables = [...db.objectStoreNames].filter((table) => table !== 'fact')
    const count = (table) => whenDone(db.transaction(table).objectStore(table).count())
    const rows = await Promise.all(tables.map(count))
    db.close()
    return rows.reduce((sum, count) => sum + count, 0)
  }))
  return counts.reduce((sum, count) => sum + count, 0)
}"""
DECIDE = """async (words) => {
  const headers = { 'X-Qiaomen': '1', 'Content-Type': 'application/json' }
  const { quarantined } = await (await fetch('/api/v1/quarantine')).json()
  const mine = quarantined.filter(({ args }) => args.summary === words)
  const [{ device_id, id }] = mine
  const body = JSON.stringify({ accept: true })
  const answer = await fetch(`/api/v1/quarantine/${device_id}/${id}`, { method: 'POST', headers, body })
  return { count: mine.length, ...(await answer.json()) }
}"""


def qiaomen(served: Running, *arguments: str) -> str:
    done = subprocess.run(
        [QIAOMEN, *arguments], env=served.env, check=True, capture_output=True, text=True
    )
    return done.stdout


def devices_of(served: Running, username: str) -> list[str]:
    """The devices of a person, whom other tests may have lent phones of their own; the newest last."""
    database = connect(Path(served.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        rows = database.execute(
            "SELECT device.id FROM device JOIN person ON person.id = person_id WHERE username = ?"
            " ORDER BY created_at",
            [username],
        )
        return [str(id_) for (id_,) in rows]


def test_a_revoked_phone_hands_its_work_over_wipes_itself_and_the_secretary_accepts_it(
    handset: Callable[[], Handset], served: Running, tmp_path: Path
) -> None:
    worker, secretary = handset(), handset()
    knocker = served.of_role("grid_worker", GRID)[2]
    worker.sign_in(knocker, PASSWORD)
    secretary.sign_in(served.of_role("branch_secretary", GRID[:14])[0], PASSWORD)
    worker.find_dwelling("1-1-401")
    dwelling = worker.page.url
    worker.lose_signal()
    record_visit(worker, "老人独居，要人帮着换灯泡", photo_of(tmp_path))
    worker.page.wait_for_url(dwelling)
    worker.sees("已存手机")

    *others, device = devices_of(served, knocker)
    assert "is revoked since" in qiaomen(served, "revoke", device)
    worker.find_signal()
    expect(worker.page.get_by_text("这部手机已被停用")).to_be_visible(timeout=30_000)
    worker.sees("1 条记录、1 张照片已加密交给服务器")
    assert worker.page.evaluate(LEFT_ON_THE_PHONE) == 0

    decision: dict[str, Any] = secretary.page.evaluate(DECIDE, "老人独居，要人帮着换灯泡")
    assert decision["count"] == 1
    assert (decision["accepted"], decision["verdict"]) == (True, "applied")
    secretary.open("/")
    secretary.wait_for_words("bundle", "老人独居，要人帮着换灯泡")
    secretary.page.goto(dwelling)
    secretary.sees("老人独居，要人帮着换灯泡")
    worker.sign_in(knocker, PASSWORD)
    assert len(devices_of(served, knocker)) == len(others) + 2


def test_an_outbox_exported_without_signal_is_imported_and_then_sent_from_the_phone_too_once(
    handset: Callable[[], Handset], served: Running, tmp_path: Path
) -> None:
    worker, mate = handset(), handset()
    knocker = served.of_role("grid_worker", GRID)[3]
    (helper,) = served.of_role("grid_leader", GRID)
    worker.sign_in(knocker, PASSWORD)
    mate.sign_in(helper, PASSWORD)
    worker.find_dwelling("1-1-501")
    dwelling = worker.page.url
    before = sent_by(served, knocker)
    worker.lose_signal()
    record_visit(worker, "信号全无，先写在手机上", photo_of(tmp_path))
    worker.page.wait_for_url(dwelling)
    worker.open("/outbox")
    with worker.page.expect_download() as download:
        worker.tap("导出")
    file = tmp_path / "outbox.qiaomen"
    download.value.save_as(file)
    worker.sees("已导出 1 个文件")

    imported = qiaomen(served, "import", "outbox", str(file))
    assert imported.startswith("1 taken, 0 already there, 0 quarantined, 0 rejected; 1 photos kept")
    mate.open("/rescue")
    mate.page.locator("input[type=file]").set_input_files(file)
    mate.sees("1 条以前已送到")
    mate.open("/")
    mate.wait_for_words("bundle", "信号全无，先写在手机上")
    mate.page.goto(dwelling)
    mate.sees("信号全无，先写在手机上")

    worker.find_signal()
    worker.open("/outbox")
    worker.sees("全部已送达")
    assert sent_by(served, knocker) - before == {"visit.record": 1}
    worker.page.goto(dwelling)
    expect(worker.page.get_by_text("信号全无，先写在手机上")).to_have_count(1)


def test_a_file_of_something_else_is_refused_in_plain_words(
    handset: Callable[[], Handset], served: Running, tmp_path: Path
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_leader", GRID)[0], PASSWORD)
    worker.open("/rescue")
    worker.page.locator("input[type=file]").set_input_files(photo_of(tmp_path))
    worker.sees("这不是从敲门导出的文件")
