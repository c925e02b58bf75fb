"""The course's own words on the command line: every sentence in both languages."""

from typing import Final

from course.language import Text

EXPECTED: Final = Text(th="ต้องเป็น", en="expected")
ACTUAL: Final = Text(th="ที่พบ", en="actual")
WHY: Final = Text(th="เพราะ", en="why")
LOOK_AT: Final = Text(th="ดูที่", en="look at")

STEP: Final = Text(th="ขั้น", en="step")
POINTS: Final = Text(th="คะแนน", en="points")
STATE: Final = Text(th="สถานะ", en="state")
WEEK: Final = Text(th="สัปดาห์ที่ {week}", en="Week {week}")
EXERCISES: Final = Text(th="แบบฝึกหัด", en="exercises")

DONE: Final = Text(th="ผ่านแล้ว", en="done")
SOLVED: Final = Text(th="เฉลยทำให้", en="solved for you")
BEGUN: Final = Text(th="กำลังทำ", en="begun")
OPEN: Final = Text(th="ยังไม่ทำ", en="open")
PROVOKED: Final = Text(th="เจอแล้ว", en="met")
EXPLAINED: Final = Text(th="รู้สาเหตุแล้ว", en="explained")
MENDED: Final = Text(th="แก้แล้ว", en="mended")
TRAP: Final = Text(th="กับดัก", en="trap")
TRAPS: Final = Text(
    th="กับดัก: แก้แล้ว {mended} จาก {total} เจออีก {met} ลอง: scripts/lab course trap",
    en="Traps: {mended} of {total} mended, {met} more met. Try one: scripts/lab course trap",
)
TRAPS_GRADE: Final = Text(
    th="กับดัก: แก้แล้ว {mended} จาก {total} เจออีก {met} (ตามบันทึก ไม่มีคะแนน)",
    en="traps: {mended} of {total} mended, {met} more met (by the record; no points)",
)

