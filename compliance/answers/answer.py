"""From a confirmed request to the internal file and the outgoing bundle: one run, never mixed, never half-written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from compliance.answers.added import read_corrections, read_documents, read_texts
from compliance.answers.case import cases_of
from compliance.answers.changes import last_build
from compliance.answers.cited import cited_cases, refuse_apart, with_cases
from compliance.answers.compose import answer_all
from compliance.answers.decision import Inputs, choices_of, mandate_of, project_of
from compliance.answers.desk import Desk
from compliance.answers.guard import held_cells
from compliance.answers.hold import record_hold
from compliance.answers.intake import read_asked
from compliance.answers.internal import Internal, engaged, write_internal
from compliance.answers.legal import event_level_allowed, legal_character, mandate_words
from compliance.answers.matter import BUNDLE, INTERNAL, append
from compliance.answers.model import Answer, Asked, Choices, Mandate, ReleaseVerdicts, Withheld
from compliance.answers.nonconfidential import PUBLIC_BUNDLE, Frame, non_confidential, public_bundle
from compliance.answers.outgoing import outgoing
from compliance.answers.package import cited_rows, pack
from compliance.answers.phrase import phrases_of
from compliance.answers.privilege import read_withheld, refuse_unknown
from compliance.assess.check import check
from compliance.assess.model import Assessment
from compliance.assess.session import rules_of
from compliance.clock import Clock
from compliance.errors import AnswerError, InputError, Place
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Dataset, Requirement
from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.disclosure import Disclosure, SealedLog, disclose_rows, head_file, held_export
from compliance.evidence.pseudonym import Pseudonymiser, master_key
from compliance.evidence.publish import Head, head_stamp, heads_of
from compliance.evidence.redaction import Policy
from compliance.evidence.signer import Signer
from compliance.evidence.staging import refuse_existing
from compliance.evidence.testkey import make_test_authority
from compliance.evidence.timestamp import Tsa
from compliance.project import Project
from compliance.rules.loader import LoadedRule
from compliance.rules.lock import rules_lock
from compliance.rules.what_if import require_real

KEY_FILE = "pseudonym.key"


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """What was written, and what to say about it."""

    internal: Path
    bundle: Path
    bundle_id: str
    fingerprint: str
    seal: str
    """What the seal's certificate says of itself, in words."""
    statuses: Mapping[str, int]
    event_level: bool
    disclosed_events: int
    summary: tuple[str, ...]
    public: Path | None = None
    """The non-confidential version, where one was asked for, and its id."""
    public_id: str = ""


class AnswerStore(SealedLog, Protocol):
    """What an answer needs of a store."""

    def dataset(self, requirement: Requirement | None, *, project: Project) -> Dataset:
        """The accepted events."""


def answer_request(
    inputs: Inputs, *, clock: Clock, signer: Signer | None = None, tsa: Tsa | None = None
) -> AnswerResult:
    """Write OUT/internal and OUT/bundle for a confirmed request; OUT/matter.jsonl logs every step and choice.

    Refuses: AnswerError `ANS-UNCONFIRMED`, `ANS-GROUND`, `ANS-TIME`, ...; EvidenceError `EVD-EXISTS`, `EVD-HELD` (the internal
    file is written, the bundle is not), `EVD-VERDICT`. The same store, request and options give the same bundle id.
    """
    from compliance.events.store import Store

    asked = read_asked(inputs.request)
    store = Store.open(inputs.store)
    return write_answer(inputs, asked, store, clock=clock, signer=signer, tsa=tsa, heads=heads_of(store))


