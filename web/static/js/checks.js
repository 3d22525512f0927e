// What is wrong with an entry, shown at the field while one types; and the entries beside it.

import { rowsOf } from "./rows.js";
import { post } from "./shared.js";

const put = (tag, text, look = "") => Object.assign(document.createElement(tag), { textContent: text, className: look });

export class Checks {
  constructor(form, values) {
    Object.assign(this, { form, values, asked: 0 });
    this.summary = document.getElementById("check-summary");
    this.list = document.getElementById("check-list");
    this.names = Object.fromEntries([...form.querySelectorAll("[data-field]")].map((field) => [field.dataset.field, field]));
  }

  /** Ask for the faults of what stands in the form; an answer that a later one overtook is dropped. */
  async run() {
    const mine = ++this.asked;
    const started = performance.now();
    try {
      const response = await post(this.form.dataset.check, this.values(), AbortSignal.timeout(10000));
      if (!response.ok || mine !== this.asked) return;
      this.show(await response.json());
      this.form.dataset.checkedIn = Math.round(performance.now() - started);
    } catch {
      // offline: the last answer stays
    }
  }

  show(answer) {
    this.place(answer.facts);
    for (const box of this.form.querySelectorAll("[data-faults]")) box.replaceChildren();
    for (const field of this.form.querySelectorAll(".is-wrong")) field.classList.remove("is-wrong");
    for (const found of answer.findings) this.mark(found);
    this.list.replaceChildren(...answer.findings.map((found) => this.line(found)));
    this.summary.textContent = answer.summary;
    this.summary.className = answer.errors ? "fault" : "faint";
    links(document.getElementById("against"), answer.against);
  }

  /** Number the rows as the server counts them: empty ones do not count. */
  place(facts) {
    for (const list of this.form.querySelectorAll("[data-rows]")) {
      const name = list.dataset.rows;
      for (const box of list.querySelectorAll("[data-faults]")) box.dataset.faults = "-";
      rowsOf(list).forEach((row, index) => {
        row.querySelector("[data-faults]").dataset.faults = name === "facts" ? `facts.${facts[index] ?? ""}` : `${name}.${index}`;
        if (name === "facts" && facts[index]) row.querySelector('[name="fact_name"]').placeholder = facts[index];
      });
    }
  }

  box(field) {
    const exact = this.form.querySelector(`[data-faults="${CSS.escape(field)}"]`);
    return exact ?? this.form.querySelector(`[data-faults="${CSS.escape(field.split(".")[0])}"]`) ?? this.form.querySelector('[data-faults=""]');
  }

  mark(found) {
    const box = this.box(found.field);
    const where = found.line ? `${this.form.dataset.line.replace("{n}", found.line)}：` : "";
    if (found.field) box.append(put("p", where + found.text, found.warning ? "warned" : "fault"));
    if (!found.warning) (box.closest("[data-row]") ?? box.closest("[data-field]"))?.classList.add("is-wrong");
  }

  line(found) {
    const item = put("li", "", found.warning ? "warned" : "fault");
    const field = found.field.split(".")[0];
    const title = this.names[field]?.querySelector("label, legend")?.textContent ?? document.getElementById(`${field}-title`)?.textContent ?? "";
    if (title) {
      const button = put("button", title + (found.line ? ` ${this.form.dataset.line.replace("{n}", found.line)}` : ""));
      button.type = "button";
      button.addEventListener("click", () => this.go(found));
      item.append(button, " ");
    }
    item.append(found.text);
    return item;
  }

  /** To the field of a fault; in the text, to its line. */
  go(found) {
    const holder = this.box(found.field)?.closest("[data-row], [data-field], .panel");
    const target = found.field === "body" ? this.form.elements.body : holder?.querySelector("input, select, textarea");
    target?.focus();
    if (found.field !== "body" || !found.line) return;
    const rows = target.value.split("\n");
    const start = rows.slice(0, found.line - 1).reduce((sum, row) => sum + row.length + 1, 0);
    target.setSelectionRange(start, start + (rows[found.line - 1] ?? "").length);
  }

  /** The entries that answer the same questions. */
  async alike() {
    try {
      const response = await post(this.form.dataset.similar, this.values(), AbortSignal.timeout(15000));
      if (response.ok) links(document.getElementById("alike"), (await response.json()).similar);
    } catch {
      // the next change of title or asks tries again
    }
  }
}

function links(holder, found) {
  holder.hidden = !found.length;
  holder.querySelector("ul").replaceChildren(
    ...found.map(({ title, why, url, kind }) => {
      const link = Object.assign(put("a", title), { href: url, target: "_blank" });
      const item = put("li", "");
      item.append(link);
      if (kind) item.append(" ", put("span", kind, "tag"));
      item.append(put("span", why, "faint"));
      return item;
    }),
  );
}