PASSED: Final = Text(
    th="ผ่านทั้ง {total} ข้อ ได้ {points} คะแนน ขั้นต่อไป: scripts/lab course text {next}",
    en="All {total} checks pass: {points} points. Next: scripts/lab course text {next}",
)
PASSED_LAST: Final = Text(
    th="ผ่านทั้ง {total} ข้อ ได้ {points} คะแนน ครบสี่สัปดาห์แล้ว อยากไปต่อ: scripts/lab course text 5.1",
    en="All {total} checks pass: {points} points. That was the last step of the four weeks. "
    "To go on: scripts/lab course text 5.1",
)
CHAPTER_PASSED: Final = Text(
    th="ผ่านทั้ง {total} ข้อ บทต่อไป: scripts/lab course text {next}",
    en="All {total} checks pass. The next chapter: scripts/lab course text {next}",
)
CHAPTER_PASSED_LAST: Final = Text(
    th="ผ่านทั้ง {total} ข้อ นี่คือบทสุดท้าย", en="All {total} checks pass. That was the last chapter."
)
ALL_TRAPS: Final = Text(th="กับดัก (ไม่มีคะแนน)", en="Traps (not graded)")
CHAPTERS: Final = Text(th="ไปต่อหลังสี่สัปดาห์ (ไม่มีคะแนน)", en="After the four weeks (not graded)")
NOT_PASSED: Final = Text(
    th="ผ่าน {passed} จาก {total} ข้อ ติดตรงไหนลอง: scripts/lab course hint {step}",
    en="{passed} of {total} checks pass. Stuck? scripts/lab course hint {step}",
)
OUT_OF_ORDER: Final = Text(
    th="{step} ต้องทำ {needs} ก่อน: scripts/lab course check {needs}",
    en="{step} needs {needs} first: scripts/lab course check {needs}",
)
UNKNOWN_STEP: Final = Text(
    th="ไม่มีขั้นชื่อ {name} ใกล้เคียงคือ {near} ดูทั้งหมด: scripts/lab course",
    en="No step is called {name}. Perhaps: {near}. All of them: scripts/lab course",
)
UNKNOWN_WEEK: Final = Text(
    th="สัปดาห์มี 1 ถึง 4 และ 5 คือบทที่ไปต่อ ไม่ใช่ {week}",
    en="The weeks are 1 to 4, and 5 is the chapters after them; there is no {week}.",
)
EMPTIED: Final = Text(
    th="บัญชี {account} ว่างแล้ว เริ่มใหม่: scripts/lab course start 1",
    en="Account {account} is empty. Begin again: scripts/lab course start 1",
)
GONE: Final = Text(
    th="บัญชี {account} ว่างเปล่า แต่เคยทำถึง {step} แล้ว เอากลับมา: scripts/lab course resume",
    en="Account {account} is empty, but you had got to {step}. Bring it back: "
    "scripts/lab course resume",
)
UNFINISHED: Final = Text(
    th="คำสั่งที่เปลี่ยนบัญชี {account} หยุดกลางคัน ทำให้จบ: scripts/lab course {command}",
    en="A command was stopped while it changed account {account}. Finish it: "
    "scripts/lab course {command}",
)
EMPTYING: Final = Text(th="กำลังทำบัญชี {account} ให้ว่าง", en="emptying account {account}")
BUILDING: Final = Text(th="กำลังสร้างขั้น {step}", en="building step {step}")
CHECKING: Final = Text(th="กำลังตรวจ {what}", en="checking {what}")
STARTED: Final = Text(
    th="บัญชี {account} พร้อมเริ่มสัปดาห์ที่ {week} อ่านขั้นแรก: scripts/lab course text {step}",
    en="Account {account} is ready for week {week}. Read the first step: "
    "scripts/lab course text {step}",
)
RESUMED: Final = Text(
    th="บัญชี {account} กลับมาถึง {step} แล้ว", en="Account {account} is back at {step}."
)
NOTHING_TO_RESUME: Final = Text(
    th="ยังไม่เคยผ่านขั้นไหน ตรวจขั้นแรก: scripts/lab course check",
    en="No step was passed yet. Check the first one: scripts/lab course check",
)
NO_WORK_YET: Final = Text(th="สัปดาห์ที่ {week} ยังไม่มีขั้นให้ทำ", en="Week {week} has no steps yet.")
PLACED: Final = Text(th="โค้ดเริ่มต้นอยู่ที่ {file}", en="Code to begin with: {file}")
DEPLOYED: Final = Text(th="อัปเดต {function} แล้ว", en="{function} updated")
UP_TO_DATE: Final = Text(
    th="ไม่มีโค้ดใน my/ ที่ต่างจากบนคลาวด์", en="No code in my/ differs from the cloud's."
)
NOT_CREATED: Final = Text(
    th="ยังไม่มีฟังก์ชัน {function} สร้างก่อนแล้วค่อย deploy",
    en="There is no function {function} yet: create it, then deploy.",
)
HINT: Final = Text(th="คำใบ้ {level} จาก {levels}", en="Hint {level} of {levels}")
HINTS_FIRST: Final = Text(
    th="ยังมีคำใบ้เหลือ ลอง scripts/lab course hint {step} ก่อน หรือใส่ --anyway",
    en="There are hints left: scripts/lab course hint {step}, or add --anyway.",
)
SOLVED_NOW: Final = Text(
    th="ทำ {step} ให้แล้ว ({changes}) ตรวจ: scripts/lab course check {step}",
    en="{step} is done for you ({changes}). Check it: scripts/lab course check {step}",
)
QUESTIONS: Final = Text(
    th="ตอบด้วย: scripts/lab course predict {question} a",
    en="Answer: scripts/lab course predict {question} a",
)
UNKNOWN_QUESTION: Final = Text(
    th="ไม่มีคำถามชื่อ {name} มี {near}", en="No question is called {name}. There are: {near}"
)
UNKNOWN_CHOICE: Final = Text(
    th="ไม่มีคำตอบ {answer} เลือกจาก {choices}",
    en="There is no answer {answer}. Choose one of: {choices}",
)
EXPERIMENT: Final = Text(th="ลองจริง", en="The experiment")
SHOWN: Final = Text(th="ผลทดลองคือข้อ {choice}", en="It shows: {choice}")
EXPERIMENT_NEEDS: Final = Text(
    th="ทดลองได้หลังทำ {needs} แล้ว: scripts/lab course check {needs}",
    en="The experiment needs {needs} first: scripts/lab course check {needs}",
)
RIGHT: Final = Text(th="ถูกต้อง", en="Right.")
WRONG: Final = Text(th="ยังไม่ถูก", en="Not so.")
WATCHING: Final = Text(
    th="เฝ้าดูบัญชี {account} แก้อะไรก็ตรวจใหม่ กด Ctrl-C เพื่อหยุด",
    en="Watching account {account}: checked again after each change. Ctrl-C ends it.",
)

