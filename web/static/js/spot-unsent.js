// The list of checks: tells of records that this device has not handed over yet, for a page that was closed without a network.

const box = document.getElementById("unsent");
const links = document.getElementById("unsent-links");

function unsent() {
  const found = new Set();
  try {
    for (const key of Object.keys(localStorage)) {
      const [kind, me, check, part] = key.split(":");
      if (kind !== "spot" || me !== box.dataset.me) continue;
      const value = JSON.parse(localStorage[key]);
      if (part === "finish" || (part === "a" && value.credit !== null && value.change > value.acked && !value.refused)) found.add(check);
    }
  } catch {
    return [];
  }
  return [...found];
}

unsent().forEach((check, index) => {
  const link = document.createElement("a");
  link.href = box.dataset.address + check;
  link.textContent = links.dataset.word.replace("{n}", index + 1);
  links.append(link, " ");
  box.hidden = false;
});