def write_answer(
    inputs: Inputs,
    asked: Asked,
    store: AnswerStore,
    *,
    clock: Clock,
    signer: Signer | None = None,
    tsa: Tsa | None = None,
    heads: Sequence[Head] = (),
) -> AnswerResult:
    """The same for a request that has been read and a store that is open."""
    choices = choices_of(inputs)
    mandate = mandate_of(inputs)
    refuse_existing(inputs.out / BUNDLE)
    if inputs.non_confidential:
        refuse_existing(inputs.out / PUBLIC_BUNDLE)
    project, folder = project_of(inputs)
    record_hold(
        inputs.out,
        inputs.store,
        role=mandate.preparer,
        reason=f"letter {asked.reference}",
        reference=asked.reference,
        clock=clock,
    )
    dataset = store.dataset(None, project=project)
    desk = Desk(
        dataset=dataset,
        project=project,
        catalogue=catalogue(),
        asked=asked,
        choices=choices,
        event_level=event_level_allowed(asked, choices),
        texts=read_texts(inputs.texts),
        documents=read_documents(inputs.documents),
        holds=(phrases_of(asked.language).say("hold.recorded", reference=asked.reference),),
        cases=cases_of(asked, dataset, catalogue()),
        corrections=read_corrections(inputs.corrections),
        withheld=read_withheld(inputs.withheld),
    )
    refuse_unknown(desk.withheld, (each.number for each in asked.questions if not each.heading), inputs.withheld)
    answers = answer_all(desk)
    assessment, lock = _assess(desk, rules_of(project, folder, inputs.rules))
    cases = cited_cases(desk, cited_rows(answers)) if desk.event_level else ()
    disclosure = _disclose(desk, store, with_cases(cited_rows(answers), cases), inputs, mandate)
    held = (*(disclosure.held if disclosure else ()), *held_cells(answers, choices.releases))
    _internal(
        inputs.out / INTERNAL, Internal(desk, answers, assessment, held, mandate, legal_character(asked, choices))
    )
    if held:
        append(inputs.out, clock, "held", mandate.preparer, {"hits": len(held)})
        raise held_export(held)
    packed = pack(answers, disclosure.ids if disclosure else {})
    released = _released(desk, answers, assessment, inputs)
    character = legal_character(asked, choices, desk.phrases)
    bundle = outgoing(
        desk,
        packed,
        mandate_words(mandate, desk.phrases),
        character,
        released,
        disclosure,
        head_file(store),
        lock,
        heads,
        cases,
    )
    _log_choices(inputs, choices, desk.withheld, clock)
    sealing = signer or make_test_authority().signer()
    head = head_file(store)
    stamp = head_stamp(heads, head.content)
    sealed = write_bundle(inputs.out / BUNDLE, bundle, signer=sealing, signed_at=clock(), tsa=tsa, beside=stamp)
    _log_draft(inputs, clock, mandate, sealed, sealing)
    result = _result(inputs, sealed, sealing, desk, answers, disclosure)
    if not inputs.non_confidential:
        return result
    version = non_confidential(desk, answers, inputs.least)
    frame = Frame(mandate, character, choices.role or mandate.preparer, head, lock, heads)
    shown = public_bundle(version, frame)
    public = write_bundle(inputs.out / PUBLIC_BUNDLE, shown, signer=sealing, signed_at=clock(), tsa=tsa, beside=stamp)
    append(inputs.out, clock, "non_confidential", mandate.preparer, {"bundle_id": public.bundle_id})
    return replace(result, public=public.path, public_id=public.bundle_id)


def _assess(desk: Desk, loaded: Sequence[LoadedRule]) -> tuple[Assessment | None, str]:
    """Assessment for the internal file and the rules lock; none where the log is empty."""
    require_real(loaded, "an answer")
    try:
        return check(desk.dataset, loaded, desk.project), rules_lock(loaded)
    except InputError as error:
        if error.code != "CHK-EMPTY":
            raise
        return None, rules_lock(loaded)


def _disclose(
    desk: Desk, store: AnswerStore, rows: Sequence[int], inputs: Inputs, mandate: Mandate
) -> Disclosure | None:
    if not desk.event_level:
        return None
    choices = desk.choices
    policy = Policy(
        choices.role or mandate.preparer,
        mandate.sent_at or desk.as_of,
        choices.confidential,
        choices.personal_ground,
        choices.releases,
    )
    pseudonyms = Pseudonymiser(master_key(inputs.store / KEY_FILE), desk.asked.case or desk.asked.reference)

    return disclose_rows(
        store, sorted(rows), desk.catalogue, pseudonyms, policy, look=lambda types: refuse_apart(types, desk)
    )


