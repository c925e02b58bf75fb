"""What `--help` and wrong use say in Thai."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typer import rich_utils

if TYPE_CHECKING:
    from typing import Any

HELP = {
    "Run the CSV Report Processor lab on your machine.": "แล็บ CSV Report Processor บนเครื่องของคุณ",
    "The language. Default: $LAB_LANG, else your locale's.": (
        "ภาษา ถ้าไม่ระบุใช้ $LAB_LANG แล้วจึงภาษาของเครื่อง"
    ),
    "Show this message and exit.": "แสดงหน้านี้",
    # Groups of commands
    "The lab": "ตัวแล็บ",
    "Files and jobs": "ไฟล์และงาน",
    "The course": "หลักสูตร",
    "Faults on demand": "ซ้อมรับความขัดข้อง",
    "A look inside": "ดูข้างใน",
    "The project's own checks": "ตรวจตัวโครงการ",
    # Options that several commands have
    "Which lab. Default: $LOCALSTACK_PORT, else the last `up`.": (
        "แล็บที่พอร์ตไหน ถ้าไม่ระบุใช้ $LOCALSTACK_PORT แล้วจึงแล็บที่ `up` ล่าสุด"
    ),
    "Which AWS account of the lab, twelve digits.": "บัญชี AWS ไหนในแล็บ เลข 12 หลัก",
    "Your account, twelve digits.": "บัญชีของคุณ เลข 12 หลัก",
    "Machine-readable output on stdout.": "พิมพ์ JSON ให้โปรแกรมอ่าน",
    "How many, newest first.": "กี่รายการ ใหม่สุดก่อน",
    "Replace what was changed in the cloud without asking.": "แทนที่สิ่งที่ถูกแก้บนคลาวด์โดยไม่ถาม",
    # The lab
    "Start the lab and send a prepared set of files through it. Begin here.": (
        "เปิดแล็บแล้วส่งไฟล์ตัวอย่างชุดหนึ่งเข้าไป เริ่มที่นี่"
    ),
    "Check this machine: PASS, WARN or FAIL for each thing the lab needs.": (
        "ตรวจเครื่องนี้ สิ่งที่แล็บต้องใช้แต่ละอย่างได้ PASS, WARN หรือ FAIL"
    ),
    "Start the lab and wait until it is really provisioned. Running it again is harmless.\n\n"
    "With --target endpoint or aws the pipeline comes up there instead, and nothing is started "
    "here.": (
        "เปิดแล็บและรอจนทุกอย่างพร้อมจริง สั่งซ้ำได้ไม่เสียหาย\n\n"
        "ถ้าใส่ --target endpoint หรือ aws จะสร้าง pipeline ที่นั่นแทน และไม่เปิดอะไรในเครื่องนี้"
    ),
    "Where the pipeline is. Default: the lab on this machine.": (
        "pipeline อยู่ที่ไหน ถ้าไม่ระบุคือแล็บในเครื่องนี้"
    ),
    "For target endpoint: its address on this machine.": (
        "สำหรับเป้าหมาย endpoint: ที่อยู่ของมันในเครื่องนี้"
    ),
    "For target aws: a profile of ~/.aws.": "สำหรับเป้าหมาย aws: ชื่อ profile ใน ~/.aws",
    "For a target. Default: ap-southeast-1.": "สำหรับเป้าหมาย ถ้าไม่ระบุคือ ap-southeast-1",
    "For target aws: go on in this account without asking.": (
        "สำหรับเป้าหมาย aws: ทำต่อในบัญชีนี้โดยไม่ถาม"
    ),
    "For a target: say what would change, and change nothing.": (
        "สำหรับเป้าหมาย: บอกว่าจะเปลี่ยนอะไร โดยไม่เปลี่ยนอะไร"
    ),
    "How LocalStack runs.": "ให้ LocalStack ทำงานแบบไหน",
    "workshop: the course's own timings. quick: short ones, for tests.": (
        "workshop: เวลาตามหลักสูตร  quick: เวลาสั้น ไว้ทดสอบ"
    ),
    "Also show the mails in a web mailbox (needs Docker).": ("เปิดกล่องจดหมายบนเว็บด้วย (ต้องมี Docker)"),
    "Bring edited functions, the state machine and settings into the running lab.\n\n"
    "It says what it will change, and asks before it replaces what was made or changed by hand."
    "\n\n"
    "With --account the whole pipeline comes up in an account of its own. Its bucket names end in "
    "the\naccount's number, because two accounts can't have buckets of one name.": (
        "นำฟังก์ชัน state machine และค่าที่แก้แล้วเข้าแล็บที่ทำงานอยู่\n\n"
        "บอกก่อนว่าจะเปลี่ยนอะไร และถามก่อนแทนที่สิ่งที่คุณสร้างหรือแก้เอง\n\n"
        "ถ้าใส่ --account จะสร้าง pipeline ทั้งชุดในบัญชีนั้น ชื่อ bucket ลงท้ายด้วยเลขบัญชี "
        "เพราะสองบัญชีมี bucket ชื่อเดียวกันไม่ได้"
    ),
    "Where to write it.": "เขียนไว้ที่ไหน",
    "Write the pipeline as a CloudFormation template, with the code it deploys.\n\n"
    "It has the names and numbers of LAB_STUDENT, LAB_SUFFIX, LAB_EMAIL and LAB_PROFILE.": (
        "เขียน pipeline เป็น template ของ CloudFormation พร้อม code ที่มัน deploy\n\n"
        "ใช้ชื่อและตัวเลขตาม LAB_STUDENT, LAB_SUFFIX, LAB_EMAIL และ LAB_PROFILE"
    ),
    "Only say what would be removed.": "บอกอย่างเดียวว่าจะลบอะไร",
    "Remove it without asking.": "ลบโดยไม่ถาม",
    "Remove the pipeline from the running lab, with all files in it.\n\n"
    "Only what has the lab's tags is removed; what you made yourself stays, whatever its name.": (
        "ลบ pipeline และไฟล์ทั้งหมดออกจากแล็บที่ทำงานอยู่\n\n"
        "ลบเฉพาะสิ่งที่มี tag ของแล็บ สิ่งที่คุณสร้างเองไม่ถูกลบ ไม่ว่าจะชื่ออะไร"
    ),
    "Stop the lab. Its cloud is saved, and `up` brings it back, unless LAB_PERSIST=off.\n\n"
    "With --target endpoint or aws it removes the pipeline there, as `destroy` does.": (
        "ปิดแล็บ คลาวด์จะถูกบันทึก และ `up` ครั้งหน้าจะนำกลับมา เว้นแต่ตั้ง LAB_PERSIST=off\n\n"
        "ถ้าใส่ --target endpoint หรือ aws จะลบ pipeline ที่นั่น เหมือน `destroy`"
    ),
    "Start with an empty cloud, not the one of the last stop.": (
        "เริ่มด้วยคลาวด์ว่าง ไม่ใช่คลาวด์ที่บันทึกไว้ตอนปิดครั้งก่อน"
    ),
    "What to call it, for example week2.": "ชื่อที่จะตั้ง เช่น week2",
    "A name that `states` lists, or a file.": "ชื่อในรายการของ `states` หรือไฟล์",
    "Replace a state of this name.": "เขียนทับ state ชื่อนี้",
    "Run the functions' code that a foreign file brings.": ("ยอมให้ code ของฟังก์ชันในไฟล์ของคนอื่นทำงาน"),
    "Save the whole cloud as it is now, all accounts, under a name.": (
        "บันทึกทั้งคลาวด์ตามที่เป็นตอนนี้ ทุกบัญชี ไว้ในชื่อหนึ่ง"
    ),
    "Put a saved cloud in the place of the present one. A file that is refused changes nothing.": (
        "นำคลาวด์ที่บันทึกไว้มาแทนคลาวด์ปัจจุบัน ไฟล์ที่ถูกปฏิเสธไม่เปลี่ยนอะไรเลย"
    ),
    "List the named states.": "แสดง state ที่บันทึกไว้",
    "Also delete the lab's files.": "ลบไฟล์ของแล็บด้วย",
    "Start again with an empty cloud, provisioned as on the first day.": (
        "เริ่มใหม่ด้วยคลาวด์ว่าง แล้วสร้างทุกอย่างเหมือนวันแรก"
    ),
    # Files and jobs
    "Put files under uploads/ and wait for the outcome of each.": (
        "วางไฟล์ใต้ uploads/ แล้วรอผลของแต่ละไฟล์"
    ),
    "Files to upload.": "ไฟล์ที่จะอัปโหลด",
    "The object's key under uploads/; for one file.": "key ของ object ใต้ uploads/ ใช้กับไฟล์เดียว",
    "Do not wait for the outcome.": "ไม่ต้องรอผล",
    "How long to wait, seconds.": "รอนานเท่าไร (วินาที)",
    "Fail unless every file has this outcome; for scripts.": (
        "ถือว่าล้มเหลวถ้ามีไฟล์ที่ได้ผลอื่น ไว้ใช้ในสคริปต์"
    ),
    "List the jobs, newest first.": "รายการงาน ใหม่สุดก่อน",
    "Show the way a job took through the states, with times and the reason of a failure.": (
        "เส้นทางของงานผ่านแต่ละ state พร้อมเวลา และสาเหตุถ้าล้มเหลว"
    ),
    "A job id, or a part only it has.": "job id หรือบางส่วนที่ไม่ซ้ำกับงานอื่น",
    "Print the result a job wrote, as JSON.": "พิมพ์ผลลัพธ์ของงานเป็น JSON",
    "Tell what became of a file and why, in the order in which it happened.": (
        "เล่าว่าไฟล์เป็นอย่างไรและเพราะอะไร ตามลำดับเวลา"
    ),
    "A file's name or key, a job id, or a part of one. Default: what was uploaded last.": (
        "ชื่อไฟล์ key หรือ job id หรือบางส่วน ถ้าไม่ระบุคือไฟล์ที่อัปโหลดล่าสุด"
    ),
    "Check that each upload reached one outcome, with right figures and one mail.": (
        "ตรวจว่าทุกไฟล์ได้ผลเดียว ตัวเลขถูก และมีอีเมลฉบับเดียว"
    ),
    "Seconds a running lab may still take.": "ให้แล็บที่ยังทำงานอยู่อีกกี่วินาที",
    # The course
    "Run the AWS command line in your account of the lab.": "สั่ง AWS CLI ในบัญชีของคุณในแล็บ",
    "Ask the finished pipeline instead of your account.": "ถาม pipeline ที่เสร็จแล้ว แทนบัญชีของคุณ",
    "The workshop done by hand, step by step, and checked.": "ทำ workshop เองทีละขั้น พร้อมตรวจ",
    "Empty your account and do all that comes before a week, so that you can begin there.": (
        "ล้างบัญชีแล้วทำทุกอย่างก่อนสัปดาห์นั้นให้ เพื่อให้เริ่มตรงนั้นได้"
    ),
    "1 to 4; 5 for the chapters after them.": "1 ถึง 4 หรือ 5 คือบทที่ไปต่อ",
    "Bring your account back to where you were, after the cloud was emptied.": (
        "พาบัญชีกลับไปถึงที่ทำค้างไว้ หลังคลาวด์ถูกล้าง"
    ),
    "What a step is about: what to make, how, and why.": "เนื้อหาของขั้น ต้องทำอะไร อย่างไร เพราะอะไร",
    "For example 1.3, week1/3-function or function.": "เช่น 1.3, week1/3-function หรือ function",
    "Check a step: what is so, what is not, and why.": "ตรวจขั้น อะไรผ่าน อะไรไม่ผ่าน เพราะอะไร",
    "Check a step again whenever something in your account changes, until it passes.": (
        "ตรวจซ้ำทุกครั้งที่บัญชีเปลี่ยน จนกว่าจะผ่าน"
    ),
    "The next hint: the direction, then the place, then almost the answer.": (
        "คำใบ้ถัดไป บอกทิศ แล้วบอกจุด แล้วเกือบเฉลย"
    ),
    "Do a step in front of you, saying each AWS call it makes.": (
        "ทำขั้นนั้นให้ดู พร้อมบอกทุกคำสั่ง AWS ที่เรียก"
    ),
    "Do not wait for the hints.": "ไม่ต้องรอคำใบ้",
    "The questions of the weeks: predict the answer, then see an experiment show it.": (
        "คำถามท้ายสัปดาห์ ทายคำตอบ แล้วดูการทดลอง"
    ),
    "For example 1.q2.": "เช่น 1.q2",
    "The letter of your choice.": "ตัวอักษรของคำตอบที่เลือก",
    "Bring the code in my/ that differs from the cloud's into your functions.": (
        "อัปเดตฟังก์ชันด้วยโค้ดใน my/ ที่ต่างจากบนคลาวด์"
    ),
    "Empty your account and forget how far you were; your code in my/ stays.": (
        "ล้างบัญชีและความคืบหน้า โค้ดใน my/ ยังอยู่"
    ),
    "The variables for boto3 and your own aws, for a shell to eval.": (
        "ตัวแปรสำหรับ boto3 และ aws ของคุณ ให้ shell eval"
    ),
    "Meet one of the workshop's own errors in a practice account, and mend it.": (
        "เจอข้อผิดพลาดของ workshop เองในบัญชีฝึก แล้วแก้"
    ),
    "For example encoded-key.": "เช่น encoded-key",
    "Begin anew.": "เริ่มใหม่",
    "Tell what is wrong, and mend it for you.": "บอกว่าผิดตรงไหน และแก้ให้",
    "Let one thing be broken in a working pipeline, and find it.": (
        "ให้แล็บทำ pipeline ที่ใช้งานได้พังหนึ่งจุด แล้วหาให้เจอ"
    ),
    "The same word breaks the same thing; for a whole class.": ("คำเดียวกันพังที่เดียวกัน ใช้กับทั้งห้องได้"),
    # Faults on demand
    "Faults on demand: docs/chaos.md": "ทำให้บริการขัดข้องโดยตั้งใจ: docs/chaos.th.md",
    "Show what is switched on, and how often it has struck.": "ดูสิ่งที่เปิดไว้ และโดนไปกี่ครั้ง",
    "Make a service or a function faulty for a while, or pause the queue poller.\n\n"
    "Without --calls or --seconds a service is faulty for 60 s, and a function is lost once.": (
        "ทำให้บริการหรือฟังก์ชันขัดข้องชั่วคราว หรือหยุดตัวอ่านคิว\n\n"
        "ถ้าไม่ใส่ --calls หรือ --seconds บริการจะขัดข้อง 60 s ส่วนฟังก์ชันจะโดนครั้งเดียว"
    ),
    "A service (s3, sqs, stepfunctions, sns, lambda, logs, cloudwatch); for kill and memory a "
    "function; for pause nothing.": (
        "บริการ (s3, sqs, stepfunctions, sns, lambda, logs, cloudwatch) ส่วน kill กับ memory "
        "ใส่ชื่อฟังก์ชัน และ pause ไม่ต้องใส่"
    ),
    "Only this API operation, such as GetObject.": "เฉพาะ API operation นี้ เช่น GetObject",
    "Only requests of this function, or of this role.": "เฉพาะคำขอของฟังก์ชันนี้ หรือของ role นี้",
    "kill: when. Default: during.": "kill: ตอนไหน ถ้าไม่ระบุคือ during",
    "slow: by so many seconds.": "slow: ช้าลงกี่วินาที",
    "Strike so many times, then stop.": "โดนกี่ครั้งแล้วหยุด",
    "Stop after so long.": "หยุดเมื่อครบกี่วินาที",
    "Switch one fault off, or all of them and the pause.": (
        "ปิดความขัดข้องรายการเดียว หรือทั้งหมดรวมถึงตัวอ่านคิวที่หยุดไว้"
    ),
    "A fault's number, `poller`, or `all`.": "เลขของรายการ, `poller` หรือ `all`",
    # A look inside
    "Show the engine, what of the pipeline is there and what is not, and how it is doing.": (
        "ดู engine ส่วนของ pipeline ที่มีและที่ขาด และสภาพตอนนี้"
    ),
    "Show the lab in your browser: click as in AWS's console, each click with its command.": (
        "เปิดแล็บใน browser: คลิกเหมือนใน AWS Console ทุกคลิกมีคำสั่งให้ดู"
    ),
    "Where the console listens. Default: $LAB_CONSOLE_PORT, else 4580.": (
        "port ของ console ถ้าไม่ระบุคือ $LAB_CONSOLE_PORT หรือ 4580"
    ),
    "The account to begin in.": "account ที่เห็นเมื่อเปิด",
    "Also show the lab in the browser. Default: $LAB_CONSOLE.": (
        "เปิด console ใน browser ด้วย ถ้าไม่ระบุคือตาม $LAB_CONSOLE"
    ),
    "Also open it in your browser.": "เปิดใน browser ให้ด้วย",
    "Look only; nothing can be changed.": "ดูอย่างเดียว แก้ไขอะไรไม่ได้",
    "End the console; the lab goes on.": "หยุด console ส่วนแล็บทำงานต่อ",
    "Show the mails, newest first, subject and text.": "อ่านอีเมล ใหม่สุดก่อน ทั้งหัวข้อและเนื้อหา",
    "Only one line per mail.": "ฉบับละบรรทัด",
    "Show what a function logged; without a name, LocalStack's own log.": (
        "ดู log ของฟังก์ชัน ถ้าไม่ใส่ชื่อคือ log ของ LocalStack"
    ),
    "For example csv-validator.": "เช่น csv-validator",
    "Go on with what is to come.": "รอดูต่อไปเรื่อย ๆ",
    "Show the dead letter queue, or send its messages through the pipeline again.": (
        "ดู dead letter queue หรือส่งข้อความในนั้นเข้า pipeline อีกครั้ง"
    ),
    "Show the alarms: state, what they watch, and why they are in that state.": (
        "ดู alarm สถานะ สิ่งที่เฝ้าดู และสาเหตุของสถานะ"
    ),
    "Show, role by role, the permissions used, denied, and granted but never used.": (
        "ดูสิทธิ์ทีละ role ที่ใช้จริง ที่ถูกปฏิเสธ และที่ให้ไว้แต่ไม่เคยใช้"
    ),
    "Forget what was used until now.": "ลืมสิ่งที่ใช้มาถึงตอนนี้",
    "Only what was denied.": "เฉพาะที่ถูกปฏิเสธ",
    "Show the clock of an account's lifecycle, or push it: `clock +31d` empties failed/.": (
        "ดูนาฬิกาของ lifecycle ในบัญชี หรือเลื่อนไปข้างหน้า: `clock +31d` ทำให้ failed/ ว่าง"
    ),
    "How far to push it: a number of d(ays), h(ours) or m(inutes), as +31d.": (
        "เลื่อนเท่าไร เป็นจำนวน d (วัน), h (ชั่วโมง) หรือ m (นาที) เช่น +31d"
    ),
    # The project's own checks
    "Run the whole test suite; arguments go to pytest.": "รันเทสต์ทั้งชุด argument ส่งต่อให้ pytest",
    "Run the tests of docker-compose.yml instead.": "รันเทสต์ของ docker-compose.yml แทน",
    "Prove the gaps: their tests must fail without the plugin.": (
        "พิสูจน์ส่วนที่เติมให้ LocalStack: ไม่มี plugin แล้วเทสต์ต้องไม่ผ่าน"
    ),
    "Check style, format, types, and that no secret was left in a file: all, whatever one says.": (
        "ตรวจสไตล์ รูปแบบ ชนิดข้อมูล และว่าไม่มีความลับค้างในไฟล์ ตรวจครบทุกอย่างเสมอ"
    ),
    "Check the locked packages for known vulnerabilities; where nobody can tell, say so.": (
        "ตรวจช่องโหว่ที่รู้จักของแพ็กเกจที่ล็อกไว้ ถ้าตรวจไม่ได้ก็บอก"
    ),
    "Run LocalStack's own tests against LocalStack alone and against the lab; compare.\n\n"
    "Takes hours for all services, and minutes for one. Needs no Docker and no root.": (
        "รันเทสต์ของ LocalStack เองกับ LocalStack เปล่าและกับแล็บ แล้วเทียบกัน\n\n"
        "ทุกบริการใช้หลายชั่วโมง บริการเดียวใช้ไม่กี่นาที ไม่ต้องใช้ Docker และ root"
    ),
    "A checkout of localstack/localstack at v4.14.0.": (
        "checkout ของ localstack/localstack ที่ v4.14.0"
    ),
    "Services, or files and tests such as sns/test_sns.py. Default: all that the lab is compared "
    "in.": ("บริการ หรือไฟล์และเทสต์ เช่น sns/test_sns.py ถ้าไม่ระบุคือทุกบริการที่แล็บถูกเทียบ"),
    "plain, iam-off or lab; may be repeated. The others' last results are compared with. Default: "
    "all three, one after the other.": (
        "plain, iam-off หรือ lab ใส่ซ้ำได้ ส่วนที่ไม่ระบุใช้ผลครั้งล่าสุดมาเทียบ ถ้าไม่ใส่เลยคือทั้งสามทีละอัน"
    ),
    "Run nothing; show what ran last.": "ไม่รันอะไร แค่แสดงผลครั้งล่าสุด",
    "Run only what went differently last time.": "รันเฉพาะที่ครั้งก่อนได้ผลต่างกัน",
    "Let LocalStack fetch what it lacks, such as a Java.": (
        "ให้ LocalStack ดาวน์โหลดสิ่งที่ขาด เช่น Java"
    ),
    # Teachers
    "Leave account 000000000000 empty, to build the pipeline there.": (
        "ปล่อยบัญชี 000000000000 ให้ว่าง เพื่อสร้าง pipeline เองในบัญชีนั้น"
    ),
    "Pack this checkout and all that its installation fetches, for machines without a network.": (
        "รวม checkout นี้กับทุกอย่างที่ต้องใช้ติดตั้งไว้ในไฟล์เดียว สำหรับเครื่องที่ไม่มีเน็ต"
    ),
    "Where to, such as lab.tar.": "ไฟล์ปลายทาง เช่น lab.tar",
    "The machines have a Python 3.13 of their own.": "เครื่องปลายทางมี Python 3.13 แล้ว",
    "Leave out what the console needs.": "ไม่รวมสิ่งที่ console ใช้",
    "Put your code, what stands in your account and your record into one file to hand in.": (
        "รวมโค้ดของคุณ สิ่งที่อยู่ในบัญชี และบันทึกการทำ ไว้ในไฟล์เดียวเพื่อส่ง"
    ),
    "Where to. Default: submission-ACCOUNT.json.": "ไฟล์ปลายทาง ถ้าไม่ระบุคือ submission-ACCOUNT.json",
    "Check every step, and say what it is worth: your account, a class, or what was handed in.": (
        "ตรวจทุกขั้นแล้วบอกคะแนน: บัญชีของคุณ ทั้งห้อง หรืองานที่ส่งมา"
    ),
    "Submissions, each graded in a fresh lab.": "งานที่ส่งมา แต่ละไฟล์ตรวจในแล็บใหม่",
    "A CSV with the columns username and account: the whole class.": (
        "CSV ที่มีคอลัมน์ username และ account ของทั้งห้อง"
    ),
    "Also write FILE.json (Classroom 50) or FILE.csv (nbgrader); may be given twice.": (
        "เขียนคะแนนลง FILE.json (Classroom 50) หรือ FILE.csv (nbgrader) ด้วย ใส่สองครั้งได้"
    ),
    "Empty the account whatever is in it.": "ทำให้บัญชีว่างไม่ว่าจะมีอะไรอยู่",
}
"""By the English text, in the order in which `--help` shows the commands."""

_WRONG_USE = (
    (re.compile(r"No such command '(.*?)'.*"), "ไม่มีคำสั่ง '{0}'"),
    (re.compile(r"No such option: (\S+).*"), "ไม่มีตัวเลือก {0}"),
    (re.compile(r"Missing command.*"), "ยังไม่ได้บอกคำสั่ง"),
    (re.compile(r"Missing (?:argument|option|parameter):? ?'?(.*?)'?"), "ยังไม่ได้ใส่ {0}"),
    (re.compile(r"Got unexpected extra arguments?\(?s?\)? \((.*)\)"), "ใส่เกินมา: {0}"),
    (re.compile(r"Option '?(\S+?)'? requires an argument"), "ตัวเลือก {0} ต้องมีค่า"),
    (
        re.compile(r"Invalid value for (.*?): '?(.*?)'? is not one of (.*)"),
        "{0} เป็น {1!r} ไม่ได้ ต้องเป็นอย่างใดอย่างหนึ่งใน {2}",
    ),
    (
        re.compile(r"Invalid value for (.*?): '?(.*?)'? is not in the range (.*)"),
        "{0} เป็น {1} ไม่ได้ ต้องอยู่ในช่วง {2}",
    ),
    (re.compile(r"Invalid value for (.*?): (.*)", re.DOTALL), "ค่าของ {0} ใช้ไม่ได้"),
)
"""How the parser of the command line words wrong use, and that in Thai."""


def translate(command: Any, parent: Any = None) -> None:
    """Let a command's help be Thai, and that of the commands below it.

    Args:
        command: Of Typer, as `typer.main.get_command` makes it.
        parent: The context of the command above it.
    """
    if parent is None:
        _translate_headings()
    context = command.context_class(
        command, info_name=command.name, parent=parent, **command.context_settings
    )
    for each in (command, *command.get_params(context)):
        if getattr(each, "help", None):
            each.help = HELP.get(each.help, each.help)
    panel = getattr(command, "rich_help_panel", None)
    command.rich_help_panel = HELP.get(str(panel), panel)
    for below in getattr(command, "commands", {}).values():
        translate(below, context)


def wrong_use(english: str) -> str:
    """Return what the parser says about wrong use, in Thai."""
    for pattern, thai in _WRONG_USE:
        found = pattern.fullmatch(english)
        if found:
            return thai.format(*found.groups())
    return "คำสั่งนี้ใช้แบบนี้ไม่ได้"


def _translate_headings() -> None:
    rich_utils.ARGUMENTS_PANEL_TITLE = "สิ่งที่ต้องใส่"
    rich_utils.OPTIONS_PANEL_TITLE = "ตัวเลือก"
    rich_utils.COMMANDS_PANEL_TITLE = "คำสั่ง"
    rich_utils.DEFAULT_STRING = "[ถ้าไม่ระบุ: {}]"
    rich_utils.ENVVAR_STRING = "[ตัวแปร: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[ต้องใส่]"
