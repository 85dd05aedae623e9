"""Troubles in words: which step could not be done, and why, from the codes that providers and rules give."""

from __future__ import annotations

from bot.domain.delivery import Effect

#: Each effect as what was to be done: "could not …".
STEPS: dict[Effect, str] = {
    Effect.ROOM_CREATE: "open the war room",
    Effect.ROOM_INVITE: "invite people to the war room",
    Effect.ROOM_TOPIC: "set the war room's topic",
    Effect.ROOM_BOOKMARKS: "set the war room's bookmarks",
    Effect.ROOM_ARCHIVE: "archive the war room",
    Effect.ROOM_UNARCHIVE: "unarchive the war room",
    Effect.ROOM_SAY: "tell the war room what happened",
    Effect.CARD_POST: "post the card",
    Effect.CARD_PIN: "pin the card",
    Effect.CARD_UPDATE: "update the card",
    Effect.ANNOUNCE_POST: "announce the incident",
    Effect.ANNOUNCE_UPDATE: "update the announcement",
    Effect.PAGE_SLACK: "page by Slack",
    Effect.PAGE_SMS: "page by SMS",
    Effect.PAGE_VOICE: "page by phone call",
    Effect.PAGE_EMAIL: "page by email",
    Effect.PAGE_WEBHOOK: "page by webhook",
    Effect.PAGE_PAGERDUTY: "page by PagerDuty",
    Effect.PAGE_UPDATE: "update a page",
    Effect.DM_SAY: "send a direct message",
    Effect.CHANNEL_SAY: "tell the admins' channel",
    Effect.SMS_SAY: "answer by SMS",
    Effect.VOICE_SAY: "make a phone call",
    Effect.CALL_END: "hang up a call",
    Effect.MAIL_SAY: "send a mail",
    Effect.REACTION_ADD: "add a reaction",
    Effect.REACTION_REMOVE: "take a reaction back",
    Effect.REMIND: "send a reminder",
    Effect.POSTMORTEM_POST: "post the postmortem",
    Effect.HOME_PUBLISH: "refresh somebody's App Home",
    Effect.SHEET_WRITE: "write incidents into the spreadsheet",
    Effect.STANDING_POST: "post who is on call",
    Effect.STANDING_UPDATE: "update the post of who is on call",
    Effect.STANDING_END: "say that a post is not kept up to date any more",
    Effect.GROUP_FILL: "fill a user group",
    Effect.PAGERDUTY_TELL: "tell PagerDuty",
}

#: Codes of Slack, of the rules that find people and of the outbox, with what to do where somebody can do something.
REASONS: dict[str, str] = {
    "no_address": "no phone, email or Slack account to reach them by",
    "nobody_on_call": "nobody is on call",
    "schedule_inactive": "the schedule is switched off",
    "nobody_follows": "nobody comes after the person on call",
    "deactivated": "whoever is meant is deactivated",
    "unknown": "the posture names nobody there",
    "group_unknown": "Slack has no such user group, or it was not read yet",
    "group_disabled": "the user group is disabled in Slack",
    "group_empty": "nobody we know is in the user group",
    "not configured": "that notifier is not configured",
    "channel_not_found": "no such channel, or the bot may not see it; invite the bot there",
    "not_in_channel": "the bot is not in that channel; invite it there",
    "is_archived": "the channel is archived; unarchive it",
    "missing_scope": "the Slack app lacks a permission; install it again from the manifest",
    "restricted_action": "the workspace's settings do not allow it; ask a workspace admin",
    "name_taken": "the channel name is taken",
    "user_not_found": "Slack does not know that person",
    "users_not_found": "Slack does not know that person",
    "cant_invite": "Slack does not let the bot invite that person",
    "cant_invite_self": "the bot cannot invite itself",
    "user_is_restricted": "guests cannot be invited there",
    "user_disabled": "that account is deactivated",
    "account_inactive": "the Slack app was deactivated; install it again",
    "invalid_auth": "Slack refused the bot's token; check SLACK_BOT_TOKEN",
    "token_revoked": "the bot's token was revoked; install the app again",
    "cannot_dm_bot": "bots cannot be paged",
    "messages_tab_disabled": "the app's messages tab is off; install it again from the manifest",
    "msg_too_long": "the message was too long for Slack",
    "undelivered": "the carrier could not deliver it",
    "failed": "it could not be put through",
    "busy": "the line was busy",
    "no answer": "nobody picked up",
    "voicemail": "voicemail took the call, which is no answer",
    "hung up": "the call ended without an answer",
    "called off": "the call was hung up before anybody took it",
    "unclear": "the call was picked up, but not surely by a person",
    "too_many_tries": "it failed too often",
    "expired": "it was too late to be of use",
}


def step(name: str) -> str:
    """What was to be done; raw."""
    return STEPS[Effect(name)] if name in list(Effect) else name


def reason(code: str) -> str:
    """Why it could not be done; raw. An unknown code is shown as it is: better than nothing."""
    code = code.strip()
    bare = code.rsplit(": ", 1)[-1]
    if code in REASONS or bare in REASONS:
        return REASONS.get(code) or REASONS[bare]
    return code or "no reason was given"
