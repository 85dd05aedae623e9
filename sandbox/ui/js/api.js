/** Speaks the sandbox's control API: JSON requests, and the stream that says what changed. */

class ControlError extends Error {
  constructor(code, message, status) {
    super(message || code);
    this.code = code;
    this.status = status;
  }
}

async function request(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  const answer = await send(path, options);
  const payload = await answer.json().catch(() => null);
  if (!answer.ok) {
    throw new ControlError(payload?.error ?? `http_${answer.status}`, payload?.message ?? "", answer.status);
  }
  return payload ?? {};
}

async function send(path, options) {
  try {
    return await fetch(`/control/${path}`, options);
  } catch {
    throw new ControlError("unreachable", "The sandbox does not answer. Is it still running?", 0);
  }
}

export function get(path, params) {
  const query = new URLSearchParams(Object.entries(params ?? {}).filter(([, value]) => value != null));
  return request("GET", query.size ? `${path}?${query}` : path);
}

export const post = (path, body) => request("POST", path, body);
export const remove = (path) => request("DELETE", path, {});

/** Calls `changed(keys)` for every event and `opened()` on each (re)connection; `lost()` while there is none. */
export function listen({ changed, opened, lost }) {
  const source = new EventSource("/control/events");
  source.addEventListener("open", opened);
  source.addEventListener("message", (event) => changed(JSON.parse(event.data).changed ?? []));
  source.addEventListener("error", () => {
    lost();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen({ changed, opened, lost }), 1500);
  });
}
