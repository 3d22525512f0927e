// Clicks on their way to the server: kept in the browser until they are acknowledged, sent again until they are.
//
// Every click has a number above every number this page was told of, and the name of this page's visit. The server takes a click once, however often
// it arrives, and of two clicks on one question the one with the greater number holds. So sending again is always safe.

import { faultOf, formToken, post, signInAgain } from "./shared.js";

const AT_ONCE = 50; // clicks in one message
const LONGEST = 15000; // characters in one message: the browser refuses to finish more after the page is left
const PATIENCE = 8000; // ms until a message counts as lost
const SLOWEST = 20000; // ms between two tries
const OVER = ["exam-over", "exam-submitted"];

const randomName = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

export class Saving {
  /** `told` is called with what happens: state(name, count or questions), ack(answer, elsewhere), refused(message), over(message, lost). */
  constructor({ attempt, employee, highest, url, sheet, told }) {
    Object.assign(this, { attempt, url, sheet, told, highest, device: randomName(), tries: 0, typing: false, sending: false, stopped: false, kept: true, timer: 0 });
    this.prefix = `exam:${employee}:${attempt}:`;
    this.waiting = new Map(); // key → click
    this.aside = new Map(); // what the server cannot read: kept in the browser, tried again by the next visit
    this.most = AT_ONCE;
    this.taken = highest; // the greatest number that the server has
    this.recall();
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.say());
  }

  /** What an earlier visit of this browser could not send. */
  recall() {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.prefix)) this.remember(key, localStorage[key]);
    } catch {
      this.kept = false;
    }
    this.count();
    this.recalled = this.waiting.size;
  }

  /** The greatest number of all: what the server has, and what waits. */
  count() {
    this.highest = Math.max(this.taken, ...[...this.waiting.values()].map((click) => click.seq).filter(Number.isSafeInteger));
  }

  /** The server has seen so great a number. */
  learn(number) {
    this.taken = Math.max(this.taken, number);
    this.highest = Math.max(this.highest, number);
  }

  remember(key, text) {
    try {
      const click = JSON.parse(text);
      if (click && typeof click === "object") this.waiting.set(key, click);
    } catch {
      // half written when the browser was ended: nothing can be made of it
    }
  }

  /** Take a click: it is in the browser's storage when this returns, and on its way. */
  push(kind, n, value) {
    if (this.stopped) return;
    const click = { device: this.device, seq: ++this.highest, kind, n, value };
    const key = this.prefix + `${click.device}:${click.seq}`;
    this.waiting.set(key, click);
    try {
      localStorage.setItem(key, JSON.stringify(click));
    } catch {
      this.kept = false; // full or forbidden: the page alone holds it
    }
    this.say();
    this.soon(60); // clicks in quick succession travel together
  }

  soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), delay);
  }

  /** Whether a click on a question is still on its way, or was not taken. */
  holds(n) {
    return [...this.waiting.values(), ...this.aside.values()].some((click) => click.n === n);
  }

  /** The questions with an answer that the server could not read. */
  get unread() {
    return [...new Set([...this.aside.values()].filter((click) => click.kind === "answer" && click.n).map((click) => click.n))];
  }

  /** The oldest clicks that fit into one message. */
  batch() {
    const found = [];
    let length = 0;
    for (const entry of [...this.waiting.entries()].sort(([, a], [, b]) => a.seq - b.seq)) {
      length += JSON.stringify(entry[1]).length;
      if (found.length === this.most || (found.length && length > LONGEST)) break;
      found.push(entry);
    }
    return found;
  }

  /** Send what waits, one message at a time; resolves when there is nothing left or it did not work. */
  async send() {
    if (this.sending || this.stopped || !this.waiting.size) return;
    this.sending = true;
    try {
      while (this.waiting.size && !this.stopped && (await this.sendOne()));
    } finally {
      this.sending = false;
      this.say();
    }
    if (this.waiting.size && !this.stopped) this.soon(this.pause());
  }

  pause() {
    return Math.min(SLOWEST, 500 * 2 ** Math.min(this.tries, 6)) * (0.75 + Math.random() / 2);
  }

  async sendOne() {
    const sent = this.batch();
    const known = this.highest;
    try {
      const values = { attempt: this.attempt, batch: JSON.stringify(sent.map(([, click]) => click)) };
      const response = await post(this.url, values, AbortSignal.timeout(PATIENCE));
      if (!response.ok) return await this.failed(response, sent);
      this.acknowledged(sent, await response.json(), known);
      return true;
    } catch {
      this.tries += 1;
      this.say();
      return false;
    }
  }

  acknowledged(sent, answer, known) {
    this.tries = 0;
    this.most = AT_ONCE;
    this.forget(sent);
    const saved = sent.map(([, click]) => click).filter((click) => !answer.refused.some(({ device, seq }) => device === click.device && seq === click.seq));
    this.forget([...this.aside].filter(([, old]) => saved.some((click) => click.kind === old.kind && click.n === old.n))); // answered anew
    for (const refused of answer.refused) this.told.refused(refused.message);
    const elsewhere = answer.highest > known;
    this.learn(answer.highest);
    this.told.ack(answer, elsewhere);
  }

  forget(sent) {
    for (const [key] of sent) {
      this.waiting.delete(key);
      this.aside.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {
        this.kept = false;
      }
    }
  }

  /** The server answered, but did not save. What can be mended is mended and tried again. */
  async failed(response, sent) {
    this.tries += 1;
    if (response.status >= 500 || response.status === 429) return false;
    const code = await response.clone().json().then((body) => body.error.code, () => "");
    if (OVER.includes(code)) return this.stop(await faultOf(response));
    if (code === "csrf") return (await this.renew()) && this.tries < 3;
    if (code === "attempt-foreign") return (await signInAgain()) && this.tries < 3;
    if (response.status === 400 && code) return this.divide(sent, await faultOf(response));
    this.told.refused(await faultOf(response));
    return false;
  }

  /** One click that the server cannot read makes it refuse the whole message: find it by halves and set it aside, so that it holds up no other. */
  divide(sent, message) {
    this.tries = 0;
    if (sent.length > 1) {
      this.most = Math.ceil(sent.length / 2);
      return true;
    }
    for (const [key, click] of sent) {
      this.waiting.delete(key);
      this.aside.set(key, click);
    }
    this.most = AT_ONCE;
    this.count(); // its number was perhaps what could not be
    this.told.refused(message);
    return true;
  }

  /** A new form token, for a session that was opened anew elsewhere. */
  async renew() {
    const state = await this.state();
    if (!state) return false;
    document.querySelector('meta[name="csrf-token"]').content = state.csrf;
    return formToken() === state.csrf;
  }

  /** The paper as the server holds it, null where it cannot be reached. */
  async state() {
    try {
      const response = await fetch(this.sheet, { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 401 && (await signInAgain())) return this.state();
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  /** Nothing is taken any more: what still waits came too late. */
  stop(message) {
    this.stopped = true;
    const left = [...this.waiting, ...this.aside];
    const lost = left.filter(([, click]) => click.kind === "answer").length;
    this.forget(left);
    this.told.over(message, lost);
    return false;
  }

  say() {
    const clicks = [...this.waiting.values()];
    const count = clicks.filter((click) => click.n).length;
    if (this.unread.length && !clicks.length && !this.typing) return this.told.state("aside", this.unread);
    const name = !clicks.length && !this.typing ? "saved" : navigator.onLine && !this.tries ? "saving" : navigator.onLine && this.tries < 3 ? "waiting" : "offline";
    this.told.state(name === "offline" && !this.kept ? "unkept" : name, count);
  }
}
