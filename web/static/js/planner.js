// Planning exams: sums and supply of a blueprint, the audience, figures of a running exam, marks by keys. Without this script every page still works.

import { isPlain, isTyping, post } from "./shared.js";

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const later = (act, wait) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
};
const number = (field) => Math.max(0, Number(field.value) || 0);

/** The builder: what is ticked, how many questions and points, and how many there are to draw from. */
function build(form) {
  const rows = () => [...form.querySelectorAll("[data-row]")];
  const sums = form.querySelector("[data-sums]");
  form.querySelector("[data-check]").hidden = true;
  const show = () => {
    let questions = 0;
    let points = 0;
    const forms = number(form.elements.forms);
    for (const row of rows()) {
      const count = number(row.querySelector("[data-count]"));
      questions += count;
      points += count * number(row.querySelector("[data-points]"));
      const supply = row.querySelector("[data-supply]");
      const have = Number(supply.dataset.available);
      supply.textContent = filled(supply.dataset.text, { have, forms, need: count * forms });
      supply.classList.toggle("is-short", have < count * forms);
      for (const pick of row.querySelectorAll("[data-pick]")) {
        const names = [...pick.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
        pick.querySelector("[data-shown]").textContent = names.join("、") || pick.dataset.all;
      }
    }
    sums.textContent = filled(sums.dataset.text, { questions, points: Math.round(points * 100) / 100 });
  };
  const ask = later(async () => {
    try {
      const answer = await post(form.dataset.count, new FormData(form));
      if (!answer.ok) return;
      const { available } = await answer.json();
      rows().forEach((row, place) => { row.querySelector("[data-supply]").dataset.available = available[place]; });
      show();
    } catch { /* the draw itself says what is missing */ }
  }, 350);
  form.addEventListener("input", () => { show(); ask(); });
  document.addEventListener("click", (event) => {
    for (const pick of form.querySelectorAll("[data-pick][open]")) if (!pick.contains(event.target)) pick.open = false;
  });
  form.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest("[data-pick][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  show();
}

/** The audience: units found by name, what a ticked unit covers, and how many people that is. */
function choose(form) {
  const find = form.querySelector("[data-find]");
  const units = [...form.querySelectorAll("[data-unit]")];
  const size = form.querySelector("[data-size]");
  form.querySelector("[data-search]").hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim();
    for (const unit of units) unit.hidden = wanted !== "" && !unit.textContent.includes(wanted);
    for (const list of form.querySelectorAll("[data-group] details")) if (wanted) list.open = Boolean(list.querySelector("[data-unit]:not([hidden])"));
    for (const group of form.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-unit]:not([hidden])");
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  const covered = (box) => {
    const above = box.dataset.parent && form.querySelector(`[data-unit] input[value="${box.dataset.parent}"]`);
    return Boolean(above) && (above.checked || covered(above));
  };
  const show = () => {
    for (const unit of units) {
      const box = unit.firstElementChild;
      const inside = covered(box);
      unit.classList.toggle("is-covered", inside);
      box.disabled = box.indeterminate = inside;
    }
  };
  const ask = later(async () => {
    try {
      const answer = await post(form.dataset.audience, new FormData(form));
      if (answer.ok) size.textContent = (await answer.json()).text;
    } catch { /* the number stays as it was */ }
  }, 300);
  form.addEventListener("input", (event) => { if (event.target !== find) { show(); ask(); } });
  show();
}

/** The parts of a running exam's page that change, fetched again while somebody looks at them. */
function watch(first) {
  const parts = document.querySelectorAll("[data-live]");
  const again = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts) {
        const now = fresh.getElementById(part.id);
        if (now && !part.contains(document.activeElement)) part.replaceChildren(...now.childNodes);
      }
    } catch { /* the next time */ }
  };
  setInterval(again, Number(first.dataset.live) * 1000);
}

/** Short answers: the keys 1 to 5 mark the first one, or the one that has the focus. */
function mark(list) {
  const next = () => list.querySelector(".to-mark:focus-within") ?? list.querySelector(".to-mark");
  const show = () => { for (const one of list.children) one.classList.toggle("is-next", one === next()); };
  document.addEventListener("keydown", (event) => {
    if (!isPlain(event) || isTyping(event.target) || !/^[1-5]$/.test(event.key)) return;
    next()?.querySelectorAll("[name=credit]")[Number(event.key) - 1].click();
  });
  list.addEventListener("focusin", show);
  show();
}

for (const [selector, act] of [["[data-builder]", build], ["[data-audience]", choose], ["[data-live]", watch], ["[data-marking]", mark]]) {
  const found = document.querySelector(selector);
  if (found) act(found);
}
