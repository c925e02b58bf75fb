"""The lab: faults on demand, the lifecycle's clock, and whether the promise is kept.

AWS has none of this. Each part asks the endpoint for its page and says so where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call, LabCall
from console.errors import ConsoleError
from console.parts.form import Form, IncompleteError, required
from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import error_bar, note, preformatted, state
from console.service import Service
from console.showing import moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

FAULTS_PAGE: Final = "/_lab/faults"
CLOCK_PAGE: Final = "/_lab/clock"
DAY_SECONDS: Final = 24 * 60 * 60

OF_SERVICES: Final = ("throttle", "error", "slow")
SERVICES: Final = ("s3", "sqs", "stepfunctions", "sns", "lambda", "logs", "cloudwatch")
KINDS: Final = {
    "throttle": ("Too many requests", "บอกว่ามี request มากเกินไป"),
    "error": ("Answers 500", "ตอบ 500"),
    "slow": ("Answers late", "ตอบช้า"),
    "kill": ("The function is killed", "function ถูก kill"),
    "memory": ("The function runs out of memory", "function ใช้หน่วยความจำเกิน"),
}
POINTS: Final = {
    "before": ("before the handler begins", "ก่อน handler เริ่ม"),
    "during": ("at its next request to AWS", "ตอน request ถัดไปถึง AWS"),
    "after": ("when all is done", "หลังทำทุกอย่างเสร็จ"),
}
ANYONE: Final = ""
TONES: Final = {"Enabled": "good", "Disabled": "warned"}


def lab(page: Page) -> None:
    """Show what can be done with the lab itself."""
    with page_head("Lab"):
        pass
    _faults(page)
    _triggers(page)
    _clock(page)
    _command_card(
        page,
        "Verify",
        ["verify", "--account", page.cloud.account],
        page.say(
            "Has each upload of this account one outcome, the right figures and one mail?",
            "ทุกไฟล์ที่อัปโหลดใน account นี้มีผลลัพธ์เดียว ตัวเลขถูก และอีเมลฉบับเดียวหรือไม่",
        ),
    )
    _command_card(
        page,
        "Doctor",
        ["doctor"],
        page.say("Has this machine all that the lab needs?", "เครื่องนี้มีทุกอย่างที่แล็บต้องใช้หรือไม่"),
    )


# --- faults ------------------------------------------------------------------------------------


def _faults(page: Page) -> None:
    def actions() -> None:
        action(page, "Switch all off", lambda: _switch_off(page))
        action(page, "Switch on", lambda: _switch_on(page), main=True)

    with card(page.say("Faults on demand", "ความผิดพลาดตามสั่ง"), actions):
        note(
            page.say(
                "See what the pipeline does when a service throttles or a function is lost. "
                "Only requests of functions, the workflow and the queue poller of this account "
                "are affected; your own clicks always work.",
                "ดูว่า pipeline ทำอย่างไรเมื่อ service ตอบช้าหรือ function หายไป มีผลเฉพาะ request ของ "
                "function, workflow และตัวอ่าน queue ใน account นี้ การคลิกของคุณใช้ได้เสมอ",
            )
        )
        table = Table(
            page,
            [
                Column("what", page.say("Fault", "ความผิดพลาด")),
                Column("state", "State", "state"),
                Column("left", page.say("Left", "เหลือ"), minor=True),
                Column("struck", page.say("Struck", "โดนไปแล้ว"), "number"),
            ],
            key="id",
            empty=page.say("Nothing is faulty.", "ทุกอย่างปกติ"),
        )
        Live(
            page,
            lambda: _read_page(page, FAULTS_PAGE),
            lambda found: table.show([_fault_row(page, each) for each in found["faults"]]),
            in_place=True,
        )


async def _read_page(page: Page, path: str) -> Answer:
    """Return what one of the lab's pages says of this account.

    Raises:
        ConsoleError: The endpoint has no such page.
    """
    found = await page.cloud.endpoint.page(f"{path}?account={page.cloud.account}")
    if not isinstance(found, dict):
        raise ConsoleError(
            "This endpoint is not the lab, or it does not answer: there is nothing to switch.",
            "endpoint นี้ไม่ใช่แล็บ หรือไม่ตอบ จึงไม่มีอะไรให้เปิดปิด",
        )
    return found


def _fault_row(page: Page, fault: Answer) -> Row:
    parts = [fault["kind"], fault["target"], fault["at"], fault["operation"]]
    if fault["role"]:
        parts.append(page.say(f"by {fault['role']}", f"โดย {fault['role']}"))
    left = [f"{fault['seconds_left']:.0f} s"]
    if fault["calls"] is not None:
        calls = fault["calls"] - fault["struck"]
        left.append(page.say(f"{calls} calls", f"{calls} ครั้ง"))
    return {
        "id": fault["id"],
        "what": " ".join(filter(None, parts)),
        "state": page.say("over", "จบแล้ว") if fault["over"] else page.say("on", "เปิดอยู่"),
        "state_tone": "idle" if fault["over"] else "bad",
        "left": "" if fault["over"] else ", ".join(left),
        "struck": fault["struck"],
    }


@dataclass(frozen=True)
class _FaultFields:
    kind: ui.select
    service: ui.select
    function: ui.select
    by: ui.select
    at: ui.select
    delay: ui.number
    calls: ui.number
    seconds: ui.number


async def _switch_on(page: Page) -> None:
    answer = await page.cloud.ask("lambda", "ListFunctions")
    roles = {each["FunctionName"]: each["Role"].rpartition("/")[2] for each in answer["Functions"]}
    names = sorted(roles)
    anyone = page.say("anyone", "ใครก็ได้")
    with Form(page, "Switch on") as form:
        fields = _FaultFields(
            kind=form.choice(
                page.say("Fault", "ความผิดพลาด"),
                {kind: f"{kind}: {page.say(*said)}" for kind, said in KINDS.items()},
                "throttle",
            ),
            service=form.choice("Service", list(SERVICES), "s3"),
            function=form.choice("Function", names, names[0] if names else None),
            by=form.choice(
                page.say("Only requests of", "เฉพาะ request ของ"),
                {ANYONE: anyone} | {name: name for name in names},
                ANYONE,
            ),
            at=form.choice(
                page.say("When", "เมื่อไร"),
                {point: f"{point}: {page.say(*said)}" for point, said in POINTS.items()},
                "during",
            ),
            delay=form.number(page.say("Late by", "ช้าไป"), 3, "s"),
            calls=form.number(page.say("Calls, then it is over", "กี่ครั้งแล้วจบ"), 3),
            seconds=form.number(page.say("Over after", "จบหลังจาก"), 60, "s"),
        )
        for field, kinds in (
            (fields.service, OF_SERVICES),
            (fields.by, OF_SERVICES),
            (fields.function, ("kill", "memory")),
            (fields.at, ("kill",)),
            (fields.delay, ("slow",)),
        ):
            field.bind_visibility_from(
                fields.kind, "value", backward=partial(_is_one_of, kinds=kinds)
            )
        form.makes(lambda: [_fault_call(page, fields, roles)])


def _is_one_of(kind: str, kinds: tuple[str, ...]) -> bool:
    return kind in kinds


def _fault_call(page: Page, fields: _FaultFields, roles: dict[str, str]) -> LabCall:
    kind = str(fields.kind.value)
    of_service = kind in OF_SERVICES
    target = required(
        fields.service.value if of_service else fields.function.value,
        page.say("Choose a function.", "ยังไม่ได้เลือก function"),
    )
    body: dict[str, Any] = {"kind": kind, "target": target, "account": page.cloud.account}
    words = ["chaos", "on", kind, target]
    if of_service and fields.by.value:
        body["role"] = roles[fields.by.value]
        words += ["--by", body["role"]]
    if kind == "kill":
        body["at"] = fields.at.value
        words += ["--at", str(fields.at.value)]
    if kind == "slow":
        body["delay"] = _number(page, fields.delay)
        words += ["--delay", f"{body['delay']:g}"]
    for name, field in (("calls", fields.calls), ("seconds", fields.seconds)):
        if field.value is not None:
            body[name] = int(_number(page, field))
            words += [f"--{name}", f"{body[name]}"]
    return LabCall([*words, "--account", page.cloud.account], "POST", FAULTS_PAGE, body)


def _number(page: Page, field: ui.number) -> float:
    if field.value is None:
        raise IncompleteError(page.say("Each number is needed.", "ต้องใส่ตัวเลขให้ครบ"))
    return float(field.value)


def _switch_off(page: Page) -> None:
    with Form(page, "Switch all off") as form:
        note(
            page.say(
                "All faults of this account are over at once.", "ความผิดพลาดทั้งหมดใน account นี้จบทันที"
            )
        )
        account = page.cloud.account
        words = ["chaos", "off", "all", "--account", account]
        form.makes(lambda: [LabCall(words, "DELETE", FAULTS_PAGE, query={"account": account})])


# --- the queue poller --------------------------------------------------------------------------


def _triggers(page: Page) -> None:
    with card(page.say("Queue poller", "ตัวอ่าน queue")):
        note(
            page.say(
                "Disable an event source mapping, and nobody reads its queue: messages wait.",
                "ปิด event source mapping แล้วไม่มีใครอ่าน queue ข้อความจะรออยู่",
            )
        )
        Live(
            page,
            lambda: page.cloud.ask("lambda", "ListEventSourceMappings"),
            lambda found: _draw_triggers(page, found["EventSourceMappings"]),
        )


def _draw_triggers(page: Page, mappings: list[Answer]) -> None:
    if not mappings:
        note(page.say("No function reads a queue yet.", "ยังไม่มี function ใดอ่าน queue"))
    for mapping in mappings:
        source = mapping.get("EventSourceArn", "").rpartition(":")[2]
        function = mapping["FunctionArn"].rpartition(":")[2]
        with ui.row().classes("items-center"):
            state(mapping["State"], TONES.get(mapping["State"], "busy"))
            ui.label(f"{source} → {function}")
            turned_on = mapping["State"] == "Enabled"
            action(
                page,
                "Disable" if turned_on else "Enable",
                partial(_switch_trigger, page, mapping["UUID"], enabled=not turned_on),
            )


def _switch_trigger(page: Page, identity: str, *, enabled: bool) -> None:
    with Form(page, "Enable" if enabled else "Disable") as form:
        parameters = {"UUID": identity, "Enabled": enabled}
        form.makes(lambda: [Call("lambda", "UpdateEventSourceMapping", parameters)])


# --- the clock ---------------------------------------------------------------------------------


def _clock(page: Page) -> None:
    def actions() -> None:
        action(page, "Push forward", lambda: _push(page))

    with card(page.say("Clock of the S3 lifecycle", "นาฬิกาของ S3 lifecycle"), actions):
        Live(
            page,
            lambda: _read_page(page, CLOCK_PAGE),
            lambda found: _draw_clock(page, found),
            every=5,
        )


def _draw_clock(page: Page, reading: Answer) -> None:
    days = reading["pushed_seconds"] / DAY_SECONDS
    ui.label(_as_moment(reading["now"])).classes("heading")
    note(
        page.say(
            f"{days:g} days ahead. Only the lifecycle sees it.",
            f"เร็วกว่าจริง {days:g} วัน มีแต่ lifecycle ที่เห็น",
        )
    )


def _as_moment(iso: str) -> str:
    return moment(datetime.fromisoformat(iso))


def _push(page: Page) -> None:
    def tell(answer: Answer) -> None:
        gone = [*answer.get("expired", []), *answer.get("aborted", [])]
        said = page.say(f"{len(gone)} expired.", f"หมดอายุ {len(gone)} รายการ")
        shown = "\n".join([said, *gone[:20]])
        ui.notify(shown, type="info", multi_line=True, timeout=10_000)

    with Form(page, "Push forward", danger=True, then=tell) as form:
        note(
            page.say(
                "Objects of this account that are then too old by a lifecycle rule are deleted. "
                "The clock does not go back.",
                "object ใน account นี้ที่เก่าเกินกฎ lifecycle จะถูกลบ และนาฬิกาย้อนกลับไม่ได้",
            )
        )
        days = form.number(page.say("Days", "กี่วัน"), 31)

        def calls() -> list[LabCall]:
            step = f"+{_number(page, days):g}d"
            account = page.cloud.account
            body = {"push": step, "account": account}
            return [LabCall(["clock", step, "--account", account], "POST", CLOCK_PAGE, body)]

        form.makes(calls)


# --- commands of the lab -----------------------------------------------------------------------


def _command_card(page: Page, title: str, words: list[str], what: str) -> None:
    """Draw what runs one of the lab's own commands and shows what it says."""
    lab = page.cloud.endpoint.lab
    command = " ".join(["scripts/lab", *words])
    with card(title):
        note(what)
        if lab is None:
            note(
                page.say(
                    "This console was not started by the lab; in a terminal:",
                    "console นี้ไม่ได้เปิดโดยแล็บ ใช้ในเทอร์มินัล:",
                )
            )
            preformatted(command, kind="command")
            return

        async def run() -> None:
            button.props("loading")
            try:
                status, printed = await lab.run(words, page.language)
            finally:
                button.props(remove="loading")
            if place.is_deleted:
                return
            place.clear()
            with place:
                preformatted(printed, kind="scrolls")
                if status:
                    error_bar(page.say("Not everything is well.", "ยังมีบางอย่างไม่เรียบร้อย"))

        with ui.row().classes("items-center"):
            button = plain_button(page.say("Run", "รัน"), run)
            preformatted(command, kind="command command-line")
        place = ui.column().classes("live")


SERVICE = Service("lab", "Lab", "science", {"": lab})
