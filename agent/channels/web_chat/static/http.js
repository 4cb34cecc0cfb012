// How the page talks to its own server, and nothing else.

export class Refused extends Error {
  constructor(status, problem, sentence, retryAfter) {
    super(problem);
    Object.assign(this, { status, problem, sentence, retryAfter });
  }
  // The same request may succeed later.
  get passing() {
    return this.status === 429 || this.status >= 500;
  }
}

let language = "";

export function speak(locale) {
  language = locale;
}

export async function ask(address, { json, form } = {}) {
  const headers = language ? { "Accept-Language": language } : {};
  if (json !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(address, {
    method: json === undefined && form === undefined ? "GET" : "POST",
    headers,
    body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
    credentials: "same-origin",
    cache: "no-store",
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  throw new Refused(response.status, answer.problem, answer.sentence, retryAfter);
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
