"""course: the workshop done by hand in an account of your own, step by step, and checked."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Annotated

import typer

from lab.console import inline, out
from lab.errors import FAILED, LabError, UsageError
from lab.language import say_kept
from lab.options import Lang, Port, StudentAccount
from lab.progress import Steps, clock_running
from lab.student import open_sandbox
from lab.views.lessons import (
    as_typed,
    building,
    chosen_language,
    open_session,
    out_of_order,
    print_text,
    say,
    short,
    show,
    step_named,
)

if TYPE_CHECKING:
    from course.checking import Result
    from course.language import Language, Text
    from course.question import Question
    from course.resources import Resource
    from course.sandbox import Call
    from course.session import Session
    from course.step import Check, Step

app = typer.Typer(
    help="The workshop done by hand, step by step, and checked.",
    no_args_is_help=False,
    add_completion=False,
)

WATCH_SECONDS = 1.0
COLOURS = {"✓": "green", "✗": "red", "·": "dim"}

Empties = Annotated[bool, typer.Option("--yes", help="Empty the account whatever is in it.")]
StepName = Annotated[
    str | None,
    typer.Argument(
        metavar="[STEP]", help="For example 1.3, week1/3-function or function.", show_default=False
    ),
]


@app.callback(invoke_without_command=True)
def course(
    context: typer.Context, port: Port = None, account: StudentAccount = None, lang: Lang = None
) -> None:
    """Where you are: every step, what it is worth and what you have earned."""
    if context.invoked_subcommand is None:
        _table(open_session(port, account), chosen_language(lang))


@app.command()
def start(
    week: Annotated[int, typer.Argument(help="1 to 4; 5 for the chapters after them.")],
    yes: Empties = False,
    port: Port = None,
    account: StudentAccount = None,
    lang: Lang = None,
) -> None:
    """Empty your account and do all that comes before a week, so that you can begin there."""
    from course import words
    from course.session import is_week

    language = chosen_language(lang)
    if not is_week(week):
        raise UsageError(say(words.UNKNOWN_WEEK, language, week=week))
    session = open_session(port, account, to_change=True)
    held, account = len(session.resources()), session.sandbox.account
    if held and not yes:
        raise LabError(say(words.NOT_EMPTY, language, account=account, count=held, week=week))
    with building(say(words.EMPTYING, language, account=account)) as tell:
        first = session.start(week, tell)
    if first is None:
        raise LabError(say(words.NO_WORK_YET, language, week=week))
    _place(session, first, language)
    print_text(words.STARTED, language, account=account, week=week, step=short(first))


@app.command()
def resume(port: Port = None, account: StudentAccount = None, lang: Lang = None) -> None:
    """Bring your account back to where you were, after the cloud was emptied."""
    from course import words
    from course.session import LostAccountError
    from provision.errors import ProvisionError

    language = chosen_language(lang)
    session = open_session(port, account, to_change=True)
    account = session.sandbox.account
    try:
        with building(say(words.CHECKING, language, what=account)) as tell:
            last = session.resume(tell)
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    except ProvisionError as error:
        raise LabError(say_kept(error.sentence, error.facts)) from error
    if last is None:
        raise LabError(say(words.NOTHING_TO_RESUME, language))
    print_text(words.RESUMED, language, account=account, step=short(last))


@app.command()
def text(
    step: StepName = None, port: Port = None, account: StudentAccount = None, lang: Lang = None
) -> None:
    """What a step is about: what to make, how, and why."""
    language = chosen_language(lang)
    session = open_session(port, account)
    meant = step_named(session, step, language)
    _place(session, meant, language)
    for line in session.text(meant, language).splitlines():
        show(line, "bold" if line.startswith("#") else None)
    session.progress.of(meant)
    session.save()


@app.command()
def check(
    step: StepName = None, port: Port = None, account: StudentAccount = None, lang: Lang = None
) -> None:
    """Check a step: what is so, what is not, and why."""
    language = chosen_language(lang)
    session = open_session(port, account)
    if not _check(session, step_named(session, step, language), language):
        raise typer.Exit(FAILED)


@app.command()
def watch(
    step: StepName = None, port: Port = None, account: StudentAccount = None, lang: Lang = None
) -> None:
    """Check a step again whenever something in your account changes, until it passes."""
    from course import words
    from course.watching import fingerprint

    language = chosen_language(lang)
    session = open_session(port, account)
    meant = step_named(session, step, language)
    print_text(words.WATCHING, language, account=session.sandbox.account)
    seen = ""
    while True:
        now = fingerprint(session.sandbox)
        if now != seen:
            if _check(session, meant, language):
                return
            seen = fingerprint(session.sandbox)  # what the checks did themselves is no change
        time.sleep(WATCH_SECONDS)


@app.command()
def hint(
    step: StepName = None, port: Port = None, account: StudentAccount = None, lang: Lang = None
) -> None:
    """The next hint: the direction, then the place, then almost the answer."""
    from course import words
    from course.step import HINTS

    language = chosen_language(lang)
    session = open_session(port, account)
    level, hinted = session.hint(step_named(session, step, language), language)
    show(say(words.HINT, language, level=level, levels=HINTS), "bold")
    show(hinted)


@app.command()
def solve(
    step: StepName = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Do not wait for the hints.")] = False,
    port: Port = None,
    account: StudentAccount = None,
    lang: Lang = None,
) -> None:
    """Do a step in front of you, saying each AWS call it makes."""
    from course import words
    from course.session import LostAccountError, OutOfOrderError

    language = chosen_language(lang)
    session = open_session(port, account, to_change=True)
    meant = step_named(session, step, language)
    if session.hints_left(meant) and not anyway:
        raise LabError(say(words.HINTS_FIRST, language, step=short(meant)))
    try:
        changes = session.solve(meant, _show_call)
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    except OutOfOrderError as error:
        raise LabError(out_of_order(error, language)) from error
    print_text(words.SOLVED_NOW, language, step=short(meant), changes=changes)


@app.command()
def predict(
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="For example 1.q2.")
    ] = None,
    answer: Annotated[
        str | None, typer.Argument(metavar="[ANSWER]", help="The letter of your choice.")
    ] = None,
    port: Port = None,
    account: StudentAccount = None,
    lang: Lang = None,
) -> None:
    """The questions of the weeks: predict the answer, then see an experiment show it."""
    from course import words
    from course.library import UnknownStepError
    from course.question import read_questions

    language = chosen_language(lang)
    session = open_session(port, account)
    if question is None:
        for each in read_questions():
            known = session.progress.predictions.get(each.id)
            sign = "✓" if known and known.right else "·"
            line = f"{sign} {each.short} {each.asks.in_language(language)}"
            show(line, COLOURS[sign])
        return
    try:
        meant = session.question(question)
    except UnknownStepError as error:
        message = say(words.UNKNOWN_QUESTION, language, name=question, near=error)
        raise UsageError(message) from error
    if answer is None:
        _ask(meant, language)
        return
    answer = answer.strip().lower()
    if answer not in meant.choices:
        choices = ", ".join(meant.choices)
        raise UsageError(say(words.UNKNOWN_CHOICE, language, answer=answer, choices=choices))
    right = session.predict(meant, answer)
    show((words.RIGHT if right else words.WRONG).in_language(language), "bold")
    _experiment(session, meant, language)
    print_text(meant.because, language)


@app.command()
def deploy(port: Port = None, account: StudentAccount = None, lang: Lang = None) -> None:
    """Bring the code in my/ that differs from the cloud's into your functions."""
    from course import words
    from course.session import LostAccountError
    from provision.errors import ProvisionError

    language = chosen_language(lang)
    told = {"updated": words.DEPLOYED, "absent": words.NOT_CREATED}
    session = open_session(port, account, to_change=True)
    try:
        session.refuse_lost_account()
        changed = [each for each in session.deploy() if each.outcome in told]
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    except ProvisionError as error:
        raise LabError(say_kept(error.sentence, error.facts)) from error
    for each in changed:
        print_text(told[each.outcome], language, function=each.function)
    if not changed:
        print_text(words.UP_TO_DATE, language)


