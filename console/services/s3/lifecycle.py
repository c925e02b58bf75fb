"""Lifecycle rules: when the objects of a bucket expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from console.calls import Call
from console.parts.form import Form, IncompleteError, required
from console.parts.layout import action, card
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import note

if TYPE_CHECKING:
    from nicegui import ui

    from console.cloud import Answer
    from console.page import Page

USUAL_DAYS: Final = 30


def lifecycle(page: Page, bucket: str) -> None:
    """Draw the card of a bucket's lifecycle rules."""
    chosen: list[Row] = []
    buttons: list[ui.button] = []

    def actions() -> None:
        buttons.append(action(page, "Edit", lambda: _edit(page, bucket, chosen[0]["id"])))
        buttons.append(action(page, "Delete", lambda: _delete(page, bucket, chosen[0]["id"])))
        action(page, "Create lifecycle rule", lambda: _edit(page, bucket))

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        for button in buttons:
            button.set_enabled(len(rows) == 1 and not page.read_only)

    with card("Lifecycle rules", actions):
        select([])
        table = Table(
            page,
            [
                Column("id", "Lifecycle rule name"),
                Column("status", "Status", "state"),
                Column("scope", "Scope", minor=True),
                Column("days", "Expires after", minor=True),
            ],
            key="id",
            empty=page.say("Objects stay until somebody deletes them.", "object อยู่จนกว่าจะมีคนลบ"),
            on_select=select,
        )

        def show(rules: list[Answer]) -> None:
            table.show([_rule_row(rule) for rule in rules])

        Live(page, lambda: _rules(page, bucket), show, every=10, in_place=True)


async def _edit(page: Page, bucket: str, identity: str | None = None) -> None:
    """Open the form for a rule: a new one, or the one of this name."""
    rules = await _rules(page, bucket)
    there = next((rule for rule in rules if rule.get("ID") == identity), {})
    others = [rule for rule in rules if rule is not there]
    days = there.get("Expiration", {}).get("Days", USUAL_DAYS)
    incomplete = there.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    title = "Edit lifecycle rule" if identity else "Create lifecycle rule"
    with Form(page, title, submit="Save" if identity else "Create rule") as form:
        name = form.text("Lifecycle rule name", identity or "")
        prefix = form.text(
            "Prefix",
            _scope_of(there),
            hint=page.say("Empty: all objects. For example failed/", "ว่าง: ทุก object เช่น failed/"),
        )
        expires = form.number("Expire current versions after", days, "days")
        gives_up = form.tick(
            "Delete incomplete multipart uploads after a day", value=incomplete is not None
        )
        enabled = form.tick("Enabled", value=there.get("Status", "Enabled") == "Enabled")

        def calls() -> list[Call]:
            if not expires.value or expires.value < 1:
                raise IncompleteError(page.say("At least one day.", "อย่างน้อยหนึ่งวัน"))
            rule: Answer = {
                **there,  # what this form does not show stays
                "ID": required(name.value, page.say("The rule needs a name.", "ยังไม่ได้ใส่ชื่อ")),
                "Status": "Enabled" if enabled.value else "Disabled",
                "Filter": {"Prefix": prefix.value or ""},
                "Expiration": {"Days": round(expires.value)},
            }
            rule.pop("Prefix", None)
            rule.pop("AbortIncompleteMultipartUpload", None)
            if gives_up.value:
                rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": incomplete or 1}
            return [_put(bucket, [*others, rule])]

        form.makes(calls)


async def _delete(page: Page, bucket: str, identity: str) -> None:
    left = [rule for rule in await _rules(page, bucket) if rule.get("ID") != identity]
    with Form(page, "Delete lifecycle rule", submit="Delete", danger=True) as form:
        note(page.say(f"{identity} is removed.", f"ลบ {identity}"))
        # A configuration of no rules is refused (PutBucketLifecycleConfiguration).
        none_left = Call("s3", "DeleteBucketLifecycle", {"Bucket": bucket})
        form.makes(lambda: [_put(bucket, left) if left else none_left])


def _put(bucket: str, rules: list[Answer]) -> Call:
    parameters = {"Bucket": bucket, "LifecycleConfiguration": {"Rules": rules}}
    return Call("s3", "PutBucketLifecycleConfiguration", parameters)


async def _rules(page: Page, bucket: str) -> list[Answer]:
    def ask(s3: Any) -> list[Answer]:
        try:
            rules: list[Answer] = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
                return []
            raise
        return rules

    return await page.cloud.use("s3", ask)


def _rule_row(rule: Answer) -> Row:
    days = rule.get("Expiration", {}).get("Days")
    return {
        "id": rule.get("ID", ""),
        "status": rule["Status"],
        "status_tone": "good" if rule["Status"] == "Enabled" else "idle",
        "scope": _scope_of(rule) or "*",
        "days": f"{days} days" if days else "",
    }


def _scope_of(rule: Answer) -> str:
    return str(rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")))
