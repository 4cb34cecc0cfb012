// Draws what is more than a line of text: replies with their cards, photos and buttons.
// Everything from outside enters the page as text, never as markup.

const MILESTONES = ["placed", "packed", "shipped", "in_transit", "out_for_delivery", "delivered"];
const CALM = ["on_time", "no_scan_yet", "ready_for_pickup"];

const drawings = new Map();
let nextKey = 0;

class Entry extends HTMLElement {
  connectedCallback() {
    if (!this.firstChild) this.append(...(drawings.get(this.getAttribute("key")) ?? []));
  }
}
customElements.define("nightdesk-entry", Entry);

// The component takes markup; this is the only markup it gets.
export function markupOf(...nodes) {
  const key = String(nextKey++);
  drawings.set(key, nodes);
  return `<nightdesk-entry key="${key}"></nightdesk-entry>`;
}

export function element(tag, { text, children = [], ...attributes } = {}) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

const fill = (sentence, slots) =>
  sentence.replace(/\{(\w+)\}/g, (whole, slot) => slots[slot] ?? whole);

export const said = (text) => [element("span", { class: "text", text })];

export const problem = (sentence) => [element("p", { class: "problem", text: sentence })];

export function photo(address, words) {
  const image = element("img", { class: "photo", src: address, alt: words.photo });
  // A photo that is gone leaves its name.
  image.addEventListener("error", () =>
    image.replaceWith(element("span", { class: "text", text: words.photo })),
  );
  return [image];
}

export function reply(entry, words, locale) {
  return [
    element("span", { class: "author", text: words[entry.author] }),
    hidden(": "),
    element("div", { class: "text", text: entry.text, ...languageOf(entry) }),
    ...entry.cards.map((card) => orderCard(card, words, locale)),
  ];
}

const languageOf = (entry) => (entry.language ? { lang: entry.language } : {});

export function choices(entry, words, onChoice) {
  const group = element("div", { class: "choices", role: "group", "aria-label": words.choices });
  for (const choice of entry.choices) {
    const plain = { type: "button", class: "choice", text: choice.label };
    const button = element("button", { ...plain, ...languageOf(entry) });
    button.addEventListener("click", () => onChoice(choice), { once: true });
    group.append(button);
  }
  return group;
}

function orderCard(card, words, locale) {
  const placed = fill(words.placed_on, { date: day(card.placed_on, locale) });
  return element("section", {
    class: "order",
    "aria-label": fill(words.order, { number: card.number }),
    children: [
      element("p", {
        class: "order-head",
        children: [
          element("strong", { text: fill(words.order, { number: card.number }) }),
          element("span", { class: "quiet", text: placed }),
        ],
      }),
      ...card.parcels.map((parcel) => parcelPart(parcel, words, locale)),
    ],
  });
}

function parcelPart(parcel, words, locale) {
  const tone = CALM.includes(parcel.condition) ? "calm" : "alert";
  const children = [
    element("p", { class: `headline ${tone}`, text: parcel.headline }),
    element("p", { class: "items", text: parcel.items.join(", ") }),
    element("p", { class: "quiet", text: fill(words.from_seller, { seller: parcel.seller }) }),
    progress(parcel, words, tone),
  ];
  const line = (name, text) => children.push(element("p", { class: name, text }));
  if (parcel.expected_by && parcel.milestone !== "delivered") {
    line("expected", fill(words.expected_by, { date: day(parcel.expected_by, locale) }));
  }
  if (parcel.last_scan) line("scan", parcel.last_scan);
  if (parcel.tracking_number) {
    line("quiet small", fill(words.tracking_number, { number: parcel.tracking_number }));
  }
  return element("div", { class: "parcel", children });
}

function progress(parcel, words, tone) {
  const reached = MILESTONES.indexOf(parcel.milestone);
  const list = element("ol", { class: `progress ${tone}`, "aria-label": words.progress });
  MILESTONES.forEach((milestone, index) => {
    const current = index === reached;
    const state = current ? "current" : index < reached ? "done" : "ahead";
    list.append(
      element("li", {
        class: state,
        ...(current ? { "aria-current": "step" } : {}),
        children: [
          element("span", { class: "step", text: words.milestones[milestone] }),
          hidden(` (${words[`step_${state}`]})`),
        ],
      }),
    );
  });
  return list;
}

// A date of the records is a day, not an instant: it must not move with the time zone.
const day = (iso, locale) =>
  new Date(`${iso}T12:00:00Z`).toLocaleDateString(locale, {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  });

export const hidden = (text) => element("span", { class: "unseen", text });