@app.command()
def reset(port: Port = None, account: StudentAccount = None, lang: Lang = None) -> None:
    """Empty your account and forget how far you were; your code in my/ stays."""
    from course import words
    from course.practice import clear
    from course.resources import PARTS

    language = chosen_language(lang)
    session = open_session(port, account, to_change=True)
    account = session.sandbox.account
    held = sum(each.kind not in PARTS for each in session.resources())
    removed = count()
    with Steps() as shown:
        shown.begin(say(words.EMPTYING, language, account=account))
        clear(session)

        def tell(resource: Resource) -> None:
            shown.go_on(inline(f"{resource.kind} {resource.name}"), next(removed), held)

        session.reset(tell)
    print_text(words.EMPTIED, language, account=account)


@app.command()
def env(port: Port = None, account: StudentAccount = None) -> None:
    """The variables for boto3 and your own aws, for a shell to eval."""
    from shlex import quote

    from course.sandbox import known_names

    sandbox, _ = open_sandbox(port, account)
    names = known_names(sandbox)
    variables = sandbox.environment() | {
        "RAW_BUCKET": names["raw_bucket"],
        "PROCESSED_BUCKET": names["processed_bucket"],
    }
    for name, value in variables.items():
        out.print(f"export {name}={quote(value)}", markup=False, soft_wrap=True)


