// The paper: every question is on the page, so that moving about, answering and marking work without a network. Saving is done by saving.js.

import { arrange, listens, tick } from "./question.js";
import { Saving } from "./saving.js";
import { faultOf, post } from "./shared.js";

const form = document.getElementById("paper");
const { attempt, employee, perPage } = form.dataset;
const questions = [...form.querySelectorAll(".exam-question")];
const get = (id) => document.getElementById(id);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A sentence of the page, its {names} filled. */
function word(name, values = {}) {
  const key = `word${name[0].toUpperCase()}${name.slice(1)}`;
  return form.dataset[key].replace(/\{(\w+)\}/g, (_, key_) => values[key_]);
}

// --- what a question holds ---

const fields = (question) => [...question.querySelectorAll(".choice input")];

/** The response in shown terms, null where there is none. */
function read(question) {
  const type = question.dataset.type;
  if (type === "ordering") {
    const steps = [...question.querySelectorAll("[data-step]")];
    return steps.every((step) => step.querySelector("select").value) ? steps.map((step) => Number(step.dataset.step)) : null;
  }
  if (type === "number" || type === "short") return question.querySelector(".field input, .field textarea").value.trim() || null;
  const ticked = fields(question).filter((field) => field.checked).map((field) => field.value);
  if (type === "multiple") return ticked.length ? ticked.map(Number) : null;
  if (!ticked.length) return null;
  return type === "true_false" ? ticked[0] === "true" : Number(ticked[0]);
}

/** Put a response on the page. */
function write(question, value) {
  const type = question.dataset.type;
  if (type === "ordering") place(question, value);
  else if (type === "number" || type === "short") question.querySelector(".field input, .field textarea").value = value ?? "";
  else for (const field of fields(question)) field.checked = type === "multiple" ? (value ?? []).includes(Number(field.value)) : field.value === String(value);
  question.dataset.value = JSON.stringify(read(question));
}

/** Steps in an order, or numbered by nobody where there is none. */
function place(question, order) {
  const list = question.querySelector("[data-steps]");
  const steps = new Map([...list.children].map((step) => [Number(step.dataset.step), step]));
  const wanted = order ?? [...steps.keys()].sort((a, b) => a - b);
  list.append(...wanted.map((index) => steps.get(index)));
  [...list.children].forEach((step, at) => {
    step.querySelector("select").value = order ? String(at + 1) : "";
    step.querySelector('[data-move="-1"]').disabled = at === 0;
    step.querySelector('[data-move="1"]').disabled = at === list.children.length - 1;
  });
}

const flagOf = (question) => question.querySelector(".flag input");
const isAnswered = (question) => question.dataset.value !== "null";
const numbers = (found) => found.map((question) => question.dataset.n).join(word("comma"));

// --- saving ---

let leaving = false;
let ends = performance.now() + Number(form.dataset.remaining) * 1000;
let heard = performance.now(); // when the server last said how much time is left
let wasOff = false;

const saving = new Saving({
  attempt,
  employee,
  highest: Number(form.dataset.highest),
  url: form.dataset.events,
  sheet: form.dataset.sheet,
  told: {
    state: showState,
    ack(answer, elsewhere) {
      heard = performance.now();
      setClock(answer.remaining);
      if (elsewhere) refresh(true);
    },
    refused: (message) => showFault(message),
    over: (message, lost) => finish(lost ? `${message} ${word("late", { n: lost })}` : message),
  },
});

function showState(name, count) {
  const line = get("saved");
  line.textContent = word(name, { n: Array.isArray(count) ? count.join(word("comma")) : count });
  line.className = `exam-saved is-${name === "unkept" || name === "aside" ? "offline" : name}`;
  const off = name === "offline" || name === "unkept";
  if (off !== wasOff) get("spoken").textContent = off ? line.textContent : name === "saved" ? word("back") : "";
  wasOff = off || (wasOff && name !== "saved");
}

function showFault(message) {
  get("fault").hidden = false;
  get("fault").querySelector("p").textContent = message;
}

function notice(message) {
  get("notice").hidden = false;
  get("notice").querySelector("p").textContent = message;
  get("spoken").textContent = message;
}

/** Bring the page to what the server holds; clicks still on their way and a text being typed stay. */
async function refresh(elsewhere = false) {
  const state = await saving.state();
  if (!state) return;
  heard = performance.now();
  saving.learn(state.highest);
  if (state.submitted) return saving.stop(word("submitted"));
  setClock(state.remaining);
  let changed = false;
  for (const question of questions) {
    const n = Number(question.dataset.n);
    if (saving.holds(n) || question.querySelector("input[type=text]:focus, input:not([type]):focus, textarea:focus")) continue;
    const value = state.answers[n];
    if (JSON.stringify(value) !== question.dataset.value) {
      write(question, value);
      changed = true;
    }
    flagOf(question).checked = state.flags.includes(n);
  }
  if (changed && elsewhere) notice(word("elsewhere"));
  draw();
}

/** Save what was changed in a question, if anything was. */
function keep(question) {
  if (question.querySelector(".field")) isTyped(false);
  const value = read(question);
  const text = JSON.stringify(value);
  if (text === question.dataset.value) return;
  question.dataset.value = text;
  saving.push("answer", Number(question.dataset.n), value);
  draw();
}

