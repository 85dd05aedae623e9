/** Runs slash commands and shortcuts, and says so when the app does not answer in time. */

import { post } from "./api.js";
import { notify } from "./overlay.js";
import { place } from "./store.js";

const LATE = "did not answer within 3 seconds (operation_timeout). Is the bot running?";

export async function runShortcut(shortcut, where = {}) {
  try {
    const answer = await post("shortcut", { user: place.me, callback_id: shortcut.callback_id, ...where });
    if (answer.error)
      notify(
        answer.error === "operation_timeout" ? `${shortcut.name} ${LATE}` : `${shortcut.name}: ${answer.error}`,
        "error",
      );
  } catch (problem) {
    notify(problem.message, "error");
  }
}

/** Sends `/command text`; resolves to the sentence to show when it failed, or "". */
export async function runCommand(channel, command, text) {
  try {
    const answer = await post("slash", { user: place.me, channel, command, text });
    if (!answer.error) return "";
    return answer.error === "operation_timeout"
      ? `${command} ${LATE}`
      : `${command} failed with the error “${answer.error}”.`;
  } catch (problem) {
    return problem.message;
  }
}