def _check(session: Session, step: Step, language: Language) -> bool:
    from course import words
    from course.checking import all_passed
    from course.session import LostAccountError, OutOfOrderError
    from course.showing import result_lines, summary

    show(f"{short(step)} {step.title.in_language(language)}", "bold")
    number = count()
    try:
        with Steps(in_lines=False) as shown:
            shown.begin("")

            def begin(check: Check) -> None:
                what = say(check.title, language)
                doing = say(words.CHECKING, language, what=what)
                shown.go_on(inline(doing), next(number), len(step.checks))

            def tell(result: Result) -> None:
                with shown.away():
                    for line in result_lines(result, language):
                        show(line, COLOURS.get(line[0]))

            results = session.check(step, tell, begin)
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    except OutOfOrderError as error:
        raise LabError(out_of_order(error, language)) from error
    print_text(summary(session, step, results), language)
    return all_passed(results)


def _ask(question: Question, language: Language) -> None:
    from course import words

    print_text(question.asks, language)
    for letter, choice in question.choices.items():
        show(f"  {letter}) {choice.in_language(language)}")
    print_text(words.QUESTIONS, language, question=question.short)


def _experiment(session: Session, question: Question, language: Language) -> None:
    """Show the answer in the student's account, where that has come far enough."""
    from course import words
    from course.session import LostAccountError, OutOfOrderError

    try:
        session.refuse_lost_account()
        session.refuse_missing_steps(question)
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    except OutOfOrderError as error:
        print_text(words.EXPERIMENT_NEEDS, language, needs=short(error.needed))
        return
    show(words.EXPERIMENT.in_language(language), "bold")
    doing = words.EXPERIMENT.in_language(language)
    with clock_running(doing, question.longest_seconds) as clock_away:

        def tell(text: Text) -> None:
            with clock_away():
                print_text(text, language)

        shown = question.experiment(session.sandbox, tell)
    print_text(words.SHOWN, language, choice=question.choices[shown].in_language(language))


def _show_call(call: Call) -> None:
    from course.narration import as_command

    style = "dim" if call.changes_nothing else None
    show(as_command(call), style)


def _table(session: Session, language: Language) -> None:
    from rich.table import Table

    from course import words
    from course.showing import trap_facts
    from course.traps import trap_states

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (words.STEP, words.STATE):
        table.add_column(title.in_language(language))
    table.add_column(words.POINTS.in_language(language), justify="right")
    current = session.current()
    for step in session.library.steps:
        pointer = "→" if step == current else " "
        table.add_row(
            f"{pointer} {short(step)} {step.title.in_language(language)}",
            session.state_of(step).in_language(language),
            f"{session.progress.points(step):g}/{step.points}",
        )
    table.add_row(words.CHAPTERS.in_language(language), "", "", style="bold")
    for step in session.library.chapters:
        named = f"  {short(step)} {step.title.in_language(language)}"
        table.add_row(named, session.state_of(step).in_language(language), "")
    table.add_row(words.ALL_TRAPS.in_language(language), "", "", style="bold")
    traps = trap_states(session.progress)
    for trap, state in traps.items():
        named = f"  {trap.id} {trap.title.in_language(language)}"
        table.add_row(named, state.text.in_language(language), "")
    out.print(table)
    print_text(words.TRAPS, language, **trap_facts(traps))


def _place(session: Session, step: Step, language: Language) -> None:
    from course import words

    for file in session.place_starter(step):
        print_text(words.PLACED, language, file=as_typed(file))
