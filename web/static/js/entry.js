// The entry page: Esc goes back to the search with its text kept, `c` copies.

import { copyFrom } from "./copy.js";
import { isPlain, isTyping } from "./shared.js";
import "./browse.js";

const article = document.querySelector("article.entry");
const back = document.getElementById("back");
const fromSearch = document.referrer.startsWith(`${location.origin}/`) && ["/", ""].includes(new URL(document.referrer).pathname);

// The search this page was opened from is logged by now: without its id the address can be shared, and a reload is not logged again.
const address = new URL(location.href);
if (address.searchParams.has("s")) {
  address.searchParams.delete("s");
  history.replaceState(history.state, "", address);
}

if (fromSearch) {
  back.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event)) return;
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  else if (event.key === "Escape") back.click();
  else if (event.key === "c" && !isTyping(event.target)) copyFrom(article);
});

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
