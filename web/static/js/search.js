// The search page: answers while typing, in order, without jumps; everything by keyboard.

import { copyFrom } from "./copy.js";
import { Answers } from "./answers.js";
import { faultOf, isPlain, isTyping } from "./shared.js";

const LOOKUP_AFTER = 60; // ms after a keystroke: by words and pinyin
const SEARCH_AFTER = 250; // ms of rest: the full search

const form = document.getElementById("search");
const box = document.getElementById("q");
const faultLine = document.getElementById("fault");
const kinds = document.getElementById("kinds");
const answers = new Answers(document.getElementById("answer"), document.getElementById("status"));
const typing = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

const handheld = matchMedia("(pointer: coarse)");

let composing = false;
let asked = box.value.trim(); // what the last request was about
let answered = asked; // what the full answer on the page is about
let sequence = 0; // of requests; an answer older than the newest one shown is dropped
let shown = 0;
const inFlight = new Map(); // sequence number → what aborts it
let timers = [];
let query = 0; // how many queries were typed on this page: each is a typing of its own in the log

const kind = () => kinds.querySelector("[aria-current]")?.dataset.kind ?? "";
const limit = Number(form.dataset.limit);

function fault(message) {
  faultLine.textContent = message;
  box.toggleAttribute("aria-invalid", Boolean(message));
}

/** Fetch an answer and show it, unless a newer one is there already. */
async function ask(path, text) {
  const mine = ++sequence;
  const controller = new AbortController();
  inFlight.set(mine, controller);
  const url = `${path}?${new URLSearchParams({ q: text, kind: kind(), typing: `${typing}-${query}` })}`;
  try {
    const response = await fetch(url, { signal: controller.signal, headers: { "X-Requested-With": "fetch" } });
    const body = response.ok ? await response.text() : await faultOf(response);
    if (mine < shown) return;
    shown = mine;
    forget(mine);
    fault(response.ok ? "" : body);
    if (response.ok) take(path, text, body);
  } catch (error) {
    if (error.name !== "AbortError" && mine === sequence) fault(form.dataset.offline);
  } finally {
    inFlight.delete(mine);
  }
}

/** Stop what was asked before the given request. */
function forget(before) {
  for (const [number, controller] of inFlight) if (number < before) controller.abort();
}

function take(path, text, html) {
  const full = path === "/search";
  answers.show(html, full);
  if (!full) return;
  answered = text;
  const address = new URLSearchParams(Object.entries({ q: text, kind: kind() }).filter(([, value]) => value));
  history.replaceState(null, "", address.size ? `/?${address}` : "/");
  document.title = document.title.replace(/^.*?(?= · )/, text || box.labels[0].textContent);
}

/** Ask for the text in the box: at once by words, after a rest by meaning. */
function typed({ now = false } = {}) {
  const text = box.value.trim();
  timers.forEach(clearTimeout);
  if (composing) return;
  if ([...text].length > limit) {
    asked = text;
    forget(++sequence);
    return fault(form.dataset.tooLong);
  }
  if (text === asked && !now) return;
  if (text[0] !== asked[0]) query += 1;
  asked = text;
  fault("");
  if (now || !text) return ask("/search", text);
  timers = [setTimeout(() => ask("/lookup", text), LOOKUP_AFTER), setTimeout(() => ask("/search", text), SEARCH_AFTER)];
}

/** Search for a text that was chosen rather than typed. */
function choose(text) {
  box.value = text;
  query += 1;
  typed({ now: true });
  toBox();
}

function toBox() {
  box.focus({ preventScroll: true });
  box.setSelectionRange(box.value.length, box.value.length);
}

box.addEventListener("compositionstart", () => {
  composing = true;
  timers.forEach(clearTimeout);
});
box.addEventListener("compositionend", () => {
  composing = false;
  typed();
});
box.addEventListener("input", (event) => {
  if (!event.isComposing) typed();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (composing) return;
  if (handheld.matches) box.blur(); // the keyboard on the screen makes room for the answer
  if (box.value.trim() !== answered) typed({ now: true });
});

kinds.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-kind]");
  if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  kinds.querySelector("[aria-current]")?.removeAttribute("aria-current");
  chip.setAttribute("aria-current", "true");
  typed({ now: true });
});

answers.root.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-query]");
  if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(chip.dataset.query);
});

function inBox(event) {
  const copies = (event.altKey && event.code === "KeyC") || (event.ctrlKey && event.key === "Enter");
  if (copies) copyFrom(answers.selected());
  else if (event.key === "ArrowDown") answers.focus(0);
  else if (event.key === "Escape") box.select();
  // Enter opens only what has been seen: while the answer is still under way it is fetched, and the next Enter opens.
  else if (event.key === "Enter" && !handheld.matches && asked === answered && box.value.trim() === answered && answers.certain()) answers.open();
  else return;
  event.preventDefault();
}

function onPage(event) {
  if (!isPlain(event)) return;
  const hit = event.target.closest?.(".hit");
  const itself = hit === event.target;
  if (event.key === "/" || event.key === "Escape") toBox();
  else if (event.key === "ArrowDown") answers.move(hit ? 1 : 0);
  else if (event.key === "ArrowUp") (hit && answers.move(-1)) || toBox();
  else if (event.key === "c") copyFrom(hit ?? answers.selected());
  else if (event.key === "Enter" && itself) answers.open();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.target === box) inBox(event);
  else if (!isTyping(event.target)) onPage(event);
  else if (event.key === "Escape") toBox();
});

window.addEventListener("pageshow", () => {
  toBox();
  typed(); // a page that the browser kept may hold a newer text than its answer
});
