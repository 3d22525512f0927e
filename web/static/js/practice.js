// Practice by keyboard: letters and digits tick, Enter sends the answer, and on the explanation goes on to the next question.

import { arrange, listens, tick } from "./question.js";

const form = document.querySelector("[data-practice]");
const onward = document.querySelector("[data-onward]");

for (const list of document.querySelectorAll("[data-steps]")) arrange(list);

document.addEventListener("keydown", (event) => {
  if (!listens(event)) return;
  const onControl = event.target.closest("a, button, summary");
  if (event.key === "Enter" && !onControl) {
    if (onward) onward.click();
    else if (form) form.requestSubmit(form.querySelector("button.primary"));
    else return;
    event.preventDefault();
  } else if (form && tick(form, event.key)) event.preventDefault();
});
