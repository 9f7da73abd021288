"""The demonstration: a night replayed on a fictional platform, through the same functions that the verbs of the CLI use."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from compliance.answers.agreement import differences
from compliance.answers.answer import AnswerResult, Inputs, answer_request
from compliance.answers.closing import last_page, night
from compliance.answers.disruption import REQUIREMENT as DISRUPTIONS
from compliance.answers.disruption import Disruption, disruptions
from compliance.assess.check import check, requirement_of
from compliance.assess.contract import to_json
from compliance.assess.finding import finding_id
from compliance.clock import Clock
from compliance.events.dataset import Requirement
from compliance.events.store import Store
from compliance.evidence.verify import verify_bundle
from compliance.letters.confirm import confirm_request
from compliance.letters.intake import load_intake
from compliance.letters.read import read_letter
from compliance.letters.request import Request, from_letter, load_request, write_request
from compliance.period import parse_period
from compliance.project import load_project
from compliance.reports.material import Material
from compliance.reports.quarterly import build_quarterly
from compliance.reports.session import Written, material_of, requirement_of_report, write
from compliance.rules.loader import load_rules
from compliance.synthetic.halcyon import generate, log_paths
from compliance.synthetic.letters import DECISION_NAME, LETTER_NAME, words_of
from compliance.synthetic.night import STREAM
from compliance.synthetic.timeline import SERVICE

Say = Callable[[str], None]
CONFIG, STORE, UNFINISHED = "compliance.toml", "store", "UNFINISHED"
OFFICER = "demo officer"
QUARTER = "2026-Q3"
EVERYTHING = 1_000_000
"""Findings listed per rule, verdict and reason: more than there are."""
FIRST_DELIVERY, ANSWERED, SECOND_DELIVERY = (
    datetime.fromisoformat(text) for text in ("2026-09-24T06:00:00Z", "2026-09-24T09:00:00Z", "2026-10-01T06:00:00Z")
)
"""Where the story's clock stands: the letters are answered a day before the time limit of 25 September."""
_MARKS = (
    ("DSA-24.2-AMAR", "confirmed", "approved three days late; the calendar is mended", "head of legal", None),
    ("DSA-16.6-DECIDE", "under_review", "queue of the surge after the night of 13 August", "", None),
    (
        "DSA-16.1-AVAILABLE",
        "risk_accepted",
        "change of provider on that day; own target",
        "head of legal",
        date(2026, 12, 31),
    ),
)
"""Rule, disposition, reason, approver and end of the findings that the fictional officer has marked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One letter's way: the request as confirmed, what was written, and the verifier's headline."""

    request: Request
    result: AnswerResult
    headline: str

    @property
    def told(self) -> str:
        """What became of the letter, in a sentence."""
        force = "binds"
        if not self.request.binding:
            force = "binds nobody, so it gets a preservation hold, an internal file and a short reply in aggregates"
        statuses = ", ".join(f"{count} {words}" for words, count in self.result.statuses.items())
        return (
            f"{self.request.reference} ({self.request.kind.replace('_', ' ')}) {force}. Questions: {statuses}; "
            f"{self.result.summary[1]}. The role '{OFFICER}' confirmed what was read: in your house a person does that, "
            "and another one approves the answer."
        )


def demonstrate(target: Path, *, seed: int, scale: float, say: Say) -> Demonstration:
    """Replay the night into `target`, or into `run-2`, `run-3`, ... inside it where something lies there already.

    Whatever ends it early (an error, Ctrl-C) removes what it had made.
    """
    folder = place_for(target)
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    run = Demonstration(folder, say)
    try:
        (folder / UNFINISHED).write_text(
            "A demonstration is being made here, or was killed. It can be removed.\n", "utf-8"
        )
        run.platform(seed, scale)
        run.ingest(1, FIRST_DELIVERY)
        run.answer(LETTER_NAME, ".eml")
        run.answer(DECISION_NAME, ".pdf")
        run.ingest(2, SECOND_DELIVERY)
        run.check()
        run.report()
        (folder / UNFINISHED).unlink()
    except BaseException:
        _clear(folder, keep=existed)
        raise
    return run


