// Sets up the chat component: plain text only, our look, and the roles a screen reader needs.

import { hidden } from "./entries.js";
import { pause } from "./http.js";
import "./vendor/deepChat.bundle.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
const PLACE = {
  // Without a font of ours the component would ask a font server.
  fontFamily: FONT,
  display: "block",
  width: "100%",
  height: "100%",
  border: "none",
  borderRadius: "0",
  backgroundColor: "transparent",
};
export const MAX_PHOTO_MEGABYTES = 10;
// On a slow machine the component draws itself twice, shortly after each other.
const SECOND_THOUGHTS = 50;
const NEAR = 60;
const PHOTO_TYPES = ".jpg,.jpeg,.png,.webp";

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const asText = (text) => text.replace(/[&<>"]/g, (sign) => escapes[sign]);

// What people write is no markup: the component's own Markdown is switched off.
window.remarkable_plugins = [
  { plugin: (markdown) => Object.assign(markdown, { render: asText }) },
];

export async function createComponent({ words, onSend, mayEnter }) {
  const style = await (await fetch("/static/chat/thread.css")).text();
  const chat = document.createElement("deep-chat");
  Object.assign(chat.style, PLACE);
  Object.assign(chat, {
    auxiliaryStyle: style,
    connect: {
      websocket: true,
      handler: (_, signals) => {
        signals.newUserMessage.listener = ({ messages }) => onSend(messages.at(-1));
        signals.onOpen();
      },
    },
    displayLoadingBubble: { toggle: () => {} },
    messageStyles: { loading: { message: { html: "<nightdesk-dots></nightdesk-dots>" } } },
    textInput: { placeholder: { text: words.placeholder } },
    images: {
      files: { acceptedFormats: PHOTO_TYPES, maxNumberOfFiles: 1 },
      button: { position: "outside-start" },
    },
    submitButtonStyles: { position: "inside-end" },
    validateInput: mayEnter,
  });
  const rendered = new Promise((done) => (chat.onComponentRender = done));
  document.getElementById("chat").append(chat);
  keepLabelled(chat.shadowRoot, words);
  await rendered;
  await pause(SECOND_THOUGHTS);
  label(chat.shadowRoot, words);
  stayAtEnd(chat);
  return chat;
}

// When a keyboard or a notice takes room, the end of the talk stays in sight.
function stayAtEnd(chat) {
  const log = chat.shadowRoot.querySelector("#messages");
  let atEnd = true;
  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  });
  new ResizeObserver(() => atEnd && chat.scrollToBottom()).observe(log);
}

class Dots extends HTMLElement {
  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    if (!this.firstChild) for (let n = 0; n < 3; n++) this.append(document.createElement("i"));
  }
}
customElements.define("nightdesk-dots", Dots);

function label(root, words) {
  const set = (selector, attributes) => {
    const found = root.querySelector(selector);
    for (const [name, value] of Object.entries(attributes)) found?.setAttribute(name, value);
  };
  set("#messages", {
    role: "log",
    tabindex: "0",
    "aria-label": words.conversation,
    "aria-live": "off",
    "aria-atomic": "false",
    "aria-relevant": "additions",
  });
  set("#text-input", { "aria-multiline": "true", "aria-label": words.message_field });
  const hint = words.photo_hint.replace("{megabytes}", MAX_PHOTO_MEGABYTES);
  set(".input-button:has(#upload-images-icon)", { "aria-label": words.attach, title: hint });
  set(".input-button.inside-end", { "aria-label": words.send });
}

// What the component adds later: its cross on a chosen photo knows only the mouse, and what the
// buyer wrote says only by its place who wrote it.
function keepLabelled(root, words) {
  new MutationObserver(() => {
    for (const bubble of root.querySelectorAll(".user-message:not(:has(.unseen))")) {
      bubble.prepend(hidden(`${words.you}: `));
    }
    for (const cross of root.querySelectorAll(".remove-file-attachment-button:not([role])")) {
      cross.setAttribute("role", "button");
      cross.setAttribute("tabindex", "0");
      cross.setAttribute("aria-label", words.remove_photo);
      cross.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") cross.click();
      });
    }
    for (const image of root.querySelectorAll("img:not([alt])")) image.alt = words.photo;
  }).observe(root, { childList: true, subtree: true });
}