def _internal(folder: Path, content: Internal) -> None:
    """Write the internal file; that of the build before is replaced, and what changed since is listed."""
    before = last_build(folder)
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    write_internal(folder, replace(content, before=before))


def _released(
    desk: Desk, answers: Sequence[Answer], assessment: Assessment | None, inputs: Inputs
) -> dict[str, list[dict[str, Any]]]:
    """Verdicts that a role released, by question: only of rules the question engages."""
    found: dict[str, list[dict[str, Any]]] = {}
    wanted = {each.question: each for each in desk.choices.approvals if isinstance(each, ReleaseVerdicts)}
    for answer in answers:
        approval = wanted.get(answer.question.number)
        if approval is None:
            continue
        rules = {rule.id: rule for rule in engaged(answer.question, desk, assessment)}
        for name in approval.rules:
            if name not in rules:
                raise AnswerError(
                    "ANS-RELEASE",
                    f"question {answer.question.number} does not engage rule {name}",
                    place=Place(str(inputs.approvals)),
                    hint="internal/engaged-rules.json lists the rules of each question",
                )
            rule = rules[name]
            counts = ", ".join(f"{count} {verdict}" for verdict, count in rule.counts.items() if count)
            found.setdefault(answer.question.number, []).append(
                {
                    "rule": rule.id,
                    "text": f"{rule.title}: {rule.verdict} ({counts})",
                    "ground": approval.ground,
                    "role": approval.role,
                }
            )
    return found


def _log_choices(inputs: Inputs, choices: Choices, withheld: Sequence[Withheld], clock: Clock) -> None:
    """Record in the matter what was decided, before anything leaves on the strength of it."""
    chosen = {
        "legal_ground": choices.legal_ground,
        "confidential": choices.confidential,
        "personal_ground": choices.personal_ground,
    }
    if any(chosen.values()):
        append(inputs.out, clock, "ground", choices.role, {name: value for name, value in chosen.items() if value})
    for each in withheld:
        append(
            inputs.out,
            clock,
            "withheld",
            each.decided_by,
            {"question": each.question, "title": each.title, "ground": each.ground},
        )
    for approval in choices.approvals:
        append(inputs.out, clock, "release", approval.role, asdict(approval))


def _log_draft(inputs: Inputs, clock: Clock, mandate: Mandate, sealed: Sealed, signer: Signer) -> None:
    detail = {"bundle_id": sealed.bundle_id, "signer": sealed.fingerprint, "seal": signer.standing.value}
    append(inputs.out, clock, "drafted", mandate.preparer, detail)


def _result(
    inputs: Inputs, sealed: Sealed, signer: Signer, desk: Desk, answers: Sequence[Answer], disclosure: Disclosure | None
) -> AnswerResult:
    statuses: dict[str, int] = {}
    for answer in answers:
        statuses[answer.status.words] = statuses.get(answer.status.words, 0) + 1
    counted = ", ".join(f"{count} {words}" for words, count in statuses.items()) or "no question"
    events = (
        f"{disclosure.count} events disclosed, {disclosure.verbatim} of them verbatim, {disclosure.redacted} redactions"
        if disclosure
        else ("aggregates only: the letter binds nobody and no legal ground is recorded")
    )
    summary = (
        f"answered {desk.asked.reference}: {counted}",
        events,
        f"next: have another role review it, then `compliance matter approve {inputs.out} --step reviewed --role ...`",
        *(
            ()
            if inputs.preparer
            else ("note: without --preparer nobody is another role: the answer cannot be approved",)
        ),
    )
    return AnswerResult(
        inputs.out / INTERNAL,
        sealed.path,
        sealed.bundle_id,
        sealed.fingerprint,
        signer.standing.words,
        statuses,
        desk.event_level,
        disclosure.count if disclosure else 0,
        summary,
    )


__all__ = ["AnswerResult", "AnswerStore", "Inputs", "answer_request", "write_answer"]
