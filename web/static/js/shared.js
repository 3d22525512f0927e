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

const tokenTag = document.querySelector('meta[name="csrf-token"]');

/** The token that every form and request of this page carries. */
export const formToken = () => tokenTag.content;

let signingIn = null;

/** Ask for the password in place; resolves once somebody is signed in again. The page keeps everything it holds. */
export function signInAgain() {
  signingIn ??= new Promise((resolve) => {
    const dialog = document.getElementById("again");
    if (!dialog) return resolve(false);
    const form = dialog.querySelector("form");
    const fault = form.querySelector(".fault");
    form.onsubmit = async (event) => {
      event.preventDefault();
      try {
        const values = { number: words("member"), password: form.elements.password.value };
        const answer = await post(words("again"), values, undefined, false);
        if (!answer.ok) throw new Error(await faultOf(answer));
        tokenTag.content = (await answer.json()).csrf;
        for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = tokenTag.content;
        form.reset();
        fault.hidden = true;
        dialog.close();
        signingIn = null;
        resolve(true);
      } catch (error) {
        fault.textContent = error instanceof TypeError ? words("offline") : error.message;
        fault.hidden = false;
        form.elements.password.select();
      }
    };
    dialog.oncancel = (event) => event.preventDefault();
    dialog.showModal();
  });
  return signingIn;
}

/** POST a form; resolves to the response, rejects when there is no connection. An expired session is renewed in place, then it is sent again. */
export async function post(url, values, signal, renew = true) {
  const response = await send(url, values, signal);
  return renew && response.status === 401 && (await signInAgain()) ? send(url, values, signal) : response;
}

function send(url, values, signal) {
  const body = values instanceof FormData ? values : Object.entries(values).reduce((form, [k, v]) => (form.append(k, v), form), new FormData());
  const size = [...body.values()].reduce((sum, value) => sum + (value.length ?? value.size), 0);
  const keepalive = size < 15000; // what outlives the page may have 64 kB, and a character takes up to four
  return fetch(url, { method: "POST", body, signal, keepalive, headers: { "X-CSRFToken": formToken(), "X-Requested-With": "fetch" } });
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
