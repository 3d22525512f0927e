// The review of a draft: what publishing would change is worked out behind the page, and "live" is said when it is true.

const waiting = document.querySelector("[data-consequences]");
if (waiting) {
  const [offer, busy, answer] = ["[data-wait]", "[data-busy]", "[data-answer]"].map((name) => waiting.querySelector(name));
  offer.hidden = true;
  busy.hidden = false;
  fetch(waiting.dataset.consequences, { headers: { "X-Requested-With": "fetch" } })
    .then((response) => response.text())
    .then((html) => (answer.innerHTML = html)) // rendered and escaped by the server
    .catch(() => (offer.hidden = false))
    .finally(() => (busy.hidden = true));
}

const published = document.querySelector("[data-live]");
if (published) {
  const look = async () => {
    try {
      const response = await fetch(published.dataset.live, { headers: { "X-Requested-With": "fetch" } });
      if (response.ok && (await response.json()).live) {
        published.querySelector('[data-when="waiting"]').hidden = true;
        published.querySelector('[data-when="live"]').hidden = false;
        return;
      }
    } catch {
      // no connection: look again
    }
    setTimeout(look, 700);
  };
  look();
}
