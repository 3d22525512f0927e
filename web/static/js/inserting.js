// Quoting another entry's fact: look it up, and put the reference where the cursor was.

const PAUSE = 180;
const HOLDERS = 'textarea, [name="fact_amount"], [name="banned_reason"], [name="power_may"]';

async function ask(address, words) {
  const response = await fetch(`${address}?q=${encodeURIComponent(words)}`, { headers: { "X-Requested-With": "fetch" } });
  return response.ok ? response.json() : { facts: [], entries: [] };
}

/** Make the search for facts work, and offer ids where a field names entries. */
export function inserting(form) {
  const box = document.getElementById("insert");
  const search = document.getElementById("fact-search");
  const hits = document.getElementById("fact-hits");
  let target = form.elements.body;
  let timer = 0;
  let asked = 0;
  box.hidden = false;
  form.addEventListener("focusin", (event) => {
    if (event.target.matches(HOLDERS)) target = event.target;
  });
  const insert = (ref) => {
    const [start, end] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? target.value.length];
    target.setRangeText(ref, start, end, "end");
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
    search.value = "";
    hits.replaceChildren();
  };
  search.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      const words = search.value.trim();
      const found = words ? [...ownFacts(form, words), ...(await ask(form.dataset.facts, words)).facts] : [];
      if (mine === asked) hits.replaceChildren(...shown(found, words, form, insert));
    }, PAUSE);
  });
  box.addEventListener("keydown", (event) => move(event, search, hits));
  offerIds(form);
}

/** The facts of the entry itself, under the names that it would be saved with. */
function ownFacts(form, words) {
  const wanted = words.toLowerCase().split(/\s+/);
  return [...form.querySelectorAll("[data-fact]")].flatMap((row) => {
    const [label, amount, unit, name] = ["label", "amount", "unit", "name"].map((part) => row.querySelector(`[name="fact_${part}"]`));
    const id = name.value.trim() || name.placeholder;
    const fact = { ref: `{{ ${id} }}`, title: form.elements.title.value, label: label.value || id, value: `${amount.value}${unit.value}` };
    const text = `${fact.title} ${fact.label} ${fact.value} ${id}`.toLowerCase();
    return amount.value && /^[a-z]\w*$/.test(id) && wanted.every((word) => text.includes(word)) ? [fact] : [];
  });
}

function shown(found, words, form, insert) {
  if (!words) return [];
  if (!found.length) {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("p"), { textContent: form.dataset.nothing }));
    return [item];
  }
  return found.map((fact) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(`${fact.title} · ${fact.label}`, Object.assign(document.createElement("strong"), { textContent: fact.value }));
    button.addEventListener("click", () => insert(fact.ref));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
}

function move(event, search, hits) {
  const stops = [search, ...hits.querySelectorAll("button")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "Escape") {
    hits.replaceChildren();
    search.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  } else if (event.key === "Enter" && event.target === search && !event.ctrlKey) {
    event.preventDefault();
    stops[1]?.click();
  }
}

function offerIds(form) {
  const offers = Object.assign(document.createElement("datalist"), { id: "entry-ids" });
  form.append(offers);
  let timer = 0;
  form.querySelector('[data-rows="supersedes"]').addEventListener("input", (event) => {
    event.target.setAttribute("list", "entry-ids");
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const { entries } = await ask(form.dataset.facts, event.target.value.trim());
      offers.replaceChildren(...entries.map(({ id, title }) => Object.assign(document.createElement("option"), { value: id, textContent: title })));
    }, PAUSE);
  });
}
