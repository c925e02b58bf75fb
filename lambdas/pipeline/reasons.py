"""Why a file or a row is refused: the stable codes, and the sentence people read for each.

A sentence is Thai first, then English.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class FileReason(StrEnum):
    """Why a file is refused permanently, or why its job failed (docs/contracts.md)."""

    NOT_CSV = "not_csv"
    EMPTY_FILE = "empty_file"
    NO_DATA_ROWS = "no_data_rows"
    UNDECODABLE = "undecodable"
    MALFORMED_CSV = "malformed_csv"
    DUPLICATE_HEADER = "duplicate_header"
    MISSING_COLUMNS = "missing_columns"
    NO_VALID_ROWS = "no_valid_rows"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    HEADER_TOO_LARGE = "header_too_large"
    ARCHIVED = "archived"
    ENCRYPTED_WITH_OWN_KEY = "encrypted_with_own_key"
    SUPERSEDED = "superseded"
    UPLOAD_MISSING = "upload_missing"
    PROCESSING_ERROR = "processing_error"


class RowReason(StrEnum):
    """Why a row does not count (docs/contracts.md)."""

    RAGGED_ROW = "ragged_row"
    MISSING_VALUE = "missing_value"
    BAD_QUANTITY = "bad_quantity"
    BAD_PRICE = "bad_price"
    BAD_DATE = "bad_date"
    FIELD_TOO_LONG = "field_too_long"


FILE_SENTENCES: dict[FileReason, str] = {
    FileReason.NOT_CSV: (
        "ไฟล์นี้ไม่ใช่ CSV กรุณาบันทึกข้อมูลเป็น .csv แล้วอัปโหลดใหม่ "
        "/ This is not a CSV file. Save the data as .csv and upload it again."
    ),
    FileReason.EMPTY_FILE: (
        "ไฟล์ว่างเปล่า กรุณาตรวจสอบไฟล์ต้นทางแล้วอัปโหลดใหม่ "
        "/ The file is empty. Check the original and upload it again."
    ),
    FileReason.NO_DATA_ROWS: (
        "ไฟล์มีเฉพาะหัวตาราง ไม่มีแถวข้อมูล กรุณาเพิ่มข้อมูลแล้วอัปโหลดใหม่ "
        "/ The file has a header but no data rows. Add rows and upload it again."
    ),
    FileReason.UNDECODABLE: (
        "อ่านตัวอักษรในไฟล์ไม่ได้ กรุณาบันทึกเป็น CSV UTF-8 แล้วอัปโหลดใหม่ "
        "/ The text can't be read. Save the file as CSV UTF-8 and upload it again."
    ),
    FileReason.MALFORMED_CSV: (
        'รูปแบบ CSV ผิดใกล้บรรทัดที่ {line} มักเกิดจากเครื่องหมายคำพูด (") ที่ไม่ปิด กรุณาแก้แล้วอัปโหลดใหม่ '
        '/ The CSV is broken near line {line}, often a quotation mark (") that is never closed. '
        "Correct it and upload the file again."
    ),
    FileReason.DUPLICATE_HEADER: (
        "หัวตารางมีชื่อคอลัมน์ซ้ำกัน{columns} กรุณาตั้งชื่อไม่ให้ซ้ำแล้วอัปโหลดใหม่ "
        "/ The header names a column twice{columns}. Give each column its own name and upload "
        "the file again."
    ),
    FileReason.MISSING_COLUMNS: (
        "ไม่พบคอลัมน์ที่ต้องมี{columns} กรุณาเพิ่มในแถวหัวตารางแล้วอัปโหลดใหม่ "
        "/ Required columns are missing{columns}. Add them to the header line and upload the "
        "file again."
    ),
    FileReason.NO_VALID_ROWS: (
        "ไม่มีแถวใดถูกต้องเลยจาก {total_rows} แถว ดูรายการแถวแรก ๆ ใน details แล้วแก้ไขก่อนอัปโหลดใหม่ "
        "/ None of the {total_rows} rows is valid. See the first of them under details, correct "
        "them and upload the file again."
    ),
    FileReason.TOO_LARGE: (
        "ไฟล์มีขนาด {size} ไบต์ เกินขีดจำกัด {limit} ไบต์ กรุณาแบ่งเป็นหลายไฟล์แล้วอัปโหลดใหม่ "
        "/ The file has {size} bytes, more than the limit of {limit}. Split it and upload the "
        "parts."
    ),
    FileReason.TOO_MANY_LINES: (
        "ไฟล์มีมากกว่า {limit} บรรทัด (นับบรรทัดว่างด้วย) กรุณาแบ่งเป็นหลายไฟล์แล้วอัปโหลดใหม่ "
        "/ The file has more than {limit} lines, blank ones included. Split it and upload the "
        "parts."
    ),
    FileReason.HEADER_TOO_LARGE: (
        "หัวตารางมี {column_count} คอลัมน์ ชื่อที่ยาวที่สุดยาว {longest_name} ตัวอักษร "
        "(รับได้ {most_columns} คอลัมน์ และชื่อละ {most_characters} ตัวอักษร) "
        "ตรวจว่าแถวแรกเป็นชื่อคอลัมน์แล้วอัปโหลดใหม่ "
        "/ The header has {column_count} columns and a name of {longest_name} characters; allowed "
        "are {most_columns} columns and {most_characters} characters. See that the first line "
        "holds the column names and upload the file again."
    ),
    FileReason.ARCHIVED: (
        "ไฟล์อยู่ใน storage class แบบเก็บถาวร {storage_class} ซึ่งอ่านไม่ได้ทันที "
        "กรุณาอัปโหลดใหม่เป็น STANDARD "
        "/ The file is in the archive storage class {storage_class}, where it can't be read. "
        "Upload it again as STANDARD."
    ),
    FileReason.ENCRYPTED_WITH_OWN_KEY: (
        "ไฟล์เข้ารหัสด้วยกุญแจที่ระบบไม่มี (SSE-C หรือกุญแจ KMS) จึงอ่านไม่ได้ "
        "กรุณาอัปโหลดใหม่โดยไม่ระบุกุญแจ "
        "/ The file is encrypted with a key that the pipeline does not have (SSE-C, or a KMS key), "
        "so it can't be read. Upload it again without naming a key."
    ),
    FileReason.SUPERSEDED: (
        "มีไฟล์ใหม่ทับไฟล์นี้ก่อนที่จะถูกอ่าน ไฟล์ใหม่มีงานของตัวเอง ไม่ต้องทำอะไรเพิ่ม "
        "/ A newer upload replaced this file before it was read. The newer one has its own job; "
        "nothing to do."
    ),
    FileReason.UPLOAD_MISSING: (
        "ไฟล์ถูกลบก่อนที่จะถูกอ่าน หากยังต้องการประมวลผล กรุณาอัปโหลดใหม่ "
        "/ The file was deleted before it was read. Upload it again if you still need it."
    ),
    FileReason.PROCESSING_ERROR: (
        "ระบบขัดข้องระหว่างประมวลผล ({error_type}) ไฟล์ของคุณไม่ผิด ลองอัปโหลดอีกครั้ง "
        "ถ้ายังไม่สำเร็จ ดูสาเหตุใน log ของฟังก์ชันที่ล้มเหลว "
        "/ The pipeline failed while processing ({error_type}). Your file is not at fault: "
        "upload it again. If that fails too, the log of the function that failed says why."
    ),
}

ROW_SENTENCES: dict[RowReason, str] = {
    RowReason.RAGGED_ROW: (
        "จำนวนช่องไม่เท่ากับหัวตาราง / The row has more or fewer cells than the header."
    ),
    RowReason.MISSING_VALUE: "ช่อง {column} ว่าง / The cell {column} is empty.",
    RowReason.BAD_QUANTITY: (
        "quantity ต้องเป็นจำนวนมากกว่า 0 เช่น 5 หรือ 2.5 / quantity must be a number above zero, "
        "such as 5 or 2.5."
    ),
    RowReason.BAD_PRICE: (
        "price ต้องเป็นจำนวนตั้งแต่ 0 เช่น 1200.00 ไม่ใส่จุลภาค / price must be zero or more, "
        "such as 1200.00, without thousands separators."
    ),
    RowReason.BAD_DATE: (
        "date ต้องเป็นวันที่จริงแบบ ปี-เดือน-วัน เช่น 2024-01-15 / date must be a real day written "
        "YYYY-MM-DD, such as 2024-01-15."
    ),
    RowReason.FIELD_TOO_LONG: (
        "มีช่องที่ยาวเกิน 1,000 ตัวอักษร / A cell is longer than 1,000 characters."
    ),
}


_FACTS = frozenset(
    {
        *("line", "error_type", "size", "limit", "total_rows", "storage_class"),
        *("column_count", "longest_name", "most_columns", "most_characters"),
    }
)
"""Details that a sentence cannot do without: a question mark stands for one that is missing."""


class _Facts(dict[str, Any]):
    """Lets a sentence be written when a hand-made rejection lacks a detail."""

    def __missing__(self, key: str) -> str:
        return "?" if key in _FACTS else ""


def file_sentence(reason: FileReason, details: Mapping[str, Any]) -> str:
    """Return the sentence for a file's reason, its facts filled in."""
    facts = _Facts(details)
    columns = details.get("columns")
    if columns:
        facts["columns"] = ": " + ", ".join(columns)
    else:
        facts.pop("columns", None)
    return FILE_SENTENCES[reason].format_map(facts)


def row_sentence(reason: RowReason, column: str = "") -> str:
    """Return the sentence for a row's reason."""
    return ROW_SENTENCES[reason].format(column=column)
