// Judgements on their way to the server: kept in the browser until they are acknowledged, sent again until they are.
//
// Of one question to one clerk there is one record; each judgement of it counts one further, so that the server can tell the last one however messages
// overtake each other. Times are by this device's clock, wrong or not: the server looks at their distance from the moment of sending alone.

import { faultOf, formToken, post, signInAgain } from "./shared.js";

const AT_ONCE = 50; // judgements in one message
const PATIENCE = 8000; // ms until a message counts as lost
const SLOWEST = 20000; // ms between two tries

export class SpotSync {
  /** `told` is called with what happens: state(name, count), refused(message), finished(). */
  constructor({ me, check, url, state, judged, finished, told }) {
    Object.assign(this, { url, stateUrl: state, told, tries: 0, sending: false, kept: true, timer: 0, done: finished });
    this.prefix = `spot:${me}:${check}:`;
    this.records = new Map(); // "employee:revision" → record
    for (const one of judged) this.records.set(`${one.employee}:${one.revision}`, { ...one, acked: one.change });
    this.recall();
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.say());
  }

  /** What an earlier visit of this browser kept; of two records the one judged more often holds. */
  recall() {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(`${this.prefix}a:`)) continue;
        const name = key.slice(this.prefix.length + 2);
        const own = JSON.parse(localStorage[key]);
        const known = this.records.get(name);
        if (!known || own.change > known.change) this.records.set(name, { ...own, acked: Math.max(own.acked, known?.change ?? 0) });
      }
    } catch {
      this.kept = false;
    }
    this.ending = this.read("finish");
  }

  /** A value of this check in the browser's storage. */
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return null;
    }
  }

  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      this.kept = false; // full or forbidden: the page alone holds it
    }
  }

  record(employee, revision) {
    return this.records.get(`${employee}:${revision}`) ?? { employee: Number(employee), revision: Number(revision), credit: null, note: "", change: 0, acked: 0 };
  }

  /** Keep a judgement; it is in the browser's storage when this returns, and on its way. A note without a judgement waits for one. */
  judge(employee, revision, credit, note) {
    const before = this.record(employee, revision);
    if (before.credit === credit && before.note === note) return before;
    const now = { ...before, credit, note, at: before.change && before.credit === credit ? before.at : Date.now() };
    if (credit !== null) now.change += 1;
    this.records.set(`${employee}:${revision}`, now);
    this.write(`a:${employee}:${revision}`, now);
    this.say();
    if (credit !== null) this.soon(60);
    return now;
  }

  finish(remark) {
    this.ending = { at: Date.now(), remark };
    this.write("finish", this.ending);
    this.say();
    this.soon(0);
  }

  waiting() {
    return [...this.records.values()].filter((one) => one.credit !== null && one.change > one.acked && !one.refused);
  }

  get open() {
    return this.waiting().length + (this.ending && !this.done ? 1 : 0);
  }

  soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), delay);
  }

  /** Send what waits, one message at a time; resolves when there is nothing left or it did not work. */
  async send() {
    if (this.sending || !this.open) return;
    this.sending = true;
    try {
      while (this.open && (await this.sendOne()));
    } finally {
      this.sending = false;
      this.say();
    }
    if (this.open) this.soon(Math.min(SLOWEST, 500 * 2 ** Math.min(this.tries, 6)) * (0.75 + Math.random() / 2));
  }

  async sendOne() {
    const every = this.waiting();
    const sent = every.slice(0, AT_ONCE).map((one) => ({ ...one }));
    const last = every.length <= AT_ONCE && this.ending && !this.done;
    const answers = sent.map(({ employee, revision, credit, note, change, at }) => ({ employee, revision, credit, note, change, at }));
    const message = JSON.stringify({ sent: Date.now(), answers, finished: last ? this.ending : null });
    try {
      const response = await post(this.url, { message }, AbortSignal.timeout(PATIENCE));
      if (!response.ok) return await this.failed(response);
      this.acknowledged(sent, await response.json());
      return true;
    } catch {
      this.tries += 1;
      this.say();
      return false;
    }
  }

  acknowledged(sent, answer) {
    this.tries = 0;
    const kept = new Map(answer.kept.map(([employee, revision, change]) => [`${employee}:${revision}`, change]));
    for (const one of sent) {
      const name = `${one.employee}:${one.revision}`;
      if ((kept.get(name) ?? 0) >= one.change) this.mark(name, { acked: one.change });
    }
    for (const refused of answer.refused) {
      const one = sent[refused.place];
      if (one) this.mark(`${one.employee}:${one.revision}`, { refused: true });
      this.told.refused(refused.message);
    }
    if (answer.finished && this.ending && !this.done) {
      this.done = true;
      this.told.finished();
    }
    if (this.done && !this.waiting().length) this.forget();
  }

  mark(name, changes) {
    const now = { ...this.records.get(name), ...changes };
    this.records.set(name, now);
    this.write(`a:${name}`, now);
  }

  /** The check is over and all of it is with the server: nothing of it stays on the device. */
  forget() {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.prefix)) localStorage.removeItem(key);
    } catch {
      this.kept = false;
    }
  }

  /** The server answered, but did not keep it. What can be mended is mended and tried again. */
  async failed(response) {
    this.tries += 1;
    if (response.status >= 500 || response.status === 429) return false;
    const code = await response.clone().json().then((body) => body.error.code, () => "");
    if (code === "csrf") return (await this.renew()) && this.tries < 3;
    if (code === "spot-foreign") return (await signInAgain()) && this.tries < 3;
    this.told.refused(await faultOf(response));
    return false;
  }

  /** A new form token: the page may have come out of this device's own store. */
  async renew() {
    try {
      const response = await fetch(this.stateUrl, { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 401) return (await signInAgain()) && this.renew();
      if (!response.ok) return false;
      const { csrf } = await response.json();
      document.querySelector('meta[name="csrf-token"]').content = csrf;
      return formToken() === csrf;
    } catch {
      return false;
    }
  }

  say() {
    const count = this.open;
    const name = !navigator.onLine || this.tries > 2 ? "offline" : !count ? "saved" : this.tries ? "waiting" : "saving";
    this.told.state(name === "offline" && count && !this.kept ? "unkept" : name, count);
  }
}
