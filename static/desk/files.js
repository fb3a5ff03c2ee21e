// Sends chosen or dropped files at once, in pieces: each with its own progress, and on from where it stopped when the
// connection breaks, the server restarts or the page is opened again. What has arrived waits in the form until it is
// saved. Where this script doesn't run, the files go with the form.
const PIECE = 2 * 1024 * 1024;
const SIDE_BY_SIDE = 3;
const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];

const form = document.getElementById("pressrelease_form");
const size = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
const pause = (milliseconds) =>
  new Promise((go) => {
    setTimeout(go, milliseconds);
    addEventListener("online", go, { once: true });
  });

class Refused extends Error {}
class SignedOut extends Error {}

async function ask(url, options = {}) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token, ...options.headers };
  const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options, headers });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  if (answer.status === 404) return null;
  if (answer.status >= 500) throw new TypeError("the server is not itself");
  const state = await answer.json();
  if (state.refused) throw new Refused(state.refused);
  return state;
}

// The same file has the same name on the next visit: what is there already isn't sent again.
async function nameOf(file, area) {
  const release = area.dataset.release || "new";
  if (!globalThis.crypto?.subtle) {
    const plain = `${file.name}-${file.size}-${file.lastModified}`.replace(/[^A-Za-z0-9-]/g, "_").slice(-60);
    return { id: `${release}-${plain}`, sha256: "" };
  }
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { id: `${release}-${sha256}`.slice(0, 100), sha256 };
}

class Sending {
  constructor(file, area) {
    this.file = file;
    this.area = area;
    this.words = area.dataset;
    this.state = "waiting";
    this.item = document.createElement("li");
    this.name = document.createElement("span");
    this.name.textContent = `${file.name} (${size(file.size)})`;
    this.bar = document.createElement("progress");
    this.bar.max = Math.max(file.size, 1);
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.says = document.createElement("span");
    this.says.className = "upload-says";
    this.again = this.button(this.words.again, () => this.restart());
    this.drop = this.button(this.words.remove, () => this.remove());
    this.item.append(this.name, this.bar, this.says, this.again, this.drop);
    this.again.hidden = true;
    this.tell(this.words.waiting);
  }

  button(words, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${this.file.name}`);
    button.addEventListener("click", action);
    return button;
  }

  tell(words, state = this.state) {
    this.state = state;
    this.item.dataset.state = state;
    this.says.textContent = words;
    this.area.dispatchEvent(new Event("uploads"));
  }

  async run() {
    this.again.hidden = true;
    this.tell(this.words.sending, "sending");
    if (this.file.size > Number(this.words.largest)) return this.fail(this.words.tooBig);
    for (let tries = 0; ; tries += 1) {
      try {
        await this.send(() => (tries = 0));
        return undefined;
      } catch (error) {
        if (this.state === "removed") return undefined;
        if (error instanceof Refused) return this.fail(error.message, false);
        if (error instanceof SignedOut) return this.fail(this.words.signedOut);
        if (tries >= PAUSES.length) return this.fail(this.words.failed);
        this.tell(this.words.broken, "sending");
        await pause(PAUSES[tries]);
      }
    }
  }

  async send(moved) {
    this.known ??= await nameOf(this.file, this.area);
    const begin = new URLSearchParams({
      client_id: this.known.id,
      sha256: this.known.sha256,
      kind: this.area.dataset.newFiles,
      name: this.file.name,
      size: this.file.size,
      release: this.area.dataset.release,
    });
    this.url = `${this.area.dataset.upload}${this.known.id}/`;
    let at = await ask(this.area.dataset.upload, { method: "POST", body: begin });
    while (at && !at.done) {
      if (this.state === "removed") return;
      const piece = this.file.slice(at.received, at.received + PIECE);
      const last = at.received + piece.size >= this.file.size;
      this.tell(last ? this.words.looking : this.words.sending, "sending");
      const before = at.received;
      at = await ask(this.url, {
        method: "POST",
        body: piece,
        headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(at.received) },
      });
      if (at && at.received > before) moved();
      if (at) this.bar.value = at.received;
    }
    if (!at) throw new TypeError("forgotten");
    if (this.state !== "removed") this.arrive(at.note);
  }

  arrive(note) {
    this.bar.value = this.bar.max;
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = `kept_${this.area.dataset.newFiles}`;
    input.value = note;
    this.item.append(input);
    this.tell(this.words.there, "there");
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  fail(words, canTryAgain = true) {
    this.again.hidden = !canTryAgain;
    this.tell(words, "failed");
  }

  restart() {
    this.run().then(next);
  }

  remove() {
    const there = this.state === "there";
    this.tell("", "removed");
    this.item.remove();
    if (this.url && (there || this.known)) ask(this.url, { method: "DELETE" }).catch(() => {});
    next();
  }
}

const all = [];
const busy = () => all.filter((one) => one.state === "sending").length;
const unfinished = () => all.filter((one) => ["waiting", "sending"].includes(one.state)).length;

function next() {
  while (busy() < SIDE_BY_SIDE) {
    const one = all.find((candidate) => candidate.state === "waiting");
    if (!one) break;
    one.run().then(next);
  }
  if (!unfinished() && saveWith) {
    const button = saveWith;
    saveWith = null;
    // What failed is told; the editor decides again.
    if (!all.some((one) => one.state === "failed")) form.requestSubmit(button);
  }
}

let saveWith = null;
form.addEventListener("submit", (event) => {
  if (!unfinished()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  saveWith = event.submitter;
  for (const area of document.querySelectorAll("[data-new-files]")) {
    area.querySelector(".upload-status").textContent = area.dataset.savingWaits;
  }
});

for (const area of document.querySelectorAll("[data-new-files]")) {
  const input = area.querySelector('input[type="file"]');
  const list = area.querySelector(".chosen");
  const drop = area.querySelector(".drop");
  const status = area.querySelector(".upload-status");
  input.addEventListener("change", () => {
    for (const file of input.files) {
      const one = new Sending(file, area);
      all.push(one);
      list.append(one.item);
    }
    input.value = "";
    next();
  });
  area.addEventListener("uploads", () => {
    const own = all.filter((one) => one.area === area && one.state !== "removed");
    const there = own.filter((one) => one.state === "there").length;
    if (own.length && there === own.length) status.textContent = area.dataset.allThere;
    else if (own.length) status.textContent = `${there}/${own.length}`;
    else status.textContent = "";
  });
  for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, () => drop.classList.add("over"));
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
}
