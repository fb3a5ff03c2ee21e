// Sharing that needs a script: copying the short link, and the phone's own share sheet.
// Their buttons are hidden in the page, so that nobody is offered what doesn't work.

const status = document.querySelector("[data-share-status]");

function say(words) {
  // A live region speaks only when its text changes: copying twice must be told twice.
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = words;
  });
}

// For pages without TLS and old browsers, where there is no clipboard interface.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "hidden-text";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.dataset.copy);
    button.focus();
    say(done ? button.dataset.copied : button.dataset.failed);
  });
}

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ title: button.dataset.title, url: button.dataset.share });
      } catch (error) {
        // Closing the sheet is an AbortError and no failure.
        if (error.name !== "AbortError") throw error;
      }
    });
  }
}
