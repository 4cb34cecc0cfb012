// The chat page: shows the transcript as the server has it, and sends what the buyer does.

import { createComponent, MAX_PHOTO_MEGABYTES } from "./component.js";
import { choices, element, markupOf, photo, problem, reply, said } from "./entries.js";
import { ask, pause, Refused, speak } from "./http.js";
import { Outbox } from "./outbox.js";

const LANGUAGE = "nightdesk.language";
const WRITING_AFTER = 1_000;
const STILL_CHECKING_AFTER = 4_000;
const TAKING_LONG_AFTER = 20_000;
const AT_REST = 3_000;
const OUT_OF_SIGHT = 15_000;

const byId = (id) => document.getElementById(id);
const mine = new Set(); // ids of messages that are already on the page
let chat, words, locale, outbox;
let cursor = 0;
let offered = null; // the buttons under the last reply
let owner = "assistant";
let busySince = null;
let wake = () => {};

async function start() {
  speak(localStorage.getItem(LANGUAGE) ?? "");
  const wording = await ask("/chat/wording");
  words = wording.words;
  speak(wording.locale);
  // British and American English share their words, not their dates.
  locale = navigator.languages.find((tag) => tag.startsWith(wording.locale)) ?? wording.locale;
  dressPage(wording);
  outbox = new Outbox({ onSent, onWaiting, onRefused, onRunOut });
  await openSession();
  chat = await createComponent({ words, onSend, mayEnter });
  await poll();
  notice("");
  chat.shadowRoot.querySelector("#messages").setAttribute("aria-live", "polite");
  for (const message of outbox.queue) showOwn(message);
  outbox.run();
  follow();
  byId("chat").dataset.ready = "true";
}

async function openSession() {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  await patiently(() => ask("/chat/session", { json: token ? { token } : {} }));
  if (!token) return;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}

// The first call of a page, made again until the server is there to answer it.
async function patiently(call) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof Refused && !error.passing) throw error;
      notice(error.sentence ?? words.sending_again);
      await pause((error.retryAfter || 2) * 1_000);
    }
  }
}

function dressPage({ locale: chosen, languages }) {
  document.documentElement.lang = chosen;
  document.title = words.title;
  byId("heading").textContent = words.heading;
  const person = byId("person");
  person.textContent = words.talk_to_person;
  person.hidden = false;
  person.addEventListener("click", () => {
    submit({ text: words.person_message });
    chat.shadowRoot.querySelector("#messages").focus();
  });
  const select = byId("language");
  select.setAttribute("aria-label", words.choose_language);
  for (const [value, text] of Object.entries(languages)) {
    select.append(element("option", { value, text, ...(value === chosen ? { selected: "" } : {}) }));
  }
  select.hidden = false;
  select.addEventListener("change", () => {
    localStorage.setItem(LANGUAGE, select.value);
    location.reload();
  });
}

// --- what the buyer does

function mayEnter(text, files) {
  if ((files ?? []).some((file) => file.size > MAX_PHOTO_MEGABYTES * 1_000_000)) {
    notice(words.problems.photo_too_large, "alert");
    return false;
  }
  return Boolean(text?.trim() || files?.length);
}

// The component has already shown what was typed or chosen.
function onSend({ text, files }) {
  for (const file of files ?? []) queue({ photo: file.ref instanceof Blob ? file.ref : fileOf(file) });
  if (text) queue({ text });
}

function submit(message) {
  showOwn(message);
  queue(message);
}

function queue(message) {
  const sent = { id: crypto.randomUUID(), ...message };
  mine.add(sent.id);
  retireChoices();
  outbox.add(sent);
  refreshBusy(true);
}

function showOwn(message) {
  if (message.id) {
    if (mine.has(message.id)) return;
    mine.add(message.id);
  }
  add("user", said(message.text ?? message.label));
}

function fileOf({ src }) {
  const [head, data] = src.split(",");
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
}

function onSent() {
  notice("");
  wake();
}

function onWaiting(sentence) {
  notice(sentence ?? (navigator.onLine ? words.sending_again : words.offline));
}

// The kept messages go out after the reload, in the conversation that it begins.
function onRunOut() {
  location.reload();
}

function onRefused(sentence) {
  refreshBusy(false);
  notice("");
  add("ai", problem(sentence ?? words.problems.unexpected));
}

// --- what the server says

async function follow() {
  for (;;) {
    const rest = document.hidden ? OUT_OF_SIGHT : AT_REST;
    const called = new Promise((done) => (wake = done));
    await Promise.race([pause(busySince ? 200 : rest), called]);
    await poll().catch((error) => (error.status === 401 ? onRunOut() : pause(1_000)));
  }
}

async function poll() {
  const news = await ask(`/chat/messages?after=${cursor}`);
  for (const entry of news.entries) show(entry);
  showOwner(news.owner);
  refreshBusy(news.typing || (outbox.waiting && owner === "assistant"));
}

function show(entry) {
  if (entry.seq <= cursor) return;
  cursor = entry.seq;
  if (entry.author === "buyer") {
    if (mine.has(entry.id)) return;
    mine.add(entry.id);
    retireChoices();
    add("user", entry.photo ? photo(`/chat/photos/${entry.text}`, words) : said(entry.text));
    return;
  }
  retireChoices();
  const parts = reply(entry, words, locale);
  if (entry.choices.length > 0) {
    offered = choices(entry, words, choose);
    parts.push(offered);
  }
  add(entry.author === "person" ? "person" : "ai", parts);
}

function choose({ id, label }) {
  submit({ choice: id, label });
  const coarse = matchMedia("(pointer: coarse)").matches;
  // The pressed button is gone; on a phone the keyboard must not jump up.
  chat.shadowRoot.querySelector(coarse ? "#messages" : "#text-input").focus();
}

function retireChoices() {
  offered?.remove();
  offered = null;
}

function add(role, nodes) {
  chat.addMessage({ role, html: markupOf(...nodes) });
}

function showOwner(now) {
  owner = now;
  const state = byId("owner");
  const text = now === "person" ? words.with_person : words.with_assistant;
  if (state.textContent !== text) state.textContent = text;
  state.dataset.owner = now;
  byId("person").hidden = now === "person";
}

// --- the typing dots, and words when it takes long

let dots = false;
const timers = [];

function refreshBusy(busy) {
  if (busy && owner === "assistant" && !busySince) {
    busySince = Date.now();
    timers.push(setTimeout(() => notice(words.typing, "typing"), WRITING_AFTER));
    timers.push(setTimeout(() => notice(words.still_checking, "wait"), STILL_CHECKING_AFTER));
    timers.push(setTimeout(() => notice(words.taking_long, "wait"), TAKING_LONG_AFTER));
  }
  if (!busy && busySince) {
    busySince = null;
    timers.splice(0).forEach(clearTimeout);
    if (["typing", "wait"].includes(byId("notice").dataset.kind)) notice("");
  }
  if (dots === Boolean(busySince)) return;
  dots = Boolean(busySince);
  chat.displayLoadingBubble.toggle();
}

function notice(text, kind = "") {
  const place = byId("notice");
  place.dataset.kind = kind;
  place.textContent = text;
}

addEventListener("offline", () => notice(words.offline));
addEventListener("online", () => notice(words.back_online));

start().catch((error) => {
  notice(error.sentence ?? words?.problems.unexpected ?? "");
  throw error;
});
