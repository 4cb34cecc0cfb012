// Messages on their way: kept over a reload, sent in order, sent again under the same id.

import { ask, pause, Refused } from "./http.js";

const KEPT = "nightdesk.outbox";
const LONGEST_WAIT = 15;

export class Outbox {
  constructor({ onSent, onWaiting, onRefused, onRunOut }) {
    Object.assign(this, { onSent, onWaiting, onRefused, onRunOut });
    this.queue = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    this.running = false;
    this.retryNow = () => {};
    addEventListener("online", () => this.retryNow());
  }

  get waiting() {
    return this.queue.length > 0;
  }

  // Photos are too large to be kept over a reload; everything else is.
  add(message) {
    this.queue.push(message);
    this.keep();
    this.run();
  }

  keep() {
    const kept = this.queue.filter((message) => !message.photo);
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  async run() {
    if (this.running) return;
    this.running = true;
    for (let tries = 0; this.queue.length > 0; ) {
      const outcome = await this.send(this.queue[0], tries);
      tries = outcome === "again" ? tries + 1 : 0;
      if (outcome === "again") continue;
      this.queue.shift();
      this.keep();
      if (outcome === "sent") this.onSent();
    }
    this.running = false;
  }

  async send(message, tries) {
    try {
      await post(message);
      return "sent";
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        this.onRunOut();
        return this.never();
      }
      if (error instanceof Refused && !error.passing) {
        this.onRefused(error.sentence, message);
        return "refused";
      }
      this.onWaiting(error instanceof Refused ? error.sentence : null);
      await this.wait(error.retryAfter || Math.min(2 ** tries, LONGEST_WAIT));
      return "again";
    }
  }

  // The page goes away; what is kept must stay kept.
  never() {
    return new Promise(() => {});
  }

  wait(seconds) {
    const called = new Promise((done) => (this.retryNow = done));
    return Promise.race([pause(seconds * 1000), called]);
  }
}

function post({ id, text, choice, label, photo }) {
  if (!photo) return ask("/chat/messages", { json: choice ? { id, choice, label } : { id, text } });
  const form = new FormData();
  form.append("id", id);
  form.append("photo", photo, "photo");
  return ask("/chat/photos", { form });
}
