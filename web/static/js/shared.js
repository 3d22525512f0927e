// What every page's script needs: talking to the server with the form token, and saying things to the person.

const toastBox = document.getElementById("toast");
let toastTimer = 0;

/** Show a short message and have it read out; a `bad` one stays longer. */
export function toast(message, bad = false) {
  toastBox.textContent = message;
  toastBox.classList.toggle("is-bad", bad);
  toastBox.classList.add("is-shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toastBox.classList.remove("is-shown"), bad ? 6000 : 2500);
}

/** One of the sentences that the server wrote into the page. */
export const words = (name) => toastBox.dataset[name];

/** POST a form; resolves to the response, rejects when there is no connection. */
export function post(url, values, signal) {
  const body = values instanceof FormData ? values : Object.entries(values).reduce((form, [k, v]) => (form.append(k, v), form), new FormData());
  const token = document.querySelector('meta[name="csrf-token"]').content;
  return fetch(url, { method: "POST", body, signal, keepalive: true, headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" } });
}

/** The sentence in an error answer, or a general one. */
export async function faultOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return words("offline");
  }
}

/** Whether keys typed now belong to a field rather than to the page. */
export const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Whether the key event is a shortcut candidate: no modifier, no input method at work. */
export const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && event.keyCode !== 229;

// Feedback without leaving the page; without this script the forms work by themselves.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-feedback]")) return;
  event.preventDefault();
  const values = new FormData(form, event.submitter);
  try {
    const response = await post(form.action, values);
    if (!response.ok) return toast(await faultOf(response), true);
    toast((await response.json()).message);
    form.reset();
    form.closest("details")?.removeAttribute("open");
  } catch {
    toast(words("offline"), true);
  }
});
