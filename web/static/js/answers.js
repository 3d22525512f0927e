// The answer on the page: replaced whole or not at all, with the selection kept on the entry it was on.

/** The hits in an element, which of them is selected, and the line that announces them. */
export class Answers {
  constructor(root, status) {
    this.root = root;
    this.status = status;
    this.at = 0;
    this.mark();
    root.addEventListener("focusin", (event) => {
      const at = this.hits().indexOf(event.target.closest(".hit"));
      if (at >= 0) this.select(at);
    });
  }

  hits() {
    return [...this.root.querySelectorAll(".hit")];
  }

  selected() {
    return this.hits()[this.at];
  }

  /** Whether the hits are an answer, rather than merely the nearest entries. */
  certain() {
    return this.root.firstElementChild?.dataset.confident === "1" && this.hits().length > 0;
  }

  /** Put an answer on the page. One found by words alone that is empty says nothing yet: what is there stays until the full search is through. */
  show(html, full) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    const hits = [...fresh.querySelectorAll(".hit")];
    if (!full && hits.length === 0) return;
    if (full) this.status.textContent = fresh.dataset.status;
    if (signature(this.root.firstElementChild) === signature(fresh)) return this.refresh(fresh, hits);
    const kept = this.at > 0 || this.root.contains(document.activeElement) ? key(this.selected()) : "";
    const focused = document.activeElement?.closest(".hit") ? key(this.selected()) : "";
    this.root.replaceChildren(fresh);
    this.at = Math.max(0, this.hits().findIndex((hit) => key(hit) === kept));
    this.mark();
    if (focused) this.selected()?.focus({ preventScroll: true });
  }

  /** The same entries in the same order: only what depends on the query is exchanged, nothing moves and nothing loses the focus. */
  refresh(fresh, hits) {
    for (const [i, hit] of this.hits().entries()) {
      for (const part of [".why", ".numbers"]) hit.querySelector(part).replaceWith(hits[i].querySelector(part));
      hit.querySelector(".open").href = hits[i].querySelector(".open").href;
      hit.querySelectorAll('[name="search_id"]').forEach((field) => (field.value = fresh.dataset.searchId));
    }
    Object.assign(this.root.firstElementChild.dataset, fresh.dataset);
  }

  select(at) {
    this.at = at;
    this.mark();
  }

  mark() {
    this.hits().forEach((hit, i) => hit.classList.toggle("is-selected", i === this.at));
  }

  focus(at) {
    const hit = this.hits()[at];
    if (!hit) return false;
    this.select(at);
    hit.focus({ preventScroll: true });
    hit.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** Move the selection; false where there is nothing that way. */
  move(by) {
    return this.focus(this.at + by);
  }

  open() {
    this.selected()?.querySelector(".open").click();
  }
}

const key = (hit) => (hit ? `${hit.dataset.entry}@${hit.dataset.version}` : "");

function signature(block) {
  if (!block?.querySelector(".hit")) return `${block?.dataset.mode}`;
  return [block.dataset.confident, ...[...block.querySelectorAll(".hit")].map(key)].join(" ");
}
