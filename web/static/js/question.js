// A question being answered: letters and digits tick, steps move up and down. Without this script the same fields are filled in by hand.

import { isPlain, isTyping } from "./shared.js";

/** Number the steps of a list as they stand. */
function number(list) {
  [...list.children].forEach((step, place) => {
    step.querySelector("select").value = String(place + 1);
    step.querySelector('[data-move="-1"]').disabled = place === 0;
    step.querySelector('[data-move="1"]').disabled = place === list.children.length - 1;
  });
}

/** Move a step by one place, keep the focus on it, and say where it stands now. */
function move(list, step, by) {
  const other = by < 0 ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(step);
  else other.after(step);
  number(list);
  const wanted = step.querySelector(`[data-move="${by}"]`);
  (wanted.disabled ? step.querySelector(`[data-move="${-by}"]`) : wanted).focus();
  const place = [...list.children].indexOf(step) + 1;
  list.parentElement.querySelector("[data-steps-status]").textContent =
    list.dataset.moved.replace("{n}", place) + step.querySelector(".step-text").textContent;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Let steps be moved by buttons instead of numbers; they count as answered once they are `settled` or moved. */
export function arrange(list, settled = true) {
  list.classList.add("is-live");
  const numbered = [...list.querySelectorAll("select")];
  if (numbered.every((field) => field.value)) {
    const rank = (step) => Number(step.querySelector("select").value);
    list.append(...[...list.children].sort((a, b) => rank(a) - rank(b)));
  }
  const answered = settled || numbered.some((field) => field.value);
  if (answered) number(list);
  for (const moves of list.querySelectorAll(".step-moves")) moves.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(list, button.closest(".step"), Number(button.dataset.move));
  });
}

/** Tick the option of a letter or digit in a question; tells whether there is one. */
export function tick(question, key) {
  const place = /^[1-9]$/.test(key) ? Number(key) - 1 : /^[a-z]$/i.test(key) ? key.toLowerCase().charCodeAt(0) - 97 : -1;
  const field = question.querySelectorAll('.choice input:not([type="hidden"])')[place];
  if (!field) return false;
  field.click();
  field.focus();
  return true;
}

/** Whether keys typed now tick options: ticked fields do not count as typing. */
export const listens = (event) => isPlain(event) && (!isTyping(event.target) || /^(radio|checkbox)$/.test(event.target.type));
