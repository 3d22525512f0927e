// The check page: one question at a time under one thumb. All of it is on the page; keeping and sending is done by spot-sync.js.

import { SpotSync } from "./spot-sync.js";
import { isPlain, isTyping } from "./shared.js";

const root = document.getElementById("spot");
const get = (id) => document.getElementById(id);
const steps = [...root.querySelectorAll(".spot-step")];
const planned = steps.filter((step) => step.dataset.step === "intro").map(({ dataset }) => ({ employee: dataset.employee, name: dataset.name, number: dataset.number }));
const reserves = [...get("reserves").children].map(({ dataset }) => ({ employee: dataset.employee, name: dataset.name, number: dataset.number }));
const people = new Map([...planned, ...reserves].map((person) => [person.employee, person]));

/** A sentence of the page, its {names} filled. */
function word(name, values = {}) {
  return root.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

// --- keeping and sending ---

let wasOff = false;
let ready = false;
const sync = new SpotSync({
  me: root.dataset.me,
  check: root.dataset.check,
  url: root.dataset.url,
  state: root.dataset.state,
  judged: JSON.parse(root.dataset.judged),
  finished: root.dataset.finished === "1",
  told: { state: showState, refused: showFault, finished: () => (forgetPage(), draw()) },
});

function showState(name, count) {
  const line = get("saved");
  line.textContent = word(name === "offline" && !count ? "offlineNone" : name, { n: count });
  line.className = `spot-saved is-${name === "unkept" ? "offline" : name}`;
  const off = name === "offline" || name === "unkept";
  if (off !== wasOff) get("spoken").textContent = off ? line.textContent : name === "saved" ? word("back") : "";
  wasOff = off || (wasOff && name !== "saved");
  if (ready) drawClosing();
}

function showFault(message) {
  get("fault").hidden = false;
  get("fault").querySelector("p").textContent = message;
}

// --- whose turn it is ---

const turnOf = (step) => Number(step.dataset.turn);
const questionsOf = (turn) => steps.filter((step) => step.dataset.step === "question" && turnOf(step) === turn);

// Of every turn, who stood in it one after the other: the planned clerk, then who stepped in; null where nobody was left.
const stood = sync.read("turns") ?? recalled();
const holder = (turn) => stood[turn].at(-1);

/** Who stood where by what was judged, for a device that does not know it: who stepped in holds judgements of the turn's questions. */
function recalled() {
  const judged = [...sync.records.values()].filter((one) => one.credit !== null);
  const free = new Set(reserves.map((person) => person.employee));
  return planned.map(({ employee }, turn) => {
    const asked = new Set(questionsOf(turn).map((step) => step.dataset.revision));
    const instead = judged.map((one) => (asked.has(String(one.revision)) ? String(one.employee) : "")).find((other) => free.delete(other));
    return instead ? [employee, instead] : [employee];
  });
}

function replace(turn) {
  const taken = new Set(stood.flat());
  stood[turn].push(reserves.find((person) => !taken.has(person.employee))?.employee ?? null);
  sync.write("turns", stood);
}

function putBack(turn) {
  if (stood[turn].length > 1) stood[turn].pop();
  sync.write("turns", stood);
}

const recordOf = (step) => sync.record(holder(turnOf(step)), step.dataset.revision);

// --- moving about ---

let at = Math.min(sync.read("at") ?? 0, steps.length - 1);
let amending = false; // a check that is over is looked through again, to put a judgement right
const isOver = () => sync.done || Boolean(sync.ending);
if (isOver()) at = steps.length - 1;

function show(index, focus = true) {
  at = Math.min(Math.max(index, 0), steps.length - 1);
  sync.write("at", sync.done ? null : at);
  get("note-box").hidden = true;
  draw();
  if (!focus) return;
  scrollTo({ top: 0 });
  steps[at].focus({ preventScroll: true });
}

/** To the next step; a turn that nobody stands in is passed over. */
function onward() {
  const step = steps[at];
  if (step.dataset.step === "intro" && holder(turnOf(step)) === null) return show(at + questionsOf(turnOf(step)).length + 1);
  show(at + 1);
}

function backward() {
  const before = steps[at - 1];
  const empty = before?.dataset.step === "question" && holder(turnOf(before)) === null;
  show(empty ? at - 1 - questionsOf(turnOf(before)).length : at - 1);
}

// --- drawing ---

function draw() {
  const step = steps[at];
  const kind = step.dataset.step;
  steps.forEach((other, index) => (other.hidden = index !== at));
  root.dataset.at = kind;
  get("judge").hidden = kind !== "question";
  get("note-button").hidden = kind !== "question";
  get("back").disabled = at === 0 || (isOver() && !amending);
  get("next").disabled = kind === "end";
  get("foot").hidden = kind === "end" && isOver();
  get("progress").style.setProperty("--share", `${(100 * at) / (steps.length - 1)}%`);
  get("place").textContent = place(step, kind);
  if (kind === "end") drawEnd();
  else drawTurn(step, kind);
}

function place(step, kind) {
  if (kind === "end") return word("end");
  const values = { turn: turnOf(step) + 1, turns: planned.length, n: step.dataset.n, all: questionsOf(turnOf(step)).length };
  return word(kind === "intro" ? "turn" : "place", values);
}

function drawTurn(step, kind) {
  const turn = turnOf(step);
  const person = people.get(holder(turn));
  step.querySelector("[data-who]").textContent = person?.name ?? word("nobody");
  if (kind === "intro") return drawIntro(step, turn, person);
  const record = recordOf(step);
  for (const button of get("judge").children) button.setAttribute("aria-pressed", String(record.credit !== null && Number(button.dataset.credit) === record.credit));
  get("note").value = record.note;
  get("note-button").classList.toggle("is-filled", Boolean(record.note));
  get("note-button").setAttribute("aria-expanded", String(!get("note-box").hidden));
}

function drawIntro(step, turn, person) {
  step.querySelector("[data-who-number]").textContent = person?.number ?? word("nobodyHelp");
  const instead = step.querySelector("[data-instead]");
  instead.hidden = stood[turn].length < 2;
  instead.textContent = word("instead", { name: planned[turn].name });
  const begun = questionsOf(turn).some((other) => recordOf(other).credit !== null);
  step.querySelector("[data-go]").textContent = word(!person ? "skip" : begun ? "on" : "go");
  step.querySelector("[data-absent]").hidden = !person || isOver();
  step.querySelector("[data-present]").hidden = stood[turn].length < 2 || isOver();
}

/** What came of every clerk who was asked something, and of every turn. */
function drawEnd() {
  const asked = [...new Set([...sync.records.values()].filter((one) => one.credit !== null).map((one) => String(one.employee)))];
  const named = [...new Set([...stood.map((turn) => turn.at(-1)).filter(Boolean), ...asked])];
  get("summary").replaceChildren(...named.filter((employee) => people.has(employee)).map(summary));
  const left = stood.flatMap((turn, index) => (turn.at(-1) === null ? [] : questionsOf(index))).filter((step) => recordOf(step).credit === null).length;
  get("left").textContent = left ? word("left", { n: left }) : word("all");
  drawClosing();
}

function summary(employee) {
  const line = document.createElement("li");
  const records = [...sync.records.values()].filter((one) => String(one.employee) === employee && one.credit !== null);
  const turn = stood.findIndex((who) => who.includes(employee));
  const all = turn < 0 ? records.length : questionsOf(turn).length;
  const name = document.createElement("strong");
  name.textContent = people.get(employee).name;
  const credit = records.reduce((sum, one) => sum + one.credit, 0);
  const said = [name, ` ${records.length ? word("score", { n: records.length, all, credit }) : word("none")}`];
  if (turn < 0 || holder(turn) !== employee || (isOver() && !amending)) line.append(...said);
  else line.append(toTurn(turn, said));
  return line;
}

/** A line that leads back to a clerk's questions. */
function toTurn(turn, said) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...said);
  button.addEventListener("click", () => show(steps.findIndex((step) => step.dataset.step === "intro" && turnOf(step) === turn)));
  return button;
}