STEP_GRADE: Final = Text(
    th="{title}: {points}/{most} คะแนน ({passed} จาก {checks} ข้อ)",
    en="{title}: {points}/{most} points ({passed} of {checks} checks)",
)
GRADE: Final = Text(
    th="{student} (บัญชี {account}): {points} จาก {most} คะแนน",
    en="{student} (account {account}): {points} of {most} points",
)
WEEK_GRADE: Final = Text(
    th="สัปดาห์ที่ {week}: ผ่าน {passed} จาก {steps} ขั้น {points} คะแนน คำใบ้ {hints} เฉลย {solved}",
    en="week {week}: {passed} of {steps} steps, {points} points; {hints} hints, {solved} solved",
)
GRADES_WRITTEN: Final = Text(th="เขียนคะแนนลง {file} แล้ว", en="Grades written: {file}")
OTHER_ENDING: Final = Text(
    th="{file} ต้องลงท้ายด้วย .json (Classroom 50) หรือ .csv (nbgrader)",
    en="{file} must end in .json (Classroom 50) or .csv (nbgrader).",
)
FILES_OR_ROSTER: Final = Text(
    th="ให้คะแนนไฟล์ที่ส่งมา หรือรายชื่อ (--roster) อย่างใดอย่างหนึ่ง",
    en="Grade either submissions or a roster: leave one of the two out.",
)
SUBMITTED: Final = Text(
    th="{file} มี {functions} ฟังก์ชันจากบัญชีของคุณ และ {files} ไฟล์จาก my/ ส่งไฟล์นี้ให้อาจารย์",
    en="Hand in {file}. Functions of your account in it: {functions}, files of my/: {files}.",
)
LEFT_OUT: Final = Text(th="ไม่ได้ใส่ {file} เพราะใหญ่เกินไป", en="{file} is too large and was left out.")
NOT_EMPTY: Final = Text(
    th="บัญชี {account} มีของอยู่ {count} อย่าง ทำให้ว่างแล้วเริ่ม: scripts/lab course start {week} --yes",
    en="Account {account} holds {count} resources. To empty it and begin: "
    "scripts/lab course start {week} --yes",
)
NOTHING_BUILT: Final = Text(
    th="บัญชี {account} ว่างเปล่า ยังไม่มีอะไรให้ส่งหรือให้คะแนน เริ่มที่: scripts/lab course text 1.1",
    en="Account {account} is empty: there is nothing to hand in or grade. Begin with: "
    "scripts/lab course text 1.1",
)
DAMAGED: Final = Text(
    th="{file} เสีย ย้ายไฟล์นี้ออกไป แล้วตรวจแต่ละขั้นใหม่: scripts/lab course check",
    en="{file} is damaged. Move it away, and check your steps again: scripts/lab course check",
)

NO_SUCH_FILE: Final = Text(th="{file}: ไม่มีไฟล์นี้", en="{file}: No such file.")
UNREADABLE: Final = Text(th="{file}: อ่านไม่ได้ ({why})", en="{file}: it cannot be read ({why}).")

