// Pages for browsing: `/` leads to the search box wherever one is.

import { isPlain, isTyping } from "./shared.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isPlain(event) || isTyping(event.target)) return;
  event.preventDefault();
  location.assign("/");
});
