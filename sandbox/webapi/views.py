"""The views methods: modals and home tabs."""

from sandbox import modals, wire
from sandbox.modals import ViewRefused
from sandbox.model import Json, View
from sandbox.webapi.call import ApiError, Call, invalid


def _view(call: Call) -> object:
    if "view" not in call.args:
        raise invalid("missing required field: view")
    return call.args.data("view", "invalid_arguments")


def _refused(refusal: ViewRefused) -> ApiError:
    if refusal.messages:
        return invalid(*refusal.messages)
    return ApiError(refusal.code)


def _shown(call: Call, view: View) -> Json:
    return {"view": wire.view(call.world, view)}


def _trigger(call: Call) -> str:
    return call.args.text("trigger_id") or call.args.needed("interactivity_pointer")


async def open_view(call: Call) -> Json:
    trigger, view = _trigger(call), _view(call)
    try:
        return _shown(call, modals.open_modal(call.world, trigger, view))
    except ViewRefused as refusal:
        raise _refused(refusal) from refusal


async def push(call: Call) -> Json:
    trigger, view = _trigger(call), _view(call)
    try:
        return _shown(call, modals.push_modal(call.world, trigger, view))
    except ViewRefused as refusal:
        raise _refused(refusal) from refusal


async def update(call: Call) -> Json:
    found = _wanted(call)
    try:
        modals.update(call.world, found, _view(call), hash_given=call.args.text("hash"))
    except ViewRefused as refusal:
        raise _refused(refusal) from refusal
    return _shown(call, found)


def _wanted(call: Call) -> View:
    view_id, external = call.args.text("view_id"), call.args.text("external_id")
    if bool(view_id) == bool(external):
        problem = "Cannot provide both" if view_id else "Must provide one of"
        raise invalid(f"{problem} `view_id` and `external_id`")
    for found in call.world.views.values():
        if found.id == view_id or (external and found.external_id == external):
            return found
    raise ApiError("not_found")


async def publish(call: Call) -> Json:
    if not call.world.manifest.home_tab:
        raise ApiError("not_enabled")
    person = call.world.user(call.args.needed("user_id"))
    if person is None or person.is_bot or person.deleted:
        raise invalid("invalid `user_id` [json-pointer:/user_id]")
    try:
        found = modals.publish(call.world, person.id, _view(call), hash_given=call.args.text("hash"))
    except ViewRefused as refusal:
        raise _refused(refusal) from refusal
    return _shown(call, found)
