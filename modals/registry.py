"""Every form there is, by its callback id. A test holds it to the names that views use."""

from __future__ import annotations

from typing import Any

from modals import (
    assign,
    away,
    cancel,
    code,
    contact,
    cover,
    declare,
    escalate,
    handoff,
    note,
    override,
    part,
    reopen,
    resolve,
    role,
    rules,
    schedule,
    severity,
    swap,
    update,
)
from modals.modal import Modal

MODALS: dict[str, Modal[Any]] = {
    modal.callback_id: modal
    for modal in (
        declare.MODAL, update.MODAL, severity.MODAL, assign.MODAL, role.MODAL, resolve.MODAL, cancel.MODAL,
        reopen.MODAL, note.MODAL, escalate.MODAL, rules.MODAL, contact.MODAL, code.MODAL, override.MODAL, handoff.MODAL,
        swap.MODAL, cover.MODAL, part.MODAL, schedule.MODAL, away.MODAL,
    )
}  # fmt: skip
