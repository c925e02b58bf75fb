"""The mails to users: subject and text, in Thai and English."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from pipeline.failure import failure_in
from pipeline.job import file_name
from pipeline.state import WorkflowState

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
"""A fixed offset: Thailand has no summer time, and a slim container has no zone database."""
MAX_SUBJECT_UNITS = 99
"""SNS Publish: "less than 100 characters long". Counted in UTF-16 units, the strictest reading."""
_RULE = "─" * 40
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Line and paragraph separators, control characters, lone surrogates; Cf holds the marks that
reverse the direction of text."""


@dataclass(frozen=True)
class Mail:
    """A message for SNS: a subject within its rules, and the text."""

    subject: str
    text: str


def success_mail(state: WorkflowState, now: datetime) -> Mail:
    """Return the mail for a job with a result under processed/."""
    name = shown(file_name(str(state.get("source_key", "?"))))
    rejected = state.get("rejected_rows") or 0
    revenue = state.get("total_revenue_text", state.get("total_revenue"))
    lines = [
        "✅ ประมวลผลไฟล์ CSV สำเร็จ / CSV file processed",
        _RULE,
        f"📁 ไฟล์ / File:        {name}",
        f"🆔 งาน / Job:          {state.get('job_id', '?')}",
        f"⏰ เวลา / Time:        {_local(now)}",
        "",
        f"📊 จำนวนแถว / Rows:    {_count(state.get('total_rows'))}"
        f" (ใช้ได้ / valid {_count(state.get('valid_rows'))},"
        f" ไม่ผ่าน / rejected {_count(rejected)})",
        f"💰 รายได้รวม / Revenue: {_money(revenue)} บาท / THB",
        "",
        "💾 ผลลัพธ์ / Result:",
        f"   {_place(state, 'destination_bucket', 'output_key')}",
    ]
    if state.get("omitted_rows"):
        omitted = _count(state["omitted_rows"])
        lines += [
            "",
            f"⚠️ ผลลัพธ์ยาวเกินไป มียอดครบ แต่ไม่ได้เขียนอีก {omitted} แถวไว้ใน data"
            f" / The result is too long: its totals are of all rows, its data lacks {omitted}.",
        ]
    if rejected:
        lines += ["", "⚠️ ดูแถวที่ไม่ผ่านใน rejected ของผลลัพธ์ / The result lists them under rejected."]
    return Mail(subject("✅ Pipeline สำเร็จ — ", name), "\n".join(lines))


def failure_mail(state: WorkflowState, now: datetime) -> Mail:
    """Return the mail for a job that failed in any state."""
    name = shown(file_name(str(state.get("source_key", "?"))))
    failure = failure_in(state)
    details = failure["details"] if isinstance(failure["details"], dict) else {}
    thai, _, english = str(failure["message"]).partition(" / ")
    lines = [
        "❌ ประมวลผลไฟล์ CSV ไม่สำเร็จ / CSV file failed",
        _RULE,
        f"📁 ไฟล์ / File:        {name}",
        f"🆔 งาน / Job:          {state.get('job_id', '?')}",
        f"⏰ เวลา / Time:        {_local(now)}",
        "",
        f"❗ สาเหตุ / Reason:     {failure['reason']}",
        *(f"   {shown(sentence)}" for sentence in (thai, english) if sentence),
    ]
    if "error_type" in details:
        cause = f"{details['error_type']}: {details.get('error_message') or '-'}"
        lines.append(f"🔎 สาเหตุจริง / Cause:  {shown(cause)} ({details.get('failed_state', '?')})")
    lines += ["", *_where(state)]
    return Mail(subject("❌ Pipeline ล้มเหลว — ", name), "\n".join(lines))


def _where(state: WorkflowState) -> list[str]:
    if state.get("failed_key"):
        title, key_name = "📂 ไฟล์ถูกย้ายไปที่ / Moved to:", "failed_key"
    elif state.get("file_key") or "move_error" in state:
        title, key_name = "📂 ย้ายไฟล์ไม่ได้ ไฟล์ยังอยู่ที่ / Could not be moved, still at:", "source_key"
    else:
        title, key_name = (
            "📂 ไม่มีไฟล์ให้ย้าย เหตุผลอยู่ที่ / No file to move; the reason is at:",
            "error_key",
        )
    return [title, f"   {_place(state, 'source_bucket', key_name)}"]


def _place(state: WorkflowState, bucket_name: str, key_name: str) -> str:
    return shown(f"{state.get(bucket_name, '?')}/{state.get(key_name, '?')}")


def subject(sign: str, name: str) -> str:
    """Return a subject within SNS's limit; a long name is cut in its middle."""
    room = MAX_SUBJECT_UNITS - _utf16_units(sign)
    if _utf16_units(name) > room:
        ending = name[-8:]
        head = name[:-8]
        while _utf16_units(head) + _utf16_units(ending) + 1 > room:
            head = head[:-1]
        name = f"{head}…{ending}"
    return sign + name


def shown(text: str) -> str:
    """Return text without invisible characters, which a file name may have."""
    return "".join(
        " " if unicodedata.category(character) in _INVISIBLE_CATEGORIES else character
        for character in text
    )


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _local(now: datetime) -> str:
    return f"{now.astimezone(BANGKOK):%Y-%m-%d %H:%M:%S} น. (Asia/Bangkok, UTC+07:00)"


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else "?"


def _money(value: object) -> str:
    try:
        return f"{Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return "?"
