// Keeps what is typed: on the server every few seconds, and in this window while the server can't be reached or the
// session has ended. Signing in again in another window is enough to go on; the form's token is renewed.
const form = document.getElementById("pressrelease_form");
const place = document.querySelector("[data-autosave]");
const words = place.dataset;
const status = place.querySelector(".autosave-status");
const former = `autosave:${words.user}:${words.release || "new"}`; // the shelf of a form without a key
const shelf = `${former}:${form.elements.autosave_key.value}`;
const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]");

let changed = Boolean(document.getElementById("autosave-restored"));
let signedOut = false;
let sending = false;
let leaving = false;
// Milliseconds: whoever stopped the browser before an answer came can send the form again after this.
const ANSWERED_WITHIN = 15_000;
let keeping = Promise.resolve();

class SignedOut extends Error {}

function typed() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("autosave_release", words.release);
  return new URLSearchParams(data);
}

async function ask(options) {
  const answer = await fetch(words.autosave, { credentials: "same-origin", redirect: "manual", ...options });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  if (!answer.ok) throw new TypeError(`answered ${answer.status}`);
  return answer.json();
}

function tell(text, link = false) {
  status.textContent = text;
  status.classList.toggle("warning", link);
  if (!link) return;
  const anchor = document.createElement("a");
  anchor.href = words.signInUrl;
  anchor.target = "_blank";
  anchor.textContent = words.signIn;
  status.append(" ", anchor);
}

function keepHere(body) {
  try {
    sessionStorage.setItem(shelf, body.toString());
  } catch {
    // Full or forbidden: the text is in the page still.
  }
}

// After signing in elsewhere: the same person gets a fresh token, another one gets nothing.
async function signedInAgain() {
  const { user, token } = await ask();
  if (String(user) !== words.user) {
    tell(words.other, true);
    return false;
  }
  for (const input of tokens()) input.value = token;
  signedOut = false;
  tell(words.back);
  return true;
}

// Whether the server has what is typed.
function keep() {
  if (!sending) keeping = keepNow();
  return keeping;
}

async function keepNow() {
  // A form that is being saved must not be kept behind its back: it would be offered again.
  if (leaving) return false;
  sending = true;
  const body = typed();
  try {
    if (signedOut && !(await signedInAgain())) return false;
    changed = false; // what is typed while this is sent goes next time
    const { at } = await ask({ method: "POST", body: typed() });
    sessionStorage.removeItem(shelf);
    tell(words.kept.replace("#", at));
    return true;
  } catch (error) {
    changed = true;
    keepHere(body);
    signedOut ||= error instanceof SignedOut;
    tell(signedOut ? words.signedOut : words.offline, signedOut);
    return false;
  } finally {
    sending = false;
  }
}

form.addEventListener("input", () => (changed = true));
setInterval(() => {
  if (changed || signedOut) keep();
}, Number(words.seconds) * 1000);
document.addEventListener("visibilitychange", () => {
  if (document.hidden && changed) keep();
  else if (!document.hidden && signedOut) keep();
});

// Sent to somebody who is signed out, a form is lost on the way to the login page: look before.
let sure = false;
let gone = false;
let began = 0;
form.addEventListener("submit", (event) => {
  if (sure) {
    gone = true;
    return;
  }
  event.preventDefault();
  // A second click sends nothing a second time.
  if (leaving && Date.now() - began < ANSWERED_WITHIN) return;
  const button = event.submitter;
  leaving = true;
  gone = false;
  began = Date.now();
  // What is on its way must not arrive after the form itself.
  keeping
    .then(() => ask())
    .then(({ user, token }) => {
      if (String(user) !== words.user) throw new SignedOut();
      for (const input of tokens()) input.value = token;
      sessionStorage.removeItem(shelf); // the form itself goes now
      sure = true;
      form.requestSubmit(button);
      sure = false;
      leaving = gone; // a file that is on its way holds the form back: one goes on typing
    })
    .catch((error) => {
      leaving = false;
      keepHere(typed());
      changed = true;
      signedOut ||= error instanceof SignedOut;
      tell(signedOut ? words.signedOut : words.offline, signedOut);
      status.scrollIntoView({ block: "center" });
    });
});

// To an older text one goes only when what stands here is kept as well.
for (const choice of place.querySelectorAll(".autosave-choices > *")) {
  choice.addEventListener("click", async (event) => {
    if (!changed) return;
    event.preventDefault();
    if (await keep()) choice.click();
  });
}

// Left over from forms of a window that lost its session and then went through the login page itself. A form that came
// back with errors stays as it is: what is left waits for the next one.
const isLeft = (name) => name === former || (name.startsWith(`${former}:`) && name !== shelf);
const left = Object.keys(sessionStorage).filter(isLeft);
if ("opened" in words && left.length) {
  const sent = left.map(async (name) => {
    const body = new URLSearchParams(sessionStorage.getItem(name));
    body.set("csrfmiddlewaretoken", tokens()[0].value);
    const { kept } = await ask({ method: "POST", body });
    sessionStorage.removeItem(name);
    return kept;
  });
  Promise.allSettled(sent).then((ends) => {
    const kept = ends.filter((end) => end.status === "fulfilled").map((end) => end.value);
    // One text is shown at once; of several one chooses.
    if (kept.length && !changed) location.replace(kept.length === 1 ? `?restore=${kept[0]}` : location.pathname);
  });
}
