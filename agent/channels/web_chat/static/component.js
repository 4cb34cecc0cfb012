// Sets up the chat component: plain text only, our look, and the roles a screen reader needs.

import "./vendor/deepChat.bundle.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
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
  Object.assign(chat.style, { fontFamily: FONT, display: "block", width: "100%", height: "100%" });
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
  await rendered;
  label(chat.shadowRoot, words);
  return chat;
}

class Dots extends HTMLElement {
  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    if (!this.firstChild) for (let n = 0; n < 3; n++) this.append(document.createElement("i"));
  }
}
customElements.define("nightdesk-dots", Dots);

export function label(root, words) {
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
  set("#upload-images-button", { "aria-label": words.attach });
  for (const button of root.querySelectorAll(".input-button")) {
    if (!button.getAttribute("aria-label")) button.setAttribute("aria-label", words.send);
  }
  watchAttachments(root, words);
}

// The component's cross on a chosen photo knows only the mouse.
function watchAttachments(root, words) {
  new MutationObserver(() => {
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