let typing = 0;

/** Whether a text waits for the pause that ends it: until then not everything is saved. */
function isTyped(unsaved) {
  if (saving.typing === unsaved) return;
  saving.typing = unsaved;
  saving.say();
}

form.addEventListener("input", (event) => {
  const question = event.target.closest(".field") && event.target.closest(".exam-question");
  if (!question || event.isComposing) return;
  clearTimeout(typing);
  isTyped(true);
  typing = setTimeout(() => keep(question), 400);
});
form.addEventListener("compositionend", (event) => event.target.closest(".field") && keep(event.target.closest(".exam-question")));
form.addEventListener("change", (event) => {
  const question = event.target.closest(".exam-question");
  if (!question) return;
  if (event.target.closest(".flag")) {
    saving.push("flag", Number(question.dataset.n), event.target.checked);
    draw();
  } else keep(question);
});
form.addEventListener("click", (event) => {
  const question = event.target.closest(".exam-question");
  if (event.target.closest("[data-clear]")) {
    write(question, null);
    question.dataset.value = ""; // whatever it was
    keep(question);
    question.focus({ preventScroll: true });
  } else if (event.target.closest("[data-as-it-is]")) {
    place(question, [...question.querySelectorAll("[data-step]")].map((step) => Number(step.dataset.step)));
    keep(question);
  }
});

// --- moving about ---

const VIEW = "exam-view";
let one = recallView();
let at = (Number(form.dataset.page) - 1) * Number(perPage); // index of the first question shown
let current = at;

function recallView() {
  try {
    return localStorage.getItem(VIEW) === "one";
  } catch {
    return false;
  }
}

const size = () => (one ? 1 : Number(perPage));

/** Show the page that a question is on, and go to the question. */
function show(index, focus = true) {
  current = Math.min(Math.max(index, 0), questions.length - 1);
  at = Math.floor(current / size()) * size();
  questions.forEach((question, i) => (question.hidden = i < at || i >= at + size()));
  const address = new URL(location.href);
  address.searchParams.set("page", Math.floor(current / Number(perPage)) + 1);
  address.hash = "";
  history.replaceState(null, "", address);
  draw();
  if (!focus) return;
  questions[current].focus({ preventScroll: true });
  if (current === at) scrollTo({ top: 0 });
  else questions[current].scrollIntoView({ block: "nearest" });
}

function turn(by) {
  if (by > 0 && at + size() >= questions.length) return ask();
  if (by < 0 && at === 0) return;
  show(at + by * size());
}

function step(by) {
  if (current + by >= questions.length) return ask();
  if (current + by >= 0) show(current + by);
}

function draw() {
  const last = at + size() >= questions.length;
  get("back").disabled = at === 0;
  get("back").querySelector("span").textContent = word("backButton");
  get("next").querySelector("span").textContent = word(last ? "lastButton" : "nextButton");
  get("place").textContent = `${Math.floor(at / size()) + 1} / ${Math.ceil(questions.length / size())}`;
  get("view").textContent = word(one ? "many" : "one");
  get("count").textContent = word("count", { n: questions.filter(isAnswered).length, all: questions.length });
  questions.forEach((question, i) => {
    const link = form.querySelector(`[data-go="${question.dataset.n}"]`);
    const flagged = flagOf(question).checked;
    link.classList.toggle("is-answered", isAnswered(question));
    link.classList.toggle("is-flagged", flagged);
    link.querySelector("[data-state]").textContent = ` ${word(isAnswered(question) ? "answered" : "empty")}${flagged ? word("comma") + word("flagged") : ""}`;
    if (i === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    question.classList.toggle("is-current", i === current && !one);
    question.querySelector("[data-clear]").hidden = !isAnswered(question);
    const asItIs = question.querySelector("[data-as-it-is]");
    if (asItIs) asItIs.hidden = isAnswered(question);
  });
}

form.addEventListener("submit", (event) => event.preventDefault());
get("back").type = get("next").type = "button";
get("back").addEventListener("click", () => turn(-1));
get("next").addEventListener("click", () => turn(1));
get("view").hidden = false;
get("view").addEventListener("click", () => {
  one = !one;
  try {
    localStorage.setItem(VIEW, one ? "one" : "page");
  } catch {
    // the choice lasts for this visit only
  }
  show(current);
});
form.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(Number(link.dataset.go) - 1);
});
form.addEventListener("focusin", (event) => {
  const index = questions.indexOf(event.target.closest(".exam-question"));
  if (index < 0 || index === current) return;
  current = index;
  draw();
});

function onKey(event) {
  const question = questions[current];
  if (event.key === "f" || event.key === "F") flagOf(question).click();
  else if (event.key === "ArrowLeft") turn(-1);
  else if (event.key === "ArrowRight") turn(1);
  else if (event.key === "Enter" && !event.target.closest("a, button, summary")) step(event.shiftKey ? -1 : 1);
  else if (!tick(question, event.key)) return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && !event.isComposing && event.target.matches(".field input")) {
    event.preventDefault();
    keep(event.target.closest(".exam-question"));
    step(1);
  } else if (listens(event)) onKey(event); // up and down move the choice in a group of radio buttons, as everywhere
});

