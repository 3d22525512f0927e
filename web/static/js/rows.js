// Lists of rows in a form: adding, taking out, going on with Enter. Without this script there are empty rows to fill in.

const AMOUNT = /^(\d+(?:\.\d+)?)\s*(\S+)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const isBlank = (row) => [...row.querySelectorAll("input, textarea")].every((field) => !field.value.trim());

/** Whether a row holds something the server would keep. */
export const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-row]")].filter((row) => !isBlank(row));

/** Make every list of a form grow and shrink; `changed` is called after a row was taken out. */
export function growLists(form, changed) {
  for (const list of form.querySelectorAll("[data-rows]")) {
    const rows = [...list.querySelectorAll(":scope > [data-row]")];
    const model = rows.at(-1).cloneNode(true);
    for (const row of rows) isBlank(row) ? row.remove() : ready(row, changed);
    const add = document.createElement("button");
    add.type = "button";
    add.className = "quiet row-add";
    add.textContent = `＋ ${form.dataset.add}`;
    add.addEventListener("click", () => grow(list, model, changed));
    (list.closest("table")?.parentElement ?? list).after(add);
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      if (event.target.value.trim()) grow(list, model, changed, event.target.closest("[data-row]"));
    });
  }
}

function ready(row, changed) {
  const remove = row.querySelector("[data-remove]");
  if (!remove) return;
  remove.hidden = false;
  remove.addEventListener("click", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    next?.querySelector("input, textarea")?.focus();
    changed();
  });
}

function grow(list, model, changed, after = null) {
  const row = model.cloneNode(true);
  for (const box of row.querySelectorAll("[data-faults]")) box.replaceChildren();
  if (after) after.after(row);
  else list.append(row);
  ready(row, changed);
  row.querySelector("input, textarea").focus();
}

/** Split what was typed as `59元/月` into amount and unit, and give days a calendar. */
export function helpFacts(table) {
  table.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    const amount = row.querySelector('[name="fact_amount"]');
    const unit = row.querySelector('[name="fact_unit"]');
    const parts = AMOUNT.exec(amount.value.trim());
    const known = parts && [...unit.options].find((option) => option.value.toLowerCase() === parts[2].toLowerCase());
    if (known && !unit.value) [amount.value, unit.value] = [parts[1], known.value];
    const isDay = row.querySelector('[name="fact_type"]').value === "date" && (!amount.value || DAY.test(amount.value));
    amount.type = isDay ? "date" : "text";
  });
}