function drawClosing() {
  const over = isOver();
  get("closing").hidden = over;
  get("closed").hidden = !over;
  get("left").hidden = over;
  for (const id of ["to-result", "to-next", "amend"]) get(id).hidden = !sync.done;
  get("amend").hidden ||= amending;
  get("amend-help").hidden = !amending;
  get("closed-text").textContent = word(sync.done && !sync.open ? "finished" : "finishedWaiting");
}

// --- the thumb ---

let moving = 0;

function judge(credit) {
  const step = steps[at];
  if (moving || step.dataset.step !== "question") return;
  const record = sync.judge(holder(turnOf(step)), step.dataset.revision, credit, get("note").value.trim());
  draw();
  const button = [...get("judge").children].find((one) => Number(one.dataset.credit) === record.credit);
  get("spoken").textContent = word("spoken", { name: people.get(holder(turnOf(step))).name, judgement: button.textContent });
  moving = setTimeout(() => ((moving = 0), onward()), 220); // long enough to see what was pressed
}

function keepNote() {
  const step = steps[at];
  if (step.dataset.step !== "question") return;
  const record = recordOf(step);
  const note = get("note").value.trim();
  if (note !== record.note) sync.judge(holder(turnOf(step)), step.dataset.revision, record.credit, note);
  get("note-button").classList.toggle("is-filled", Boolean(note));
}