ROSTER_NOT_UTF8: Final = Text(
    th="{file} ไม่ใช่ UTF-8 ให้บันทึกเป็น CSV UTF-8", en="{file} is not UTF-8: save it as CSV UTF-8."
)
ROSTER_NO_CSV: Final = Text(
    th="{file}:{line}: อ่านเป็น CSV ไม่ได้ ให้บันทึกเป็น CSV UTF-8",
    en="{file}:{line}: this is not CSV: save it as CSV UTF-8.",
)
ROSTER_COLUMNS: Final = Text(
    th="{file} ต้องมีคอลัมน์ username และ account ในบรรทัดแรก แต่มี: {columns}",
    en="{file} needs the columns username and account in its first line, and has: {columns}",
)
ROSTER_NAME: Final = Text(
    th="{file}:{line}: {column} เป็น {name} ไม่ได้ ใช้ตัวอักษร ตัวเลข และ . _ @ - ไม่เกิน 60 ตัว",
    en="{file}:{line}: {name} is no {column}: use up to 60 letters, digits, and . _ @ -",
)
ROSTER_ACCOUNT: Final = Text(
    th="{file}:{line}: account เป็น {account} แต่ต้องเป็นเลข 12 หลัก",
    en="{file}:{line}: the account is {account}, but it must have 12 digits.",
)
ROSTER_NOBODY: Final = Text(
    th="{file} ไม่มีรายชื่อใครเลย ใส่คนละบรรทัดใต้หัวคอลัมน์",
    en="{file} names nobody: write a line for each student below the columns' names.",
)
ROSTER_TWICE: Final = Text(
    th="{file} มี {twice} มากกว่าหนึ่งครั้ง แต่ละคนต้องมีชื่อและบัญชีของตัวเอง",
    en="{file} has {twice} more than once: everybody has a name and an account of their own.",
)

TOO_LARGE_TO_HAND_IN: Final = Text(
    th="{file}: งานที่ส่งใหญ่กว่า {most} MB ลบไฟล์ที่ไม่ใช้ออกจาก my/ และโค้ดของฟังก์ชัน",
    en="{file}: the submission is larger than {most} MB. Take out of my/, and of your functions' "
    "code, what they do not need.",
)
TOO_LARGE_TO_GRADE: Final = Text(
    th="{file}: ใหญ่กว่า {most} MB", en="{file}: it is larger than {most} MB."
)
NOT_JSON: Final = Text(
    th="{file}: ไม่ใช่งานที่ส่งด้วย course submit (ไม่ใช่ JSON)",
    en="{file}: it is not a submission: it is not JSON.",
)
OTHER_FORMAT: Final = Text(
    th="{file}: มี format {found} แต่หลักสูตรนี้ตรวจ {known} ให้ส่งใหม่ด้วยแล็บรุ่นเดียวกัน",
    en="{file}: it has the format {found}, and this course grades {known}: hand it in anew with "
    "the same version of the lab.",
)
UNUSABLE_PART: Final = Text(
    th="{file}: ส่วน {where} ใช้ไม่ได้: {why}", en="{file}: {where} cannot be used: {why}"
)
UNUSABLE: Final = Text(th="{file}: ใช้ไม่ได้: {why}", en="{file}: it cannot be used: {why}")
WRONG_FORM: Final = Text(th="ไม่ตรงตามรูปแบบ", en="it does not have the right form")
TOO_MANY_FILES: Final = Text(
    th="มี {count} ไฟล์ มากสุดได้ {most}", en="it holds {count} files, and {most} are the most"
)
LEADS_OUT: Final = Text(
    th="ชื่อไฟล์ {name} ชี้ออกนอกโฟลเดอร์", en="the file name {name} leads out of its folder"
)
TOO_MUCH_CODE: Final = Text(th="โค้ดใหญ่กว่า {most} ไบต์", en="the code is larger than {most} bytes")

ACCOUNT_IS_EMPTY: Final = Text(th="บัญชีว่างเปล่า", en="The account is empty.")
NOT_BUILT_AGAIN: Final = Text(th="สร้างใหม่ไม่ได้: {what}", en="not built again: {what}")
NOT_HANDED_IN: Final = Text(
    th="ใหญ่เกินกว่าจะส่ง: my/{file}", en="too large to be handed in: my/{file}"
)