def place_for(target: Path) -> Path:
    """The folder itself where it is new or empty, else the first free `run-N` in it."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return target
    number = 2
    while (target / f"run-{number}").exists():
        number += 1
    return target / f"run-{number}"


def _clear(folder: Path, *, keep: bool) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if not keep:
        folder.rmdir()


def _at(moment: datetime) -> Clock:
    return lambda: moment


@dataclass(slots=True)
class Demonstration:
    """One run: its folder, and what it has made so far."""

    folder: Path
    say: Say
    answered: list[Answered] = field(default_factory=list)
    published: Written | None = None
    material: Material | None = None
    disrupted: tuple[Disruption, ...] = ()
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun

    @contextmanager
    def _step(self) -> Iterator[list[str]]:
        """Collects the words of a step, and says them with the time it took."""
        since, words = time.monotonic(), list[str]()
        yield words
        self.say(f"{time.monotonic() - since:6.1f} s  {'; '.join(words)}")

    def platform(self, seed: int, scale: float) -> None:
        """The fictional platform's logs, letters and configuration, with three findings already marked by its officer."""
        with self._step() as words:
            generate(self.folder, seed=seed, scale=scale)
            truth = json.loads((self.folder / "truth.json").read_text("utf-8"))
            blocks = [_disposition(rule, truth["rules"][rule]["findings"], *rest) for rule, *rest in _MARKS]
            with (self.folder / CONFIG).open("a", encoding="utf-8") as config:
                config.write("".join(blocks))
            lines = sum(file["lines"] for file in truth["lines"].values())
            words.append(f"a fictional platform: {lines:,} log lines, two letters (seed {seed})")

    def ingest(self, delivery: int, moment: datetime) -> None:
        """Seal one delivery of logs in the store."""
        with self._step() as words:
            store = Store.open(self.folder / STORE) if delivery > 1 else Store.create(self.folder / STORE)
            project = load_project(self.folder / CONFIG)
            report = store.ingest(log_paths(self.folder, delivery), project=project, clock=_at(moment))
            read, taken, twice, refused = (
                sum(getattr(counts, name) for counts in report.files)
                for name in ("lines", "accepted", "duplicates", "rejected")
            )
            words.append(
                f"ingest, {moment:%d %B}: {read:,} read = {taken:,} accepted + {twice:,} duplicates + {refused:,} refused"
            )

    def answer(self, name: str, suffix: str) -> None:
        """Read a letter, let the officer confirm it, answer it from the store, verify the bundle."""
        letters, matter = self.folder / "letters", self.folder / "matters" / name
        matter.mkdir(parents=True)
        path = matter / "request.yaml"
        with self._step() as words:
            letter = read_letter(letters / f"{name}{suffix}", load_intake(letters / f"{name}.intake.json"))
            write_request(from_letter(letter), path)
            request = _confirm(path, words)
        with self._step() as words:
            inputs = Inputs(
                request=path,
                store=self.folder / STORE,
                out=matter,
                config=self.folder / CONFIG,
                texts=words_of(letters, name),
                preparer=OFFICER,
            )
            result = answer_request(inputs, clock=_at(ANSWERED))
            words.extend(result.summary[:2])
        with self._step() as words:
            found = verify_bundle(result.bundle)
            found.require_intact()
            words.append(f"bundle verified offline: {found.headline}")
        self.answered.append(Answered(request, result, found.headline))

    def check(self) -> None:
        """Judge the whole log, and compare what is found with what was planted."""
        with self._step() as words:
            rules, project = load_rules(), load_project(self.folder / CONFIG)
            dataset = Store.open(self.folder / STORE).dataset(requirement_of(rules, project), project=project)
            assessment = check(dataset, rules, project, listing=EVERYTHING)
            self._write("check/assessment.json", to_json(assessment))
            truth = json.loads((self.folder / "truth.json").read_text("utf-8"))
            differs = differences(assessment, truth)
            words.append(
                f"check: {len(rules)} rules over {assessment.ingest['accepted']:,} events, {len(assessment.findings):,} findings"
            )
            words.append(
                "what was planted is what is found"
                if not differs
                else f"{len(differs)} difference(s) from what was planted: {differs[0]}"
            )

    def report(self) -> None:
        """Write the quarterly report, and look at the night in it."""
        with self._step() as words:
            rules, project = load_rules(), load_project(self.folder / CONFIG)
            wanted = requirement_of_report(rules, project)
            everything = Requirement(wanted.types | DISRUPTIONS.types, wanted.fields | DISRUPTIONS.fields)
            dataset = Store.open(self.folder / STORE).dataset(everything, project=project)
            self.material = material_of(dataset, rules, project, parse_period(QUARTER))
            self.published = write(self.material, self.folder / "report")
            self.disrupted = disruptions(dataset, project, self.material.period.days, self.material.as_of)
            words.append(f"report {QUARTER}: PDF, workbook, page and JSON from one assessment")

    def closing(self) -> list[str]:
        """The last page: paths, the five things to look at, what nobody can judge and why."""
        if self.material is None:
            return []
        told = night(self.disrupted, self.material.now.rules)
        return last_page(build_quarterly(self.material), self.paths(), [each.told for each in self.answered], told)

    def paths(self) -> list[tuple[str, Path]]:
        """What was written, by name."""
        made = self.published
        report = (
            [("report, PDF", made.pdf), ("report, workbook", made.workbook), ("report, page", made.page)]
            if made
            else []
        )
        bundles = []
        for each in self.answered:
            bundles.append((f"bundle, {each.request.reference}", each.result.bundle))
            bundles.append(("  its internal file", each.result.internal))
        return [
            *report,
            *bundles,
            ("assessment, every finding", self.folder / "check" / "assessment.json"),
            ("logs, letters, store", self.folder),
        ]

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _confirm(path: Path, words: list[str]) -> Request:
    """The officer names the livestream that the letter means where it does not, accepts the doubts, and confirms."""
    text = path.read_text("utf-8")
    named = re.sub(r"(?m)^event_refs: \[\]$", f"event_refs:\n  - {STREAM}", text, count=1)
    if named != text:
        path.write_text(named, "utf-8")
    doubts = [doubt.field for doubt in load_request(path, confirming=True).to_confirm]
    request = confirm_request(path, OFFICER, doubts, _at(ANSWERED))
    leaves = sum(question.leaf for question in request.questions)
    force = "binding" if request.binding else "binds nobody"
    words.append(f"letter {request.reference}: {request.kind.replace('_', ' ')}, {force}, {leaves} questions")
    words.append(
        f"confirmed by the role {OFFICER!r}" + (f", who named the livestream {STREAM}" if named != text else "")
    )
    if doubts:
        words.append(f"doubts accepted: {', '.join(doubts)}")
    return request


def _disposition(
    rule: str, findings: list[dict[str, str]], kind: str, reason: str, approver: str, until: date | None
) -> str:
    """TOML of one mark on the last plain finding of a rule."""
    trigger = next(
        found["trigger"] for found in reversed(findings) if found["verdict"] in {"non_compliant", "over_target"}
    )
    lines = [
        f'finding = "{finding_id(rule, SERVICE, trigger)}"',
        f'disposition = "{kind}"',
        f'owner = "{OFFICER}"',
        f'reason = "{reason}"',
    ]
    lines += [f'approver = "{approver}"'] if approver else []
    lines += [f"until = {until.isoformat()}"] if until else []
    return "\n[[dispositions]]\n" + "\n".join(lines) + "\n"
