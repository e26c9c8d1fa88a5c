"""The lists of drafts to approve: one for each procedure, with the officer's boxes that are still empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from forms.answers import InvalidAnswer, take
from forms.definition import JSON, Field
from office.platform import Platform
from office.records.models.paper_batches import DraftState, PaperDraft
from office.records.papers.approving import lacking
from office.records.papers.reporting import title_of

_TAKEN = ("choice", "text", "digits")


@dataclass(frozen=True, slots=True)
class DraftGroup:
    """Drafts of one procedure that wait; `fields` are the boxes to fill in once for all of them."""

    title: str
    drafts: tuple[PaperDraft, ...]
    fields: tuple[Field, ...]

    @property
    def one_by_one(self) -> bool:
        """Whether a box is lacking that is another's for each application."""
        return any(field.kind != "choice" for field in self.fields)


def groups_of(platform: Platform, drafts: Sequence[PaperDraft]) -> tuple[DraftGroup, ...]:
    """The drafts that wait, by procedure."""
    found: dict[tuple[str, int], list[PaperDraft]] = {}
    for draft in drafts:
        if draft.state is DraftState.TO_CONFIRM:
            found.setdefault((draft.application.procedure, draft.application.version), []).append(draft)
    return tuple(
        DraftGroup(title_of(platform, slug, version), tuple(some), lacking(platform, some))
        for (slug, version), some in found.items()
    )


def entered(
    chosen: Sequence[PaperDraft], platform: Platform, form: MultiDict[str, str]
) -> tuple[Mapping[str, JSON], str]:
    """What an officer has entered for all the chosen drafts, and the sentence for what is wrong with it."""
    values: dict[str, JSON] = {}
    for field in lacking(platform, chosen):
        text = form.get(f"box-{field.name}", "").strip()
        label = field.label.text("ja")
        if not text or field.kind not in _TAKEN:
            return {}, f"「{label}」を選んでください。まだ1件も受け付けていません。"
        try:
            values[field.name] = take(field, text)
        except InvalidAnswer as error:
            return {}, error.message
    return values, ""
