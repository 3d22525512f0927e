// The editor of entries: saved, checked and shown while one types. Without this script it is a form with a button.
//
// A save names the revision that was seen, so that nobody's text is overwritten. What could not be sent yet is kept in this browser.

import { Checks } from "./checks.js";
import { inserting } from "./inserting.js";
import { markdownOf } from "./paste.js";
import { growLists, helpFacts } from "./rows.js";
import { faultOf, post, toast } from "./shared.js";

const SAVE_AFTER = 1500; // ms without a key
const CHECK_AFTER = 120;
const PREVIEW_AFTER = 350;
const ALIKE_AFTER = 900;
const AGAIN_AFTER = 5000;
const LOOK_EVERY = 20000;
const PATIENCE = 20000;

const form = document.getElementById("draft");
const say = form.dataset;
const status = document.getElementById("saving");
const revision = form.elements.revision;
const values = () => new FormData(form);

let dirty = false; // typed since the last save began
let sending = null; // the save on its way
let stopped = false; // somebody else was faster: saving again would only be lost again
const timers = {};
const earlier = `${say.kept}:earlier`; // what an earlier visit left behind, until the server has it

const soon = (name, delay, work) => {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(work, delay);
};

function tell(text, look = "") {
  status.textContent = text;
  status.classList.toggle("is-bad", look === "bad");
  status.classList.toggle("is-open", look === "open");
}

function keep() {
  try {
    localStorage[say.kept] = JSON.stringify([...values()].filter(([name]) => name !== "csrf_token"));
  } catch {
    // full or forbidden: the page alone holds it
  }
}

const forget = () => localStorage.removeItem(say.kept);

function clash(message, address) {
  stopped = true;
  const box = document.getElementById("clash");
  box.querySelector("strong").textContent = message;
  box.querySelector("a").href = address;
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
  tell(message, "bad");
}

function standing(answer) {
  const box = document.getElementById("presence");
  box.replaceChildren(...answer.others.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  box.hidden = !answer.others.length;
}

async function sendValues(body) {
  const response = await post(form.action, body, AbortSignal.timeout(PATIENCE));
  const answer = response.headers.get("content-type")?.includes("json") ? await response.clone().json() : {};
  if (response.ok) return { answer };
  if (answer.merge) return { merge: answer.merge, message: answer.error.message };
  return { message: await faultOf(response) };
}

/** Save what stands in the form; resolves to whether everything is saved. */
async function save() {
  if (sending) await sending;
  if (stopped) return false;
  if (!dirty) return true;
  clearTimeout(timers.save);
  dirty = false;
  tell(say.saving, "open");
  sending = sendValues(values());
  try {
    const { answer, merge, message } = await sending;
    if (answer) saved(answer);
    else if (merge) {
      forget(); // the server has it in the history
      clash(message, merge);
    } else {
      dirty = true; // too long, or otherwise refused: it stays here, and is tried again with the next key
      keep();
      tell(message, "bad");
    }
    return Boolean(answer) && !dirty;
  } catch {
    dirty = true;
    keep();
    tell(say.offline, "bad");
    soon("save", AGAIN_AFTER, save);
    return false;
  } finally {
    sending = null;
  }
}

function saved(answer) {
  revision.value = answer.revision;
  standing(answer);
  if (dirty) return keep();
  forget();
  tell(`${say.saved} ${answer.saved}`);
}

/** What an earlier visit could not send goes first, on top of the revision it was written for. */
async function recall() {
  const held = localStorage.getItem(earlier);
  if (!held) return;
  stopped = true;
  const body = new FormData();
  for (const [name, value] of JSON.parse(held)) body.append(name, value);
  try {
    const { answer, merge, message } = await sendValues(body);
    stopped = false;
    localStorage.removeItem(earlier);
    if (answer) {
      if (Number(revision.value) !== answer.revision) location.reload();
    } else if (merge) clash(message, merge);
    else toast(message, true);
  } catch {
    tell(say.offline, "bad");
    soon("recall", AGAIN_AFTER, recall);
  }
}

const checks = new Checks(form, values);
const preview = async () => {
  try {
    const response = await post(say.preview, values());
    if (response.ok) document.getElementById("preview").innerHTML = await response.text(); // sanitised by the server
  } catch {
    // the next key tries again
  }
};

function changed(field) {
  dirty = true;
  tell(say.unsaved, "open");
  soon("keep", 300, keep);
  if (!stopped) soon("save", SAVE_AFTER, save);
  soon("check", CHECK_AFTER, () => checks.run());
  soon("preview", PREVIEW_AFTER, preview);
  if (field === "title") document.querySelector("h1").textContent = form.elements.title.value || say.untitled;
  if (!field || ["title", "asks"].includes(field)) soon("alike", ALIKE_AFTER, () => checks.alike());
}

form.addEventListener("input", (event) => event.target.name && changed(event.target.name));
form.addEventListener("change", (event) => event.target.name && changed(event.target.name));
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const then = event.submitter?.value;
  if ((await save()) && then === "review") location.assign(say.review);
});
growLists(form, () => changed(""));
helpFacts(form.querySelector(".fact-table"));
inserting(form);

form.addEventListener("paste", (event) => {
  if (event.target.tagName !== "TEXTAREA") return;
  const text = markdownOf(event.clipboardData.getData("text/html"));
  if (!text) return;
  event.preventDefault();
  if (!document.execCommand("insertText", false, text)) {
    event.target.setRangeText(text, event.target.selectionStart, event.target.selectionEnd, "end");
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }
  toast(say.pasted);
});

function showPreview() {
  preview();
  const panel = document.getElementById("preview-panel");
  panel.scrollIntoView({ block: "start" });
  panel.focus({ preventScroll: true });
}
document.getElementById("to-preview").hidden = false;
document.getElementById("to-preview").addEventListener("click", showPreview);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
  if (event.key === "s") {
    event.preventDefault();
    save();
  } else if (event.key === "Enter") {
    event.preventDefault();
    showPreview();
  }
});

addEventListener("online", () => dirty && save());
addEventListener("pagehide", () => dirty && keep());
setInterval(async () => {
  if (document.hidden || stopped) return;
  try {
    const response = await fetch(say.state, { headers: { "X-Requested-With": "fetch" } });
    if (!response.ok || sending) return;
    const answer = await response.json();
    standing(answer);
    if (!dirty && (answer.revision > Number(revision.value) || answer.state !== "editing")) tell(say.changed, "bad");
  } catch {
    // offline: saving says so when there is something to save
  }
}, LOOK_EVERY);

/** Whether a field holds something else than the page came with: typed before this script was there, or put back by the browser. */
function isTouched(field) {
  if (!field.name || field.type === "hidden" || !/^(?:INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) return false;
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const came = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(0, came);
}

const left = localStorage.getItem(say.kept);
if (left && !localStorage.getItem(earlier)) {
  localStorage.setItem(earlier, left);
  forget();
}
const touched = [...form.elements].some(isTouched);
recall();
if (touched) changed("");
else {
  checks.run();
  checks.alike();
}
