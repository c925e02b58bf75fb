"""What commands say in Thai, by the English sentence in the code, in the order of the modules."""

SENTENCES = {
    # What any command may say
    "Interrupted.": "หยุดกลางคันแล้ว",
    "Try next:": "ลองต่อ:",
    "none": "ไม่มี",
    "at most {seconds} s": "ไม่เกิน {seconds} วินาที",
    "{doing}: {done} of {total}, {seconds:.0f} s": "{doing}: {done} จาก {total}, {seconds:.0f} s",
    "{kind}: {error} (LAB_DEBUG=1 shows where)": "{kind}: {error} (ดูว่าที่ไหนด้วย LAB_DEBUG=1)",
    "{wrong}. See: {path} --help": "{wrong} ดู: {path} --help",
    "Missing in this cloud: {what} ({operation}). What is there and what is not: {status}": (
        "คลาวด์นี้ยังขาดบางอย่าง: {what} ({operation}) ดูว่ามีอะไรและขาดอะไร: {status}"
    ),
    "The lab does not answer as it should ({error}). Its log: {logs}": (
        "แล็บไม่ตอบอย่างที่ควร ({error}) ดู log: {logs}"
    ),
    # lab/errors.py
    "{where}: {problem}. {remedy}, then run the command again.": (
        "{where}: {problem} · {remedy} แล้วสั่งใหม่"
    ),
    "Let this user write there: it may be another user's, or root's": (
        "ให้ผู้ใช้นี้เขียนที่นั่นได้ อาจเป็นของผู้ใช้อื่นหรือของ root"
    ),
    "Make room on that disk": "ลบของในดิสก์นั้นให้มีที่ว่าง",
    "Make room: this user's share of the disk is used up": ("ลบของให้มีที่ว่าง ผู้ใช้นี้ใช้ดิสก์เต็มโควตาแล้ว"),
    "The lab has to write there: make it writable, or put the lab elsewhere": (
        "แล็บต้องเขียนที่นั่น ทำให้เขียนได้ หรือย้ายแล็บไปที่อื่น"
    ),
    "Let programs open more files (ulimit -n), in a new terminal": (
        "ให้โปรแกรมเปิดไฟล์ได้มากขึ้น (ulimit -n) ใน terminal ใหม่"
    ),
    "End some other programs: this machine has too many files open": (
        "ปิดโปรแกรมอื่นบ้าง เครื่องนี้เปิดไฟล์ไว้มากเกินไป"
    ),
    # lab/chosen.py, lab/launch/mailbox.py
    "{variable} is {named!r}, but a port is a number such as {usual}.": (
        "{variable} เป็น {named!r} แต่พอร์ตต้องเป็นตัวเลข เช่น {usual}"
    ),
    "{number!r} is not an account: give twelve digits, such as --account 222222222222.": (
        "{number!r} ไม่ใช่เลขบัญชี ต้องเป็นเลข 12 หลัก เช่น --account 222222222222"
    ),
    "{port} is no port; take one from 1024 to {highest}, such as 4566.": (
        "{port} ไม่ใช่พอร์ต เลือกตั้งแต่ 1024 ถึง {highest} เช่น 4566"
    ),
    # lab/chaos.py, lab/commands/chaos.py
    "The queue poller is {state}, not yet {wanted}.": "ตัวอ่านคิวยังเป็น {state} ยังไม่เป็น {wanted}",
    "The queue poller is {state}.": "ตัวอ่านคิวเป็น {state}",
    "The queue poller stands still. {off}": "ตัวอ่านคิวหยุดแล้ว เปิดใหม่: {off}",
    "{refusal}. See: scripts/lab chaos on --help": "{refusal} · ดู: scripts/lab chaos on --help",
    "a fault is a JSON object": "fault ต้องเป็น JSON object",
    "there is no {name} in a fault": "fault ไม่มี {name}",
    "{name} means nothing for {kind}": "{name} ใช้กับ {kind} ไม่ได้",
    "'operation' means something for kill only at 'during'": (
        "'operation' ใช้กับ kill ได้เฉพาะเมื่อ at เป็น 'during'"
    ),
    "{name} is {value}, but must be one of: {choices}": (
        "{name} เป็น {value} ไม่ได้ ต้องเป็นอย่างใดอย่างหนึ่งใน: {choices}"
    ),
    "{name} is {value}, but must be a whole number above 0, at most {most}": (
        "{name} เป็น {value} ไม่ได้ ต้องเป็นจำนวนเต็มมากกว่า 0 ไม่เกิน {most}"
    ),
    "{name} is {value}, but must be a number above 0, at most {most}": (
        "{name} เป็น {value} ไม่ได้ ต้องเป็นตัวเลขมากกว่า 0 ไม่เกิน {most}"
    ),
    "There is no fault {number}. See: {list}": "ไม่มีรายการ {number} ดู: {list}",
    "Nothing polls a queue for {function} in account {account} yet: it has no event source "
    "mapping.": "ยังไม่มีอะไรอ่านคิวให้ {function} ในบัญชี {account} เพราะยังไม่มี event source mapping",
    "Nothing is faulty. See: scripts/lab chaos on --help": (
        "ไม่มีอะไรขัดข้อง ดู: scripts/lab chaos on --help"
    ),
    "{kind} needs a target. See: scripts/lab chaos on --help": (
        "{kind} ต้องบอกเป้าหมาย ดู: scripts/lab chaos on --help"
    ),
    "pause takes no target and no option. See: scripts/lab chaos on --help": (
        "pause ไม่ต้องใส่เป้าหมายหรือตัวเลือก ดู: scripts/lab chaos on --help"
    ),
    "Off. {list}": "ปกติแล้ว ดู: {list}",
    "over": "จบแล้ว",
    "left: {limits}": "เหลือ: {limits}",
    "struck: {count}": "โดนไป {count} ครั้ง",
    "by {role}": "โดย {role}",
    "by {seconds:g} s": "ช้าลง {seconds:g} s",
    "{seconds:.0f} s": "{seconds:.0f} วินาที",
    "{count} calls": "{count} ครั้ง",
    # lab/commands/checks.py
    "--compose and --plain are two runs: choose one": (
        "--compose กับ --plain เป็นการรันคนละแบบ เลือกอย่างเดียว"
    ),
    "lint: see {tools} above": "lint: ดู {tools} ด้านบน",
    "lint: nothing found": "lint: ไม่พบอะไร",
    "Looking for secrets in {count} files ...": "กำลังหาความลับใน {count} ไฟล์ ...",
    "Success: no secrets found": "ผ่าน: ไม่พบความลับ",
    "SKIPPED: nobody looked for secrets: git cannot say which files are the project's": (
        "SKIPPED: ไม่ได้หาความลับ เพราะ git บอกไม่ได้ว่าไฟล์ไหนเป็นของโครงการ"
    ),
    "SKIPPED: nothing was audited: {why}": "SKIPPED: ไม่ได้ตรวจช่องโหว่: {why}",
    "asking for known vulnerabilities": "ถามหาช่องโหว่ที่รู้จัก",
    "{file}: {name} matches nothing any more": "{file}: {name} ไม่ตรงกับอะไรแล้ว",
    "{open} known vulnerabilities, {allowed} let stand": (
        "พบช่องโหว่ที่รู้จัก {open} รายการ ปล่อยไว้ {allowed} รายการ"
    ),
    "package": "แพ็กเกจ",
    "locked": "รุ่นที่ล็อก",
    "known as": "รหัสช่องโหว่",
    "fixed in": "แก้ในรุ่น",
    "let stand because": "ปล่อยไว้เพราะ",
    # lab/commands/clock.py
    "{step!r} is no step: give a number of days, hours or minutes, such as +31d.": (
        "{step!r} ใช้ไม่ได้ ใส่จำนวนวัน ชั่วโมง หรือนาที เช่น +31d"
    ),
    "{days:g} days ahead; only the lifecycle sees it": ("ล่วงหน้า {days:g} วัน มีผลกับ lifecycle เท่านั้น"),
    "expired  {uri}": "หมดอายุ  {uri}",
    "aborted  {uri}, an upload that nobody completed": "ยกเลิก  {uri} ซึ่งอัปโหลดค้างไว้ไม่จบ",
    "Nothing expired.": "ไม่มีอะไรหมดอายุ",
    # lab/commands/demo.py
    "The lab is ready: {endpoint}": "แล็บพร้อมแล้ว: {endpoint}",
    "making {file}": "สร้าง {file}",
    "Sending {count} files": "ส่ง {count} ไฟล์",
    "the workshop's own": "ไฟล์ของ workshop",
    "columns are missing": "คอลัมน์ไม่ครบ",
    "a Thai name, spaces": "ชื่อไทยมีช่องว่าง",
    "old Thai encoding": "ไฟล์ Excel ไทยรุ่นเก่า",
    "some rows are wrong": "บางแถวผิด",
    "no CSV at all": "ไม่ใช่ CSV",
    "an empty file": "ไฟล์ว่าง",
    "50,000 rows": "50,000 แถว",
    "The inbox": "กล่องจดหมาย",
    "One of them in full": "ฉบับเต็มหนึ่งฉบับ",
    "the way it took": "เส้นทางของงานนี้",
    "what it made": "ผลลัพธ์ของงานนี้",
    "read the mails": "อ่านอีเมลทั้งหมด",
    "queues, alarms, jobs": "คิว alarm และงาน",
    "a file of your own": "ไฟล์ของคุณเอง",
    "stop the lab": "ปิดแล็บ",
    "{file} became {became} instead of {expected}": "{file} ได้ {became} แทนที่จะเป็น {expected}",
    "{wrong}. Look at: {runs}, {dlq}": "{wrong} ดู: {runs}, {dlq}",
    "all {count} files as expected": "ครบทั้ง {count} ไฟล์ ตามที่คาด",
    # lab/commands/deploy.py, lab/views/deployment.py, lab/provisioner.py
    "Account {account} is as your checkout says.": "บัญชี {account} ตรงกับโค้ดในเครื่องแล้ว",
    "comparing the cloud with your checkout": "เทียบคลาวด์กับโค้ดในเครื่อง",
    "Nothing to change: all {count} resources are as they should be.": (
        "ไม่มีอะไรต้องเปลี่ยน ทรัพยากรทั้ง {count} รายการถูกต้องแล้ว"
    ),
    "{changes} of {total} resources will change:": ("ทรัพยากร {changes} จาก {total} รายการจะเปลี่ยน:"),
    "… and {count} more that are missing": "… และอีก {count} รายการที่ยังไม่มี",
    "create": "สร้าง",
    "update": "แก้",
    "replace": "แทนที่",
    "1 resource was made or changed by hand": "มีทรัพยากร 1 รายการที่คุณสร้างหรือแก้เอง",
    "{count} resources were made or changed by hand": ("มีทรัพยากร {count} รายการที่คุณสร้างหรือแก้เอง"),
    "{what}. Replace what is there?": "{what} แทนที่เลยไหม",
    "Nothing was changed.": "ไม่ได้เปลี่ยนอะไร",
    "Nothing was changed: {what} ({names}). To replace what is there: {deploy}": (
        "ไม่ได้เปลี่ยนอะไร: {what} ({names}) ถ้าจะแทนที่: {deploy}"
    ),
    "Nothing was changed. {reason}": "ไม่ได้เปลี่ยนอะไร: {reason}",
    "Nothing more was changed. {reason}": "ไม่ได้เปลี่ยนอะไรต่อ: {reason}",
    "The provisioner gave no reason.": "ตัวสร้างทรัพยากรไม่ได้บอกสาเหตุ",
    "{count} created": "สร้าง {count}",
    "{count} updated ({names})": "แก้ {count} ({names})",
    "{count} unchanged": "เหมือนเดิม {count}",
    "nothing to do": "ไม่มีอะไรต้องทำ",
    "done: {changed} of {total} resources changed, profile {profile}, {seconds:.1f} s": (
        "เสร็จ: เปลี่ยน {changed} จาก {total} รายการ profile {profile} ใช้เวลา {seconds:.1f} วินาที"
    ),
    "It is not known what is left. {reason}": "ไม่รู้ว่ายังเหลืออะไร {reason}",
    # lab/commands/destroy.py
    "Left alone, because it does not have the lab's tags: {what}": (
        "ไม่ลบ เพราะไม่มี tag ของแล็บ: {what}"
    ),
    "Still there: {what}. Run it again: {destroy}": "ยังเหลืออยู่: {what} สั่งอีกครั้ง: {destroy}",
    "Nothing was removed.": "ไม่ได้ลบอะไร",
    "Nothing was removed. Listed above is what would be.": "ไม่ได้ลบอะไร รายการข้างบนคือสิ่งที่จะถูกลบ",
    "Nothing of the pipeline is left in account {account}.": (
        "ไม่มีอะไรของ pipeline เหลือในบัญชี {account} แล้ว"
    ),
    "To bring it back: {deploy}": "สร้างกลับมาใหม่: {deploy}",
    "Nothing was removed. What would be: {look}. To remove it: {destroy}": (
        "ไม่ได้ลบอะไร ดูว่าจะลบอะไรบ้าง: {look} ถ้าจะลบ: {destroy}"
    ),
    "Remove the pipeline and all its files from account {account}?": (
        "ลบ pipeline และไฟล์ทั้งหมดออกจากบัญชี {account} หรือไม่?"
    ),
    # lab/targets/, lab/views/targets.py, lab/views/target_up.py
    "target": "เป้าหมาย",
    "Target {target} has no log of LocalStack. Name a function: {groups}": (
        "เป้าหมาย {target} ไม่มี log ของ LocalStack ให้ระบุชื่อฟังก์ชัน: {groups}"
    ),
    "Target {target} does not do that: {error}": "เป้าหมาย {target} ไม่ทำตามนั้น: {error}",
    "for --target endpoint or --target aws": "สำหรับ --target endpoint หรือ --target aws",
    "for a lab on this machine": "สำหรับแล็บในเครื่องนี้",
    "--target {target} and --engine {engine} contradict each other.": (
        "--target {target} กับ --engine {engine} ขัดกัน"
    ),
    "{option} is {what_for}.": "{option} ใช้{what_for}",
    "The lab on port {port} runs with engine {engine}, not {target}.": (
        "แล็บที่พอร์ต {port} ทำงานด้วย engine {engine} ไม่ใช่ {target}"
    ),
    "older than the mails in {queue}: {count} job(s)": "เก่ากว่าอีเมลที่ยังเก็บใน {queue}: {count} งาน",
    "{url} is not an address on this machine, such as http://127.0.0.1:4566. For AWS: --target aws "
    "--aws-profile NAME": (
        "{url} ไม่ใช่ที่อยู่ในเครื่องนี้ เช่น http://127.0.0.1:4566 ถ้าจะใช้ AWS: "
        "--target aws --aws-profile NAME"
    ),
    "{option} is for --target {target} only.": "{option} ใช้กับ --target {target} เท่านั้น",
    "Which credentials? Name a profile of ~/.aws: --target aws --aws-profile NAME": (
        "ใช้ credentials ไหน? ระบุชื่อ profile ใน ~/.aws: --target aws --aws-profile NAME"
    ),
    "Which endpoint? Give its address: --target endpoint --endpoint-url http://127.0.0.1:4566": (
        "endpoint ไหน? ระบุที่อยู่: --target endpoint --endpoint-url http://127.0.0.1:4566"
    ),
    "Target {target} is lab {lab_id} already, with {option} {was}. Leave {option} out, or remove "
    "that lab first: {destroy}": (
        "เป้าหมาย {target} เป็นแล็บ {lab_id} อยู่แล้ว โดย {option} คือ {was} ไม่ต้องใส่ {option} "
        "หรือลบแล็บนั้นก่อน: {destroy}"
    ),
    "No pipeline is known at target {target}. Bring it up: {up}": (
        "ไม่รู้จัก pipeline ที่เป้าหมาย {target} สร้างด้วย: {up}"
    ),
    "Target {target} is account {kept}, but these credentials are of account {found}. Nothing was "
    "asked there.": (
        "เป้าหมาย {target} คือบัญชี {kept} แต่ credentials นี้เป็นของบัญชี {found} จึงไม่ได้ถามอะไรที่นั่น"
    ),
    "Target {target} is account {kept}, not {account}.": (
        "เป้าหมาย {target} คือบัญชี {kept} ไม่ใช่ {account}"
    ),
    "Target {target} cannot be asked: {problem}.": "ถามเป้าหมาย {target} ไม่ได้: {problem}",
    "{endpoint} does not tell whose account it is: {problem}": (
        "{endpoint} ไม่บอกว่าเป็นบัญชีไหน: {problem}"
    ),
    "{variable} is {now!r}, but target {target} is lab {lab_id}. Set {variable} as it was, or "
    "leave it out.": (
        "{variable} เป็น {now!r} แต่เป้าหมาย {target} คือแล็บ {lab_id} "
        "ตั้ง {variable} ให้เหมือนเดิม หรือไม่ต้องตั้ง"
    ),
    "{command} has no --target: {reason}.": "{command} ไม่มี --target: {reason}",
    "it asks what completes LocalStack, which AWS does not have": (
        "คำสั่งนี้ถามส่วนที่เติมให้ LocalStack ซึ่ง AWS ไม่มี"
    ),
    "it is about this machine and this checkout, not about a pipeline": (
        "คำสั่งนี้เกี่ยวกับเครื่องนี้และ checkout นี้ ไม่ใช่ pipeline"
    ),
    "it saves and loads the whole cloud, which only LocalStack lets anybody do": (
        "คำสั่งนี้บันทึกและโหลดคลาวด์ทั้งก้อน ซึ่งทำได้กับ LocalStack เท่านั้น"
    ),
    "the course takes place in an empty account of a lab": "หลักสูตรเรียนในบัญชีว่างของแล็บ",
    "it is AWS's own command line, which takes --profile by itself": (
        "นี่คือ AWS CLI เอง ซึ่งรับ --profile ได้โดยตรง"
    ),
    "on AWS the console is started by itself: see docs/console.md": (
        "บน AWS ให้เปิดคอนโซลโดยตรง ดู docs/console.th.md"
    ),
    "it starts a lab on this machine; elsewhere use `up`, then `upload`": (
        "คำสั่งนี้เปิดแล็บในเครื่องนี้ ที่อื่นให้ใช้ `up` แล้ว `upload`"
    ),
    "it reads LocalStack's journal of what IAM refused; try `runs` and `logs`": (
        "คำสั่งนี้อ่านบันทึกของ LocalStack ว่า IAM ปฏิเสธอะไร ลอง `runs` และ `logs`"
    ),
    "it reads LocalStack's journal of permissions, which AWS does not have": (
        "คำสั่งนี้อ่านบันทึกสิทธิ์ของ LocalStack ซึ่ง AWS ไม่มี"
    ),
    "it restarts LocalStack; elsewhere use `destroy`, then `up`": (
        "คำสั่งนี้เปิด LocalStack ใหม่ ที่อื่นให้ใช้ `destroy` แล้ว `up`"
    ),
    "it writes a file and asks no cloud": "คำสั่งนี้เขียนไฟล์ ไม่ได้ถามคลาวด์ไหน",
    "The pipeline is ready ({seconds:.1f} s)": "pipeline พร้อมแล้ว ({seconds:.1f} วินาที)",
    "AWS has written to {email}: no mail comes before the link in that one is opened.": (
        "AWS ส่งอีเมลไปที่ {email} แล้ว ต้องเปิดลิงก์ในฉบับนั้นก่อน อีเมลอื่นจึงจะมา"
    ),
    "remove all of it": "ลบทั้งหมด",
    "Nothing was changed: these were changed by hand: {names}. To replace them, say so to deploy: "
    "{deploy}": "ไม่ได้เปลี่ยนอะไร สิ่งเหล่านี้ถูกแก้ด้วยมือ: {names} ถ้าจะแทนที่ ให้บอก deploy: {deploy}",
    "Nothing was changed: these have the pipeline's names, but not the tags of lab {lab_id}: "
    "{names}. Remove or rename them, or use another account.": (
        "ไม่ได้เปลี่ยนอะไร สิ่งเหล่านี้มีชื่อของ pipeline แต่ไม่มี tag ของแล็บ {lab_id}: {names} "
        "ให้ลบหรือเปลี่ยนชื่อ หรือใช้บัญชีอื่น"
    ),
    "Nothing was changed. To go on, name the account: {command}": (
        "ไม่ได้เปลี่ยนอะไร ถ้าจะทำต่อ ให้ระบุบัญชี: {command}"
    ),
    "To go on, type the number of the account": "ถ้าจะทำต่อ ให้พิมพ์เลขบัญชี",
    "That is another number. Nothing was changed.": "เลขไม่ตรงกัน ไม่ได้เปลี่ยนอะไร",
    "Target {target} ({where}): account {account}, region {region}, lab {lab_id}": (
        "เป้าหมาย {target} ({where}): บัญชี {account}, region {region}, แล็บ {lab_id}"
    ),
    "Prices of {when} in {where}. Idle: {requests:,} SQS requests a day, of {free:,} a month that "
    "are free: 0.00 USD. {files} files: at most {usd:.2f} USD. More: docs/costs.md": (
        "ราคา {when} ที่ {where} เมื่อไม่มีไฟล์: SQS {requests:,} request ต่อวัน จากที่ฟรี {free:,} ต่อเดือน: "
        "0.00 USD · {files} ไฟล์: ไม่เกิน {usd:.2f} USD · อ่านต่อ: docs/costs.th.md"
    ),
    # lab/commands/template.py
    "{template} and the code of {count} functions are written.": (
        "เขียน {template} และ code ของฟังก์ชัน {count} ตัวแล้ว"
    ),
    "How to deploy it: docs/aws.md": "วิธี deploy: docs/aws.th.md",
    # init/provision: why it is not possible
    "LAB_TARGET is {value!r}, but it can only be aws, for an endpoint that counts as AWS.": (
        "LAB_TARGET เป็น {value!r} แต่เป็นได้แค่ aws สำหรับ endpoint ที่ถือเป็น AWS"
    ),
    "LAB_TARGET is aws, but LAB_ALLOW_AWS is not set: set it to the number of your account.": (
        "LAB_TARGET เป็น aws แต่ไม่ได้ตั้ง LAB_ALLOW_AWS ตั้งให้เป็นเลขบัญชีของคุณ"
    ),
    "these have the pipeline's names, but not the tags of lab {lab_id}: {names}. Remove or rename "
    "them; if they are another lab of yours, destroy it with its LAB_STUDENT and LAB_SUFFIX.": (
        "สิ่งเหล่านี้มีชื่อของ pipeline แต่ไม่มี tag ของแล็บ {lab_id}: {names} ให้ลบหรือเปลี่ยนชื่อ "
        "ถ้าเป็นแล็บอื่นของคุณ ให้ destroy ด้วย LAB_STUDENT และ LAB_SUFFIX ของแล็บนั้น"
    ),
    "these were changed by hand: {names}. Change them back, or have them replaced with "
    "--replace.": "สิ่งเหล่านี้ถูกแก้ด้วยมือ: {names} แก้กลับ หรือให้แทนที่ด้วย --replace",
    "the bucket {bucket} is filled faster than emptied": ("bucket {bucket} มีไฟล์เข้ามาเร็วกว่าที่ลบออก"),
    "{key} in {bucket} is not deleted: {problem}": "ลบ {key} ใน {bucket} ไม่ได้: {problem}",
    "{place}: {problem}": "{place} มีปัญหา: {problem}",
    "{function} is {state}: {reason}": "{function} มีสถานะ {state}: {reason}",
    "no account to provision: {error}": "ไม่มีบัญชีให้สร้างทรัพยากร: {error}",
    "{variable} is {value!r}, but it becomes part of bucket names and may hold only a-z, 0-9 and "
    "single hyphens between them.": (
        "{variable} เป็น {value!r} แต่ค่านี้เป็นส่วนหนึ่งของชื่อ bucket จึงมีได้แค่ a-z, 0-9 และขีดกลางทีละตัวคั่นกลาง"
    ),
    "LAB_STUDENT and LAB_SUFFIX make the bucket name {bucket!r} of {length} characters, but S3 "
    "allows {most}.": (
        "LAB_STUDENT กับ LAB_SUFFIX ทำให้ชื่อ bucket {bucket!r} ยาว {length} ตัวอักษร "
        "แต่ S3 ให้ไม่เกิน {most}"
    ),
    "LAB_EMAIL is {email!r}, but it must be one address such as {usual}.": (
        "LAB_EMAIL เป็น {email!r} แต่ต้องเป็นที่อยู่อีเมลเดียว เช่น {usual}"
    ),
    "AWS_DEFAULT_REGION is {region!r}, but it must be a region such as {usual}.": (
        "AWS_DEFAULT_REGION เป็น {region!r} แต่ต้องเป็น region เช่น {usual}"
    ),
    "LAB_PROFILE is {profile!r}, but it must be one of: {profiles}.": (
        "LAB_PROFILE เป็น {profile!r} แต่ต้องเป็นอย่างใดอย่างหนึ่งใน: {profiles}"
    ),
    "the bucket {bucket} belongs to another account, or this one may not read it: bucket names are "
    "shared by all accounts, so choose another LAB_SUFFIX": (
        "bucket {bucket} เป็นของบัญชีอื่น หรือบัญชีนี้อ่านไม่ได้ ชื่อ bucket ใช้ร่วมกันทุกบัญชี ให้เลือก LAB_SUFFIX อื่น"
    ),
    "the bucket {bucket} exists in {location}, not in {region}: choose another LAB_SUFFIX or "
    "AWS_DEFAULT_REGION": (
        "bucket {bucket} มีอยู่แล้วที่ {location} ไม่ใช่ {region} "
        "ให้เลือก LAB_SUFFIX หรือ AWS_DEFAULT_REGION อื่น"
    ),
    "{service} would be asked at {endpoint}, which is not on this machine. For a lab here set "
    "AWS_ENDPOINT_URL; for AWS set LAB_ALLOW_AWS to the number of your account.": (
        "{service} จะถูกเรียกที่ {endpoint} ซึ่งไม่ได้อยู่ในเครื่องนี้ ถ้าใช้แล็บในเครื่องให้ตั้ง AWS_ENDPOINT_URL "
        "ถ้าจะใช้ AWS จริงให้ตั้ง LAB_ALLOW_AWS เป็นเลขบัญชีของคุณ"
    ),
    "{here} would be asked on this machine and {there} elsewhere: set AWS_ENDPOINT_URL alone, and "
    "none for single services.": (
        "{here} จะถูกเรียกในเครื่องนี้ แต่ {there} ที่อื่น ให้ตั้ง AWS_ENDPOINT_URL อย่างเดียว อย่าตั้งแยกทีละบริการ"
    ),
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and credentials in ~/.aws are not "
    "used for an endpoint on this machine. Any values will do, such as test.": (
        "ยังไม่ได้ตั้ง AWS_ACCESS_KEY_ID และ AWS_SECRET_ACCESS_KEY และ credentials ใน ~/.aws ไม่ถูกใช้กับ "
        "endpoint ในเครื่องนี้ ตั้งเป็นค่าใดก็ได้ เช่น test"
    ),
    "LAB_ALLOW_AWS is {value!r}, but it must be the number of an AWS account, twelve digits.": (
        "LAB_ALLOW_AWS เป็น {value!r} แต่ต้องเป็นเลขบัญชี AWS 12 หลัก"
    ),
    "LAB_ALLOW_AWS names account {allowed}, but these credentials are of account {account}: "
    "nothing was changed.": (
        "LAB_ALLOW_AWS ระบุบัญชี {allowed} แต่ credentials เป็นของบัญชี {account} จึงไม่ได้เปลี่ยนอะไร"
    ),
    "a request to {host} was not sent, because it is not on this machine.": (
        "ไม่ได้ส่งคำขอไปที่ {host} เพราะไม่ได้อยู่ในเครื่องนี้"
    ),
    "a request to {host} was not sent, because its account is not known yet.": (
        "ไม่ได้ส่งคำขอไปที่ {host} เพราะยังไม่รู้ว่าเป็นบัญชีไหน"
    ),
    "Profile quick is for emulators: AWS refuses its alarm periods of {period} s. Set "
    "LAB_PROFILE=workshop.": (
        "profile quick ใช้กับ emulator เท่านั้น เพราะ AWS ไม่รับ alarm ที่มี period {period} วินาที "
        "ให้ตั้ง LAB_PROFILE=workshop"
    ),
    "LAB_EMAIL is not set: AWS sends real mail, so give an address of your own.": (
        "ยังไม่ได้ตั้ง LAB_EMAIL เพราะ AWS ส่งอีเมลจริง ให้ใส่ที่อยู่ของคุณเอง"
    ),
    "LAB_SUFFIX is not set: all accounts of AWS share the names of buckets, so choose one that "
    "nobody else has, such as LAB_SUFFIX={example}.": (
        "ยังไม่ได้ตั้ง LAB_SUFFIX ชื่อ bucket ใช้ร่วมกันทุกบัญชีของ AWS ให้เลือกที่ไม่ซ้ำใคร เช่น LAB_SUFFIX={example}"
    ),
    "{folder} holds no handler.py": "{folder} ไม่มี handler.py",
    "{file} defines no lambda_handler": "{file} ไม่มี lambda_handler",
    "{folder} holds no package {package}": "{folder} ไม่มี package {package}",
    "{folder} holds no file": "{folder} ไม่มีไฟล์",
    "{place}: unknown placeholder {placeholder}; known are {known}": (
        "{place}: ไม่รู้จัก placeholder {placeholder} ที่รู้จักคือ {known}"
    ),
    "{place}: a placeholder is not closed": "{place}: placeholder ไม่ได้ปิด",
    # lab/commands/dlq.py, lab/promise/dead_letters.py
    "{queue} is empty: nothing was given up.": "{queue} ว่าง ไม่มีอะไรถูกทิ้ง",
    "Send them through again when the cause is gone: {redrive}": (
        "แก้สาเหตุแล้วส่งเข้าไปใหม่: {redrive}"
    ),
    "{count} message(s) moved to {queue}. See what becomes of them: {runs}": (
        "ย้าย {count} ข้อความไป {queue} แล้ว ดูผล: {runs}"
    ),
    "received {count} times": "ถูกรับ {count} ครั้ง",
    "given up by the main queue": "คิวหลักยอมแพ้",
    "from csv-validator": "มาจาก csv-validator",
    "The redrive failed: {reason}.": "ส่งกลับไม่สำเร็จ: {reason}",
    "no reason given": "ไม่ได้บอกสาเหตุ",
    "The redrive has not ended yet. Look again: {dlq}": "ยังส่งกลับไม่เสร็จ ดูอีกครั้ง: {dlq}",
    # lab/commands/doctor.py, lab/launch/machine.py
    "looking around": "สำรวจเครื่อง",
    "{version} at {place}": "{version} ที่ {place}",
    "{found}; needs 3.13: remove .venv and run scripts/lab again": (
        "{found} แต่ต้องเป็น 3.13: ลบ .venv แล้วสั่ง scripts/lab ใหม่"
    ),
    "System": "ระบบ",
    "{system}: the lab is tried on Linux x86-64 and arm64": (
        "{system}: แล็บทดสอบบน Linux x86-64 และ arm64"
    ),
    "not installed: remove .venv, run scripts/lab again": (
        "ยังไม่ได้ติดตั้ง: ลบ .venv แล้วสั่ง scripts/lab ใหม่"
    ),
    "{found}, not {wanted}: remove .venv": "{found} ไม่ใช่ {wanted}: ลบ .venv",
    "{reason} The local engine does without.": "{reason} engine local ไม่ต้องใช้",
    "engine {version}": "engine รุ่น {version}",
    "Image": "Image",
    "{image} is here": "มี {image} แล้ว",
    "{image}: not asked for without Docker": "{image}: ไม่มี Docker จึงไม่ได้ถาม",
    "{image} can be pulled": "ดาวน์โหลด {image} ได้",
    "Port": "พอร์ต",
    "{port} is this lab's own; it is running": "{port} เป็นของแล็บนี้ ซึ่งทำงานอยู่",
    "{port} is free": "{port} ว่าง",
    "{port} is taken by {holder}; stop it, or use another: {up}": (
        "{port} ถูกใช้โดย {holder} ปิดก่อน หรือใช้พอร์ตอื่น: {up}"
    ),
    "Disk": "ดิสก์",
    "{size:.1f} GB free": "ว่าง {size:.1f} GB",
    "Open files": "เปิดไฟล์",
    "as many as the lab needs": "ได้พอที่แล็บต้องใช้",
    "Memory": "หน่วยความจำ",
    "{size:.1f} GB available": "ใช้ได้ {size:.1f} GB",
    "In Java": "ส่วน Java",
    "JSONata: by the Java in the image": "JSONata: ใช้ Java ใน image",
    "JSONata: by jsonata-python": "JSONata: ใช้ jsonata-python",
    "{up} would choose {engine}: {why}": "{up} จะเลือก {engine}: {why}",
    # lab/commands/iam.py, lab/permissions.py
    "Forgotten. What is used from now on counts: {iam}": "ลืมแล้ว นับใหม่ตั้งแต่ตอนนี้: {iam}",
    "denied": "ถูกปฏิเสธ",
    "used": "ใช้จริง",
    "never used": "ไม่เคยใช้",
    "there is no such action: no request can match it": "ไม่มี action นี้ คำขอใดก็ไม่ตรง",
    "all but {action}": "ทุกอย่างยกเว้น {action}",
    "explicit deny in an identity-based policy": "identity-based policy มี Deny ห้ามไว้",
    "explicit deny in a resource-based policy": "resource-based policy มี Deny ห้ามไว้",
    "explicit deny in a permissions boundary": "permissions boundary มี Deny ห้ามไว้",
    "explicit deny in a session policy": "session policy มี Deny ห้ามไว้",
    "no identity-based policy allows it": "ไม่มี identity-based policy ไหนอนุญาต",
    "no resource-based policy allows it": "ไม่มี resource-based policy ไหนอนุญาต",
    "no permissions boundary allows it": "permissions boundary ไม่ได้อนุญาต",
    "no session policy allows it": "session policy ไม่ได้อนุญาต",
    # lab/commands/inbox.py, lab/commands/logs.py
    "No mail yet. Make one: {upload}": "ยังไม่มีอีเมล ลอง: {upload}",
    "… {count} older ones; --limit shows more": "… เก่ากว่านี้อีก {count} รายการ ดูเพิ่มด้วย --limit",
    "There is no log of a function {function!r}. There are: {groups}": (
        "ไม่มี log ของฟังก์ชัน {function!r} ที่มีคือ: {groups}"
    ),
    "{function} has logged nothing yet.": "{function} ยังไม่ได้เขียน log",
    "The lab on port {port} has no log. Start it: {up}": "แล็บที่พอร์ต {port} ไม่มี log เปิดก่อน: {up}",
    # lab/commands/runs.py, lab/promise/jobs.py, lab/views/outcomes.py
    "No job yet. Make one: {upload}": "ยังไม่มีงาน ลอง: {upload}",
    "started": "เริ่ม",
    "job, file": "งาน, ไฟล์",
    "job": "งาน",
    "file": "ไฟล์",
    "status": "สถานะ",
    "outcome": "ผล",
    "rows": "แถว",
    "seconds": "วินาที",
    "{count:,} rejected": "ไม่ผ่าน {count:,}",
    "{count} attempts": "ลอง {count} ครั้ง",
    "All it logged: {logs}": "log ทั้งหมด: {logs}",
    "not moved": "ไม่ได้ย้าย",
    "it is still running": "ยังทำงานอยู่",
    "{job} failed ({reason}), so it has no result. See why: {run}": (
        "{job} ล้มเหลว ({reason}) จึงไม่มีผลลัพธ์ ดูสาเหตุ: {run}"
    ),
    "{job} is still running. See how far it is: {run}": "{job} ยังทำงานอยู่ ดูว่าถึงไหน: {run}",
    "There is no job {wanted!r}. See the jobs: {runs}": "ไม่มีงาน {wanted!r} ดูงานทั้งหมด: {runs}",
    "{wanted!r} fits {count} jobs; give more of the id: {runs}": (
        "{wanted!r} ตรงกับ {count} งาน ใส่ id ให้ยาวขึ้น: {runs}"
    ),
    # lab/commands/explain.py, lab/story/
    "reading events, logs and refusals": "อ่าน event, log และสิ่งที่ถูกปฏิเสธ",
    "Nothing was uploaded here yet.": "ที่นี่ยังไม่มีใครอัปโหลดอะไร",
    "Nothing is known of {wanted!r}: it is not in {bucket}.": (
        "ไม่พบอะไรเกี่ยวกับ {wanted!r} และไม่มีอยู่ใน {bucket}"
    ),
    "{wanted!r} fits several files: {names}": "{wanted!r} ตรงกับหลายไฟล์: {names}",
    "was put": "ถูกวาง",
    "was put, {size:,} bytes": "ถูกวาง ขนาด {size:,} ไบต์",
    "started nothing": "ไม่ได้เริ่มอะไร",
    "Only what is put under {prefix} starts the pipeline.": (
        "pipeline เริ่มจากไฟล์ที่วางใต้ {prefix} เท่านั้น"
    ),
    "told no function of it": "ไม่ได้แจ้งฟังก์ชันใด",
    "The bucket {bucket} has no trigger.": "bucket {bucket} ยังไม่มีทริกเกอร์",
    "The trigger for {function} does not go off for it: {why}.": (
        "ทริกเกอร์ของ {function} ไม่ทำงานกับไฟล์นี้: {why}"
    ),
    "its prefix is {prefix}, and the key does not begin so": (
        "prefix คือ {prefix} แต่ key ไม่ได้ขึ้นต้นแบบนั้น"
    ),
    "its suffix is {suffix}, and the key does not end so": (
        "suffix คือ {suffix} แต่ key ไม่ได้ลงท้ายแบบนั้น"
    ),
    "it goes off for {events} only": "ทำงานเฉพาะ {events}",
    "Only a prefix, {prefix}, and no suffix: let the function decide.": (
        "ใส่แค่ prefix {prefix} ไม่ใส่ suffix แล้วให้ฟังก์ชันเป็นผู้ตัดสิน"
    ),
    "There is no function {function}.": "ไม่มีฟังก์ชัน {function}",
    "No permission lets S3 invoke {function}.": "ยังไม่ได้อนุญาตให้ S3 เรียก {function}",
    "{function} has not heard of it: the file is older than the trigger, or the event is still on "
    "its way. Upload it again.": (
        "{function} ไม่รู้เรื่องไฟล์นี้: ไฟล์มาก่อนทริกเกอร์ หรือ event ยังมาไม่ถึง ลองอัปโหลดอีกครั้ง"
    ),
    "failed: {error}": "ล้มเหลว: {error}",
    "met an error": "เจอ error แต่ทำงานต่อ",
    "did not take the file": "ไม่รับไฟล์นี้",
    "did its work": "ทำงานสำเร็จ",
    "{function} may not read it: the key in the event is encoded. It asked S3 for {encoded}, and "
    "no object is called so.": (
        "{function} อ่านไฟล์ไม่ได้ เพราะ key ใน event ถูกเข้ารหัส ฟังก์ชันขอ {encoded} จาก S3 "
        "ซึ่งไม่มี object ชื่อนั้น"
    ),
    "It took longer than its timeout allows, so Lambda ended it.": (
        "ทำงานนานเกิน timeout Lambda จึงหยุดมัน"
    ),
    "Lambda could not start its code ({error}): look at the handler's name, and at what the zip "
    "holds.": "Lambda เริ่มโค้ดไม่ได้ ({error}) ดูชื่อ handler และสิ่งที่อยู่ใน zip",
    "{role} may not {action} on {resource}.": "{role} ไม่มีสิทธิ์ {action} กับ {resource}",
    "{action} in its policy is no action of IAM.": "{action} ใน policy ไม่ใช่ action ของ IAM",
    "A statement of its policies denies it.": "มี statement ที่ Deny ไว้",
    "This statement is missing:": "statement ที่ขาดคือ:",
    "The state carries the file's rows, and a state holds 262,144 bytes at most. Write the rows to "
    "S3 and hand on where they are: bucket and key.": (
        "state ถือแถวของไฟล์ไว้ แต่ state จุได้ไม่เกิน 262,144 ไบต์ ให้เขียนแถวลง S3 แล้วส่งต่อแค่ bucket กับ key"
    ),
    "holds its message, received {count} times": "มีข้อความของไฟล์นี้ ถูกรับไปแล้ว {count} ครั้ง",
    "holds it, given up after {count} receives": "เก็บไว้ที่นี่ หลังถูกรับ {count} ครั้งไม่สำเร็จ",
    "Nobody reads {queue}: it has no event source mapping.": (
        "ไม่มีใครอ่าน {queue} เพราะยังไม่มี event source mapping"
    ),
    "Nobody reads {queue}: its event source mapping is off.": (
        "ไม่มีใครอ่าน {queue} เพราะ event source mapping ปิดอยู่"
    ),
    "is not there yet: so far the pipeline ends here": "ยังไม่มี ตอนนี้ pipeline จบแค่นี้",
    "{function} has sent nothing: send-message is what is missing in its code, or its error was "
    "swallowed.": "{function} ไม่ได้ส่งอะไร: ในโค้ดยังไม่มีการส่งข้อความ หรือ error ถูกกลืนไว้",
    "has no message about it": "ไม่มีข้อความของไฟล์นี้",
    "{seconds:.2f} s": "{seconds:.2f} วินาที",
    "holds the result: {key}": "มีผลลัพธ์: {key}",
    "{told}, {rows:,} rows, {revenue:,.2f} THB": "{told}, {rows:,} แถว, {revenue:,.2f} บาท",
    "{reason}: the file is at {key}": "{reason}: ไฟล์อยู่ที่ {key}",
    "mailed: {subject}": "ส่งอีเมล: {subject}",
    "there is no topic yet, so nobody is told": "ยังไม่มี topic จึงไม่มีใครได้รับแจ้ง",
    "Nobody has confirmed a subscription: the link is in the inbox.": (
        "ยังไม่มีใครยืนยัน subscription ลิงก์ยืนยันอยู่ในกล่องจดหมาย"
    ),
    "told nobody": "ไม่ได้แจ้งใคร",
    # lab/commands/practice.py
    "There is no trap {name!r}. There are: {traps}": "ไม่มีกับดัก {name!r} ที่มีคือ: {traps}",
    "{mended} of {total} traps mended.": "แก้กับดักแล้ว {mended} จาก {total}",
    "Pass a step first, so that there is something to break: {course}": (
        "ทำให้ผ่านสักขั้นก่อน จะได้มีอะไรให้พัง: {course}"
    ),
    "A pipeline up to step {step}, and one thing in it is broken. Find it.": (
        "pipeline ถึงขั้น {step} และมีหนึ่งจุดที่พัง หาให้เจอ"
    ),
    "It stands in the practice account {account}; your own stays as it is.": (
        "อยู่ในบัญชีฝึก {account} บัญชีของคุณไม่เปลี่ยน"
    ),
    "Mended? See whether it is: {again}": "แก้แล้วใช่ไหม ตรวจดู: {again}",
    "checking": "กำลังตรวจ",
    "The lab was stopped meanwhile: the practice account is broken as it was.": (
        "แล็บถูกปิดไประหว่างนี้ สร้างบัญชีฝึกให้พังแบบเดิมแล้ว"
    ),
    "Mended: {what}.": "แก้แล้ว: {what}",
    "Something is still broken.": "ยังมีจุดที่พังอยู่",
    "mending it": "กำลังแก้",
    "It was: {what}. It is mended now.": "จุดที่พังคือ: {what} ตอนนี้แก้ให้แล้ว",
    "emptying the practice account": "ล้างบัญชีฝึก",
    # lab/commands/status.py
    "lab": "แล็บ",
    "functions": "ฟังก์ชัน",
    "{active} of {total} active": "พร้อม {active} จาก {total}",
    "triggers": "ทริกเกอร์",
    "files": "ไฟล์",
    "queues": "คิว",
    "{visible} waiting, {in_flight} in flight": "รอ {visible} กำลังทำ {in_flight}",
    "executions": "execution",
    "topic": "topic",
    "{count} subscriptions": "{count} subscription",
    "alarms": "alarm",
    "disk": "ดิสก์",
    "{size} of objects": "object {size}",
    "{size} of it in unfinished uploads": "ในนั้นเป็นอัปโหลดที่ไม่จบ {size}",
    "{size} of files and logs": "ไฟล์และ log {size}",
    "{size} free": "ว่าง {size}",
    "missing": "ไม่มี",
    "{count} missing.": "ขาด {count} รายการ",
    "{deploy} makes what is missing. It says what it will change, and asks before it replaces "
    "anything that was changed since.": (
        "{deploy} สร้างส่วนที่ขาด บอกก่อนว่าจะเปลี่ยนอะไร และถามก่อนแทนที่สิ่งที่ถูกแก้ไปแล้ว"
    ),
    "This cloud has no alarms. {advice}": "คลาวด์นี้ไม่มี alarm {advice}",
    "{metric}, {statistic} over {period} s > {threshold:g}": (
        "{metric}, {statistic} ใน {period} s > {threshold:g}"
    ),
    "since {moment}: {reason}": "ตั้งแต่ {moment}: {reason}",
    # lab/commands/up.py
    "The lab is ready ({seconds:.1f} s)": "แล็บพร้อมแล้ว ({seconds:.1f} s)",
    "enforced: what no policy allows is refused, as on AWS": (
        "บังคับใช้: สิ่งที่ไม่มี policy อนุญาตจะถูกปฏิเสธ เหมือน AWS"
    ),
    "log: everything passes, and the log says what AWS would refuse": (
        "log: ผ่านทุกอย่าง และ log บอกว่า AWS จะปฏิเสธอะไร"
    ),
    "off: nothing is checked": "off: ไม่ตรวจ",
    "upload to": "อัปโหลดที่",
    "results in": "ผลลัพธ์ที่",
    "failed in": "ไฟล์เสียที่",
    "mailbox": "จดหมาย",
    "sample files": "ชุดไฟล์ตัวอย่าง",
    "one file": "ไฟล์เดียว",
    "how it is doing": "ดูสถานะ",
    "stopping the lab": "ปิดแล็บ",
    "The lab on port {port} stopped.": "ปิดแล็บที่พอร์ต {port} แล้ว",
    "The lab on port {port} was not running.": "แล็บที่พอร์ต {port} ไม่ได้เปิดอยู่",
    "Its files are deleted.": "ลบไฟล์ของแล็บแล้ว",
    "Its cloud is saved: {up} brings it back.": "บันทึกคลาวด์ไว้แล้ว {up} จะนำกลับมา",
    "cloud": "คลาวด์",
    "as it was left, {when}": "ตามที่ทิ้งไว้เมื่อ {when}",
    "The saved cloud was not brought back: {reason}": "นำคลาวด์ที่บันทึกไว้กลับมาไม่ได้: {reason}",
    "The lab on port {port} already runs, with the cloud that is in it. "
    "A new one beside it: {up}": ("แล็บที่พอร์ต {port} ทำงานอยู่แล้วกับคลาวด์ที่อยู่ในนั้น เปิดอีกแล็บหนึ่งที่ว่าง: {up}"),
    # lab/states.py, lab/commands/states.py
    "Nothing was loaded: the file brings code that is not this repository's.": (
        "ไม่ได้ load อะไร เพราะไฟล์นี้มี code ที่ไม่ใช่ของ repository นี้"
    ),
    "{name!r} cannot name a state: take up to 64 letters, digits, dots, hyphens and "
    "underscores, such as week2.": (
        "{name!r} ใช้เป็นชื่อ state ไม่ได้ ใช้ตัวอักษรอังกฤษ ตัวเลข จุด ขีด และขีดล่าง ไม่เกิน 64 ตัว เช่น week2"
    ),
    "Nothing was saved: {reason}.": "ไม่ได้บันทึก: {reason}",
    "Nothing was loaded: {reason}.": "ไม่ได้ load อะไร: {reason}",
    "The lab still runs, because its cloud could not be saved: {reason}. "
    "Run the same command again.": ("แล็บยังทำงานอยู่ เพราะบันทึกคลาวด์ไม่ได้: {reason} ลองสั่งคำสั่งเดิมอีกครั้ง"),
    "the lab answered {status}": "แล็บตอบ {status}",
    "There is a state {name} already. Take another name, or replace it: {replace}": (
        "มี state ชื่อ {name} แล้ว ใช้ชื่ออื่น หรือเขียนทับ: {replace}"
    ),
    "saving the cloud": "บันทึกคลาวด์",
    "emptying the cloud and provisioning it again": "ล้างคลาวด์แล้วสร้างทรัพยากรใหม่",
    "loading the cloud": "นำคลาวด์กลับมา",
    "Saved as {name} ({size}): {file}": "บันทึกเป็น {name} ({size}): {file}",
    "Return to it: {load}": "กลับมาที่นี่: {load}",
    "The file brings this code, which is not this repository's. It would run on this machine "
    "and may do whatever you may do. Do you trust who made it?": (
        "ไฟล์นี้มี code ข้างต้นซึ่งไม่ใช่ของ repository นี้ code จะทำงานบนเครื่องนี้และทำได้ทุกอย่างที่คุณทำได้ "
        "คุณเชื่อใจคนที่ทำไฟล์นี้หรือไม่"
    ),
    "Nothing was loaded.": "ไม่ได้โหลดอะไร",
    "saved at {when}": "บันทึกล่าสุด {when}",
    "not saved: {reason}": "ไม่ได้บันทึก: {reason}",
    "not saved: LAB_PERSIST=off": "ไม่ได้บันทึก: LAB_PERSIST=off",
    "It would run on this machine. If you trust who made it: {load}": (
        "code นั้นจะทำงานบนเครื่องนี้ ถ้าเชื่อใจคนที่ทำ: {load}"
    ),
    "The cloud is as it was at {when} ({took:.1f} s).": (
        "คลาวด์เป็นเหมือนเมื่อ {when} ({took:.1f} วินาที)"
    ),
    "Executions that go on where they were: {count}": "execution ที่ทำงานต่อจากเดิม: {count}",
    "No state yet. Save one: {save}": "ยังไม่มี state บันทึกไว้สักอัน: {save}",
    "name": "ชื่อ",
    "saved": "บันทึกเมื่อ",
    "size": "ขนาด",
    "contains": "มีอะไร",
    "none yet": "ยังไม่มี",
    "There is no state and no file {which!r}. Saved states: {names}.": (
        "ไม่มี state หรือไฟล์ {which!r} state ที่บันทึกไว้: {names}"
    ),
    "The lab on port {port} is empty and provisioned again.": (
        "แล็บที่พอร์ต {port} ว่างและสร้างทุกอย่างใหม่แล้ว"
    ),
    # lab/commands/upload.py, lab/views/uploading.py, lab/promise/uploads.py
    "--expect needs the outcome, and --no-wait does not wait for it.": (
        "--expect ต้องรู้ผล แต่ --no-wait ไม่รอผล"
    ),
    "See what becomes of them: {runs}": "ดูผล: {runs}",
    "uploading": "อัปโหลด",
    "waiting for outcomes": "รอผล",
    "file → where it went": "ไฟล์ → ไปที่ไหน",
    "Interrupted; in the lab the files go on. See: {runs}": (
        "หยุดรอแล้ว ไฟล์ที่ส่งไปแล้วยังทำงานต่อในแล็บ ดู: {runs}"
    ),
    "{file} is a folder. Name its files: {upload}": "{file} เป็นโฟลเดอร์ ระบุไฟล์ข้างใน: {upload}",
    "There is no file {file}. A sample: samples/sample_sales.csv": (
        "ไม่มีไฟล์ {file} ไฟล์ตัวอย่าง: samples/sample_sales.csv"
    ),
    "{file} is {kind}, no file. Save what it gives to a file.": (
        "{file} เป็น {kind} ไม่ใช่ไฟล์ บันทึกสิ่งที่ได้ลงไฟล์ก่อน"
    ),
    "a pipe": "pipe",
    "a socket": "socket",
    "a device": "อุปกรณ์",
    "{file} can't be read: {reason}.": "อ่าน {file} ไม่ได้: {reason}",
    "--as names one key, so give one file with it.": "--as ตั้งชื่อ key เดียว จึงใส่ไฟล์ได้ไฟล์เดียว",
    "--as {wanted!r} names a folder; give the file's name too.": (
        "--as {wanted!r} เป็นโฟลเดอร์ ใส่ชื่อไฟล์ด้วย"
    ),
    "Two files would both become {key}. Upload one of them with --as.": (
        "สองไฟล์จะได้ key {key} เหมือนกัน อัปโหลดไฟล์หนึ่งด้วย --as"
    ),
    "{key} cannot be a key in S3: it is no UTF-8. Rename the file, or use --as.": (
        "{key} เป็น key ใน S3 ไม่ได้ เพราะไม่ใช่ UTF-8 เปลี่ยนชื่อไฟล์ หรือใช้ --as"
    ),
    "{pending} of {count} files had no outcome after {seconds:.0f} s. "
    "Look at: {explain}, {status}, {dlq}": (
        "{pending} จาก {count} ไฟล์ยังไม่มีผลหลัง {seconds:.0f} s ดู: {explain}, {status}, {dlq}"
    ),
    "Expected {expected}, but {file} is {outcome}{reason}{more}. See: {run}": (
        "คาดว่า {expected} แต่ {file} ได้ {outcome}{reason}{more} ดู: {run}"
    ),
    ", and {count} more": " และอีก {count} ไฟล์",
    # lab/commands/verify.py, lab/promise/verify.py, lab/promise/file_counts.py
    "{uploads} uploads = {processed} results + {failed} failures{stopped}, {mails} mails": (
        "อัปโหลด {uploads} = ผลลัพธ์ {processed} + ล้มเหลว {failed}{stopped}, อีเมล {mails}"
    ),
    " + {count} stopped by hand": " + หยุดเอง {count}",
    "Every upload has one outcome, right figures and one mail.": (
        "ทุกไฟล์ได้ผลเดียว ตัวเลขถูก และมีอีเมลฉบับเดียว"
    ),
    "Every other upload has one outcome, right figures and one mail.": (
        "ไฟล์อื่นทุกไฟล์ได้ผลเดียว ตัวเลขถูก และมีอีเมลฉบับเดียว"
    ),
    "{count} jobs were started for it: {names}": "มี {count} งานสำหรับไฟล์นี้: {names}",
    "it stands there still, and at {key}": "ยังอยู่ที่เดิม และอยู่ที่ {key} ด้วย",
    "{execution} has not ended": "{execution} ยังไม่จบ",
    "{job} ({status}) has {count} outcomes: {keys}": "{job} ({status}) มี {count} ผล: {keys}",
    "{job} is {outcome}, yet {status}": "{job} ได้ {outcome} แต่สถานะเป็น {status}",
    "{key} names another file": "{key} บอกชื่อไฟล์อื่น",
    "{job} was mailed {count} times": "{job} มีอีเมล {count} ฉบับ",
    "the mail about {job} does not say {figure}": "อีเมลของ {job} ไม่ได้บอก {figure}",
    "the logs": "log",
    "the history of {execution}": "ประวัติของ {execution}",
    "a customer's name stands in {place}": "มีชื่อลูกค้าใน {place}",
    "it counts {counted:.0f}, of {number}": "นับได้ {counted:.0f} จาก {number}",
    "it counts {number:.0f}, of {uploads} uploads": "นับได้ {number:.0f} จาก {uploads} ไฟล์",
    "it ran {times:.0f} times without an error, for {uploads} uploads": (
        "ทำงานสำเร็จ {times:.0f} ครั้ง สำหรับ {uploads} ไฟล์"
    ),
    "it holds {count} message(s)": "ยังมี {count} ข้อความ",
    "{queue} holds {count} message(s) about no upload": (
        "{queue} มี {count} ข้อความที่ไม่เกี่ยวกับการอัปโหลด"
    ),
    "started by hand, {count} execution(s): {names}": "execution ที่คุณเริ่มเอง {count}: {names}",
    "stopped by hand, {count} job(s): {names}": "งานที่คุณหยุดเอง {count}: {names}",
    "others are told as well: {names}": "มีผู้รับคนอื่นด้วย: {names}",
    "expired by the lifecycle of failed/: {count} failure(s)": (
        "lifecycle ของ failed/ ลบไปแล้ว {count} รายการ"
    ),
    "{names} and {count} more": "{names} และอีก {count}",
    "{key} is the result of what is no sales file": "{key} เป็นผลลัพธ์ของสิ่งที่ไม่ใช่ไฟล์ยอดขาย",
    "{key} has not the shape of a result": "{key} ไม่มีรูปแบบของผลลัพธ์",
    "{name} is {told}, counted again it is {figure}": "{name} เป็น {told} แต่นับใหม่ได้ {figure}",
    "rows {told} were refused, counted again rows {counted}": (
        "แถวที่ไม่ผ่านคือ {told} แต่นับใหม่ได้ {counted}"
    ),
    "{product!r} has {told}, counted again {counted}": "{product!r} มี {told} แต่นับใหม่ได้ {counted}",
    "{told} orders are of products beyond those listed, counted again {counted}": (
        "มี {told} รายการของสินค้าที่ไม่ได้แจกแจง แต่นับใหม่ได้ {counted}"
    ),
    "its {rows} rows of data add up to {sum}": "ข้อมูล {rows} แถวรวมได้ {sum}",
    # lab/launch/
    "you asked for it": "คุณเลือกเอง",
    "Docker answers and has the image, or can get it": "Docker ตอบ และมี image หรือดาวน์โหลดได้",
    "without Docker: {obstacle}": "ไม่ใช้ Docker: {obstacle}",
    "Without Docker: {up}": "แบบไม่ใช้ Docker: {up}",
    "starting the container": "เปิด container",
    "starting LocalStack": "เปิด LocalStack",
    "provisioning": "สร้างทรัพยากร",
    "provisioning buckets, queues, functions and the rest": ("สร้าง bucket คิว ฟังก์ชัน และส่วนที่เหลือ"),
    "starting the mailbox": "เปิดกล่องจดหมาย",
    "No mailbox: {reason} {without}": "ไม่มีกล่องจดหมาย: {reason} {without}",
    "Without it: {up}; {inbox} shows the same mails": (
        "เปิดแบบไม่มีกล่องจดหมาย: {up} แล้วอ่านอีเมลชุดเดียวกันด้วย {inbox}"
    ),
    "The mailbox did not start. {without}. The end of its log:": (
        "กล่องจดหมายไม่ขึ้น {without} ท้าย log:"
    ),
    "The container ended before the lab was ready.": "container จบก่อนแล็บพร้อม",
    "LOCALSTACK_IMAGE is {image}: releases after 4.14.0 ask for an account, so unset it to get "
    "{official}. {without}.": (
        "LOCALSTACK_IMAGE เป็น {image} แต่รุ่นหลัง 4.14.0 ต้องมีบัญชี ยกเลิกตัวแปรนี้เพื่อใช้ {official} {without}"
    ),
    "LocalStack did not find the executor in engine/.": "LocalStack ไม่พบ executor ใน engine/",
    "{sentence} The whole log is in {file}, its end:": "{sentence} log ทั้งหมดอยู่ที่ {file} ตอนท้าย:",
    "{sentence} The last lines of {file}:": "{sentence} บรรทัดท้าย ๆ ของ {file}:",
    "Provisioning failed in {scripts}.": "สร้างทรัพยากรไม่สำเร็จใน {scripts}",
    "The lab was not ready after {seconds} s.": "แล็บยังไม่พร้อมหลัง {seconds} s",
    "{down} stops it.": "{down} จะปิดแล็บนี้",
    "LocalStack found nothing to provision in init/ready.d.": (
        "LocalStack ไม่พบอะไรให้สร้างใน init/ready.d"
    ),
    "LocalStack ended before it was ready.": "LocalStack จบก่อนพร้อม",
    "`docker compose {arguments}` failed. {without}. It said:": (
        "`docker compose {arguments}` ไม่สำเร็จ {without} ข้อความคือ:"
    ),
    "pulling {image}: {done} of {total} MB": "ดาวน์โหลด {image}: {done} จาก {total} MB",
    "pulling {image}": "ดาวน์โหลด {image}",
    "Docker Compose is not installed.": "ยังไม่ได้ติดตั้ง Docker Compose",
    "See docs/compose.md.": "ดู docs/compose.th.md",
    "The image {image} is not here and cannot be pulled ({explanation}).": (
        "ไม่มี image {image} และดาวน์โหลดไม่ได้ ({explanation})"
    ),
    "From a file: docker load -i FILE, see docs/compose.md.": (
        "โหลดจากไฟล์: docker load -i FILE ดู docs/compose.th.md"
    ),
    "The Docker engine at {address} does not answer as it should.": (
        "Docker ที่ {address} ไม่ตอบอย่างที่ควร"
    ),
    "You may not use the Docker engine at {address}.": "คุณไม่มีสิทธิ์ใช้ Docker ที่ {address}",
    "Allow it with `sudo usermod -aG docker $USER`, then log in again.": (
        "ให้สิทธิ์ด้วย `sudo usermod -aG docker $USER` แล้วล็อกอินใหม่"
    ),
    "No Docker engine answers at {address}.": "ไม่มี Docker ตอบที่ {address}",
    "Start Docker, if you have it.": "ถ้ามี Docker ให้เปิดก่อน",
    "No lab is running at {endpoint}. Start it: {up}": "ไม่มีแล็บเปิดอยู่ที่ {endpoint} เปิดด้วย: {up}",
    "The lab at {endpoint} is not provisioned yet. Run: {up}": (
        "แล็บที่ {endpoint} ยังสร้างทรัพยากรไม่เสร็จ สั่ง: {up}"
    ),
    "A program may hold {most} files open here, but the lab needs {needed}. "
    "Open a new terminal, or raise the limit: ulimit -n {wanted}": (
        "โปรแกรมที่นี่เปิดไฟล์ได้ {most} ไฟล์ แต่แล็บต้องใช้ {needed} เปิด terminal ใหม่ "
        "หรือเพิ่มขีดจำกัด: ulimit -n {wanted}"
    ),
    "{folder}: {free:.1f} MB are free on this disk, but the lab needs {needed} MB. "
    "Make room on it, then run the command again.": (
        "{folder}: ดิสก์นี้ว่าง {free:.1f} MB แต่แล็บต้องใช้ {needed} MB ลบของให้มีที่ว่างแล้วสั่งใหม่"
    ),
    "Port {port} is taken by {holder}. Stop it, or choose another port: {remedy}": (
        "พอร์ต {port} ถูกใช้โดย {holder} ปิดก่อน หรือเลือกพอร์ตอื่น: {remedy}"
    ),
    "a process of another user": "โปรแกรมของผู้ใช้อื่น",
    "another process": "โปรแกรมอื่น",
    "Engine: [bold]{kind}[/bold] ({why})": "engine: [bold]{kind}[/bold] ({why})",
    "The mailbox is a container, and this lab would run without Docker ({why}). "
    "{inbox} shows the same mails; SMTP_HOST can name a mail server of your own.": (
        "กล่องจดหมายเป็น container แต่แล็บนี้จะทำงานแบบไม่ใช้ Docker ({why}) "
        "อ่านอีเมลชุดเดียวกันด้วย {inbox} หรือตั้ง SMTP_HOST เป็นเซิร์ฟเวอร์อีเมลของคุณ"
    ),
    "The lab on port {port} already runs with engine {engine} and profile {profile}. {instead}": (
        "แล็บที่พอร์ต {port} เปิดอยู่แล้วด้วย engine {engine} และ profile {profile} {instead}"
    ),
    "The lab on port {port} runs with other LAB_* settings than those set now. {instead}": (
        "แล็บที่พอร์ต {port} ใช้ค่า LAB_* ต่างจากที่ตั้งไว้ตอนนี้ {instead}"
    ),
    "The lab on port {port} already runs, without a mailbox. {instead}": (
        "แล็บที่พอร์ต {port} เปิดอยู่แล้วโดยไม่มีกล่องจดหมาย {instead}"
    ),
    "Another lab beside it: {up}. {down} stops this one and empties its cloud.": (
        "เปิดอีกแล็บข้าง ๆ: {up} ส่วน {down} จะปิดแล็บนี้และล้างคลาวด์"
    ),
    "Not saved, because the lab cannot write its class: {what}": (
        "ไม่ได้บันทึก เพราะแล็บเขียน class นี้ไม่ได้: {what}"
    ),
    "Another lab beside it: {up}. {down} stops this one and saves its cloud.": (
        "เปิดอีกแล็บข้าง ๆ: {up} ส่วน {down} จะปิดแล็บนี้และบันทึกคลาวด์ไว้"
    ),
    "The cloud that was saved on port {port} has the finished pipeline. Another lab beside it: "
    "{up}. {fresh} deletes what was saved.": (
        "คลาวด์ที่บันทึกไว้ของพอร์ต {port} มี pipeline สำเร็จรูปอยู่ เปิดอีกแล็บข้าง ๆ: {up} "
        "ส่วน {fresh} จะลบสิ่งที่บันทึกไว้"
    ),
    "Not taken up by the running lab: {settings}. "
    "To start it anew, with its cloud as it is: {down}, then {up}": (
        "แล็บที่เปิดอยู่ยังไม่ใช้: {settings} ถ้าจะเริ่มใหม่โดยคลาวด์ยังเป็นอย่างเดิม: {down} แล้ว {up}"
    ),
    "Not taken up by the running lab: {settings}. "
    "To start it anew, with an empty cloud: {down}, then {up}": (
        "แล็บที่เปิดอยู่ยังไม่ใช้: {settings} ถ้าจะเริ่มใหม่ด้วยคลาวด์ว่าง: {down} แล้ว {up}"
    ),
    "Waiting for {holder} ...": "รอ {holder} ...",
    "another command": "คำสั่งอื่น",
    "After {seconds} s the lab on port {port} is still busy with {holder}. "
    "If that command hangs, end it, and run this one again.": (
        "ผ่านไป {seconds} s แล็บที่พอร์ต {port} ยังติด {holder} ถ้าคำสั่งนั้นค้าง ให้ปิดมันแล้วสั่งใหม่"
    ),
    # lab/bundle.py, lab/commands/bundle.py
    "a wheel of every package": "เตรียม wheel ของทุก package",
    "a wheel of every package of the console": "เตรียม wheel ของทุก package ที่ console ใช้",
    "packing": "กำลังรวมไฟล์",
    "For machines that have Python 3.13 themselves: --without-python": (
        "ถ้าเครื่องปลายทางมี Python 3.13 แล้วใช้ --without-python"
    ),
    "A bundle is made from a git checkout, and this is not one. "
    "Clone the repository and make it there.": (
        "bundle สร้างจาก git checkout แต่ที่นี่ไม่ใช่ ให้ clone repository แล้วสร้างที่นั่น"
    ),
    "Python needs uv, which is not here. {instead}": "การเอา Python ต้องใช้ uv ซึ่งไม่มีที่นี่ {instead}",
    "uv installed no Python {version}. {instead}": "uv ติดตั้ง Python {version} ไม่ได้ {instead}",
    "{what} could not be had: {reason}. Is the network there?": (
        "เอา {what} มาไม่ได้: {reason} เน็ตใช้ได้ไหม"
    ),
    "{file} ({size:.0f} MB, {console:.0f} MB of it for the console). On the other machine:": (
        "{file} ({size:.0f} MB เป็นของ console {console:.0f} MB) บนเครื่องปลายทาง:"
    ),
    # An empty account
    "This lab leaves account {account} to you (up --empty). The finished pipeline in "
    "another one: {deploy} --account 222222222222": (
        "แล็บนี้ปล่อยบัญชี {account} ไว้ให้คุณ (up --empty) ถ้าต้องการ pipeline ที่ทำเสร็จแล้วในอีกบัญชี: "
        "{deploy} --account 222222222222"
    ),
    "The lab on port {port} is empty again.": "แล็บที่พอร์ต {port} ว่างแล้ว",
    "The lab on port {port} already runs, with the finished pipeline. {instead}": (
        "แล็บที่พอร์ต {port} เปิดอยู่แล้วและมี pipeline ที่ทำเสร็จแล้ว {instead}"
    ),
    "account": "บัญชี",
    "{account} is empty: build the pipeline there": "{account} ว่างอยู่ สร้าง pipeline ในบัญชีนี้",
    "the first step": "ขั้นแรก",
    "{variable} is {said!r}, but it must be on or off.": (
        "{variable} เป็น {said!r} แต่ต้องเป็น on หรือ off"
    ),
    "Account {account} holds the finished pipeline, which the course leaves alone. "
    "Work in another one (leave --account out), or in a lab without the pipeline: "
    "{down}, then {up}": (
        "บัญชี {account} มี pipeline ที่ทำเสร็จแล้ว หลักสูตรจึงไม่แตะ ทำในบัญชีอื่น (ไม่ต้องใส่ --account) "
        "หรือเปิดแล็บที่ไม่มี pipeline: {down} แล้ว {up}"
    ),
    # The console.
    "The console of the lab on port {port} is stopped.": "หยุด console ของแล็บที่ port {port} แล้ว",
    "The console of the lab on port {port} was not running.": (
        "console ของแล็บที่ port {port} ไม่ได้เปิดอยู่"
    ),
    "starting the console": "กำลังเปิด console",
    "The console: {address}": "console อยู่ที่ {address}",
    "The lab is not running; the console waits for it: {up}": (
        "แล็บยังไม่เปิด console จะรอ เปิดแล็บด้วย {up}"
    ),
    "The console runs already: {address}": "console เปิดอยู่แล้วที่ {address}",
    "Watch it in your browser: {address}": "ดูใน browser ได้ที่ {address}",
    "Its console too.": "console ของแล็บหยุดด้วย",
    "the lab in your browser": "ดูแล็บใน browser",
    "all of it in your browser": "ดูทั้งหมดใน browser",
    "not running; {start} starts it": "ไม่ได้เปิดอยู่ เปิดด้วย {start}",
    "running at {address}": "เปิดอยู่ที่ {address}",
    "{port} is free: {start} starts it": "{port} ว่าง เปิดด้วย {start}",
    "{port} is taken by {holder}; use another: {remedy}": (
        "{port} ถูกใช้โดย {holder} ใช้ port อื่น: {remedy}"
    ),
    "Port {port} is the lab's own; the console needs another one: {remedy}": (
        "port {port} เป็นของแล็บเอง console ต้องใช้ port อื่น: {remedy}"
    ),
    "It runs until {stop} or {down}.": "เปิดอยู่จนกว่าจะสั่ง {stop} หรือ {down}",
    "The console ended before it was ready.": "console จบลงก่อนพร้อมใช้",
    "The console was not ready after {seconds} s.": "console ยังไม่พร้อมหลัง {seconds} s",
}
