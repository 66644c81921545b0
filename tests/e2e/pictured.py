"""What has happened in the demo before its screens are pictured."""

from contextlib import closing
from typing import Any

import orjson

from app.ids import new_id
from tests.app.test_receipts import token
from tests.device import Device
from tests.serving import Running

GRID = "3706020030010101"


def news_for(served: Running, worker: str) -> dict[str, str]:
    """Have somebody correct a number that this worker has corrected too, and move cases that they opened: an
    urgent one, to which they are called, and a flood of others. Where it is, and what their grid does itself.
    """
    (secretary,) = served.of_role("branch_secretary", GRID[:14])
    _correct_apart(served, worker, secretary)
    with closing(Device(served.port, worker)) as opener:
        _, operations = opener.bring_down()
        home = next(op["id"] for op in operations if op["type"] == "dwelling")
        cases = [
            {"id": new_id(), "kind": "branch", "title": f"第{n}号楼道灯", "dwelling_id": home}
            for n in range(1, 7)
        ]
        cases[0] |= {"title": "楼道里有燃气味", "urgency": "urgent"}
        opened = [opener.mutation("case.open", **case) for case in cases]
        opener.post(opener.envelope(mutations=opened))
    with closing(Device(served.port, secretary)) as mover:
        accepts = [{"id": case["id"], "event_id": new_id()} for case in cases]
        moved = [mover.mutation("case.accept", **accept) for accept in accepts]
        mover.post(mover.envelope(mutations=moved))
        _, operations = mover.bring_down()
        opener_id = next(
            op["value"]["opened_by"] for op in operations if op.get("id") == cases[0]["id"]
        )
        call = {"id": cases[0]["id"], "event_id": new_id(), "text": "请带测漏仪来"}
        to = [{"person_id": opener_id}, {"department": "物业"}]
        whistle = mover.mutation("case.whistle", **call, to=to)
        mover.post(mover.envelope(mutations=[whistle]))
    return {"case-called": f"/cases/{cases[0]['id']}", **_own_cases(served, worker, home)}


def _own_cases(served: Running, worker: str, home: str) -> dict[str, str]:
    """Where three cases of the worker's grid are: one they handle, one settled and one closed."""
    held, settled, closed = (new_id() for _ in range(3))
    with closing(Device(served.port, worker)) as handler:
        for case in (held, settled, closed):
            opened = {"id": case, "kind": "doorstep", "title": "单元门关不上", "dwelling_id": home}
            acts: list[tuple[str, dict[str, Any]]] = [
                ("case.open", opened),
                ("case.accept", _act(case)),
            ]
            if case != held:
                acts.append(("case.resolve", _act(case, text="换了闭门器")))
            if case == closed:
                acts.append(("case.rate", _act(case, solved=True, content=True, how="visit")))
            done = [handler.mutation(name, **args) for name, args in acts]
            answer = handler.post(handler.envelope(mutations=done))
            assert answer.count(b'"applied"') == len(done), answer[:500]
    return {
        "case-held": f"/cases/{held}",
        "case-settled": f"/cases/{settled}",
        "case-closed": f"/cases/{closed}",
    }


def _act(case: str, **words: object) -> dict[str, Any]:
    return {"id": case, "event_id": new_id(), **words}


def _correct_apart(served: Running, worker: str, secretary: str) -> None:
    """Both correct one resident's number without having seen the other's: the worker's is left out."""
    with (
        closing(Device(served.port, worker)) as first,
        closing(Device(served.port, secretary)) as second,
    ):
        _, operations = first.bring_down()
        residents = (op for op in operations if op["type"] == "resident")
        resident = next(op["id"] for op in residents if op["value"]["phone"])
        for device, phone in ((first, "13800000001"), (second, "13800000002")):
            edit = device.mutation("resident.edit", id=resident, changes={"phone": phone})
            device.post(device.envelope(mutations=[edit]))


def receipt_for(served: Running, worker: str) -> str:
    """The path on the receipt of a case that this worker opened and that has been settled."""
    (secretary,) = served.of_role("branch_secretary", GRID[:14])
    case_id = new_id()
    with closing(Device(served.port, worker)) as opener:
        _, operations = opener.bring_down()
        home = next(op["id"] for op in operations if op["type"] == "dwelling")
        case = {"id": case_id, "kind": "branch", "title": "三楼的灯不亮", "dwelling_id": home}
        opener.post(opener.envelope(mutations=[opener.mutation("case.open", **case)]))
        opener.connection.request("GET", "/api/v1/session", headers=opener.headers())
        key = orjson.loads(opener.connection.getresponse().read())["device_token"]
    with closing(Device(served.port, secretary)) as mover:
        acts = [
            mover.mutation("case.accept", id=case_id, event_id=new_id()),
            mover.mutation("case.resolve", id=case_id, event_id=new_id(), text="换了灯泡"),
        ]
        mover.post(mover.envelope(mutations=acts))
    return f"/r/{token(case_id, key)}"
