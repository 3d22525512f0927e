// What every page does.

// A page out of the browser's memory is shown only to whom it was made for: at a desk that several people use, the way back must
// not lead to what somebody saw before signing out.
const MEMBER = "hallwise-member";
const { member } = document.getElementById("toast").dataset;

addEventListener("pageshow", (event) => {
  if (event.persisted && localStorage.getItem(MEMBER) !== member) {
    document.documentElement.hidden = true;
    location.reload();
  } else {
    localStorage.setItem(MEMBER, member);
  }
});

// A form that a browser sends by itself is sent once, however often its button is clicked while the answer is on its way.
const WAIT = 5000; // ms; a form whose answer is a file leaves the page standing, and may be sent again

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, WAIT);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