get("judge").addEventListener("click", (event) => {
  const button = event.target.closest("[data-credit]");
  if (button) judge(Number(button.dataset.credit));
});
get("note").addEventListener("change", keepNote);
get("note-button").addEventListener("click", () => {
  get("note-box").hidden = !get("note-box").hidden;
  get("note-button").setAttribute("aria-expanded", String(!get("note-box").hidden));
  if (!get("note-box").hidden) get("note").focus();
  else keepNote();
});
get("back").addEventListener("click", () => (keepNote(), backward()));
get("next").addEventListener("click", () => (keepNote(), onward()));
get("finish").addEventListener("click", () => (sync.finish(get("remark").value.trim()), draw(), steps[at].focus({ preventScroll: true })));
get("amend").addEventListener("click", () => ((amending = true), draw(), steps[at].focus({ preventScroll: true })));
root.addEventListener("click", (event) => {
  const intro = event.target.closest(".spot-intro");
  if (!intro) return;
  if (event.target.closest("[data-go]")) onward();
  else if (event.target.closest("[data-absent]")) (replace(turnOf(intro)), draw(), intro.focus({ preventScroll: true }));
  else if (event.target.closest("[data-present]")) (putBack(turnOf(intro)), draw(), intro.focus({ preventScroll: true }));
});
document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isTyping(event.target) || event.repeat) return;
  const credit = { 1: 1, 2: 0.5, 3: 0 }[event.key];
  if (credit !== undefined) judge(credit);
  else if (event.key === "ArrowLeft" && !get("back").disabled) get("back").click();
  else if (event.key === "ArrowRight" && !get("next").disabled) get("next").click();
});

// --- the page itself without a network ---

const told = new MessageChannel();

async function keepPage() {
  if (!("serviceWorker" in navigator)) return (get("ready").textContent = word("unready"));
  try {
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/spot/" });
    const registration = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
    told.port1.onmessage = ({ data }) => (get("ready").textContent = word(data.kept ? "ready" : "unready"));
    registration.active.postMessage({ keep: [location.pathname, ...parts] }, [told.port2]);
  } catch {
    if (navigator.onLine) get("ready").textContent = word("unready");
  }
}

function forgetPage() {
  get("ready").textContent = "";
  navigator.serviceWorker?.controller?.postMessage({ forget: location.pathname });
}

for (const part of root.querySelectorAll("[data-live]")) part.hidden = false;
root.classList.add("is-live");
ready = true;
show(at, false);
sync.say();
if (sync.open) sync.soon(0);
if (!sync.done) keepPage();
