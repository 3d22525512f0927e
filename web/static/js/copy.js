// Copying the sentence to say. The server is asked first, so that what expired while the page lay open is refused; a server that cannot be
// reached does not keep the clerk from copying what the page holds.

import { faultOf, post, toast, words } from "./shared.js";

const PATIENCE = 1200; // ms; well inside the time a browser lets a key press reach the clipboard

/** Copy the sentence of a hit or entry and say so; refused with the reason where it may not be said today. */
export async function copyFrom(article) {
  const button = article?.querySelector("[data-copy]");
  if (!button) return;
  if (button.dataset.refused) return toast(button.dataset.refused, true);
  const text = article.querySelector(".say").textContent.trim();
  const refused = await refusal(article);
  if (refused) return toast(refused, true);
  if (!(await write(text))) return toast(words("failed"), true);
  toast(words("copied") + text);
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 2500);
}

async function refusal(article) {
  const { entry, version, searchId } = article.dataset;
  const search = searchId ?? article.closest("[data-search-id]")?.dataset.searchId ?? "";
  try {
    const response = await post("/actions", { action: "copy", entry_id: entry, version, search_id: search }, AbortSignal.timeout(PATIENCE));
    return response.status === 409 ? await faultOf(response) : "";
  } catch {
    return "";
  }
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeTheOldWay(text); // plain http on another address, or no permission
  }
}

function writeTheOldWay(text) {
  const held = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  held?.focus({ preventScroll: true });
  return done;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyFrom(button.closest("[data-entry]"));
});