// --- time, which is the server's ---

const SOON = 300; // seconds
const SILENCE = 120000; // ms without a word from the server, after which the time left is asked for
let said = new Set();

function setClock(seconds) {
  ends = performance.now() + seconds * 1000;
  showClock();
}

function showClock() {
  const left = Math.max(0, Math.floor((ends - performance.now()) / 1000));
  const soon = left < SOON;
  const clock = get("clock");
  clock.classList.toggle("is-soon", soon);
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  clock.textContent = soon ? word("seconds", { time }) : word("minutes", { n: Math.ceil(left / 60) });
  for (const minutes of [5, 1]) {
    if (left <= minutes * 60 && left > 0 && !said.has(minutes)) {
      said.add(minutes);
      if (left > (minutes - 1) * 60) get("alarm").textContent = word("soon", { n: minutes });
    }
  }
  if (left <= 3) questions.forEach(keep); // a text being typed does not wait for its pause
  if (left === 0) timeUp();
}

let up = false;
async function timeUp() {
  if (up || leaving) return;
  up = true;
  lock();
  get("alarm").textContent = get("clock").textContent = word("over");
  await pause(Math.random() * 3000); // a whole branch runs out of time in the same second
  while (!leaving && !(await handIn())) await pause(saving.pause());
}

function lock() {
  for (const question of questions) question.disabled = true;
}

const ticking = setInterval(() => {
  if (leaving) return clearInterval(ticking);
  showClock();
  if (performance.now() - heard < SILENCE || document.visibilityState === "hidden") return;
  heard = performance.now();
  refresh();
}, 1000);

// --- handing in ---

const sure = get("sure");

function ask() {
  questions.forEach(keep);
  const empty = questions.filter((question) => !isAnswered(question));
  const flagged = questions.filter((question) => flagOf(question).checked);
  get("sure-left").textContent = empty.length ? word("left", { n: empty.length, list: numbers(empty) }) : word("all", { all: questions.length });
  get("sure-flagged").textContent = flagged.length ? word("marked", { list: numbers(flagged) }) : "";
  get("sure-fault").hidden = true;
  sure.showModal();
}

/** Hand in with what is still on its way; true once it is done. */
async function handIn() {
  try {
    const values = { attempt, batch: JSON.stringify(saving.batch().map(([, click]) => click)) };
    const response = await post(form.dataset.submit, values, AbortSignal.timeout(15000));
    if (!response.ok) {
      showFault(await faultOf(response));
      return false;
    }
    finish(saving.unread.length ? word("late", { n: saving.unread.length }) : "");
    return true;
  } catch {
    return false;
  }
}

/** To the result; nothing on this page counts any more. */
async function finish(message = "") {
  if (leaving) return;
  leaving = true;
  saving.stopped = true;
  saving.forget([...saving.waiting, ...saving.aside]);
  lock();
  if (message) {
    notice(message);
    await pause(4000);
  }
  location.assign(form.dataset.result);
}

get("hand-in").addEventListener("click", (event) => {
  event.preventDefault();
  ask();
});
get("sure-no").addEventListener("click", () => sure.close());
get("sure-yes").addEventListener("click", async () => {
  const button = get("sure-yes");
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = word("sending");
  await saving.send(); // more than fits into one message goes first
  if (await handIn()) return;
  button.disabled = false;
  button.textContent = button.dataset.label;
  get("sure-fault").textContent = word("unsent");
  get("sure-fault").hidden = false;
});
get("sure-yes").dataset.label = get("sure-yes").textContent;

// --- leaving the page, other pages, coming back ---

let left = 0;
document.addEventListener("visibilitychange", () => {
  if (leaving) return;
  if (document.visibilityState === "hidden") {
    questions.forEach(keep);
    left = performance.now();
    saving.push("left", 0, null);
    saving.send();
  } else if (left) {
    saving.push("returned", 0, Math.round((performance.now() - left) / 1000));
    left = 0;
    refresh();
  }
});
addEventListener("pagehide", () => {
  if (leaving) return;
  questions.forEach(keep);
  saving.send();
});
addEventListener("pageshow", (event) => event.persisted && refresh());
addEventListener("online", () => refresh());

if ("BroadcastChannel" in window) {
  const channel = new BroadcastChannel(`exam-${attempt}`);
  channel.onmessage = ({ data }) => {
    notice(word("tabs"));
    if (data === "hello") channel.postMessage("here");
  };
  channel.postMessage("hello");
}

for (const list of form.querySelectorAll("[data-steps]")) arrange(list, false);
for (const question of questions) {
  question.disabled = false;
  question.dataset.value = JSON.stringify(JSON.parse(question.dataset.value)); // as this script writes it
}
form.querySelector(".exam-keys").hidden = false;
const linked = questions.findIndex((question) => `#${question.id}` === location.hash);
show(linked >= 0 ? linked : at, linked >= 0);
showClock();
saving.say();
if (saving.recalled) saving.send().then(() => refresh());
