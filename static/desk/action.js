// The time is asked for only where one is wanted, and the button says what it will do.
const form = document.querySelector(".action-form");
const when = form.querySelectorAll('input[name="when"]');
const row = form.querySelector(".field-at");
const button = form.querySelector('input[type="submit"]');

function settle() {
  const later = form.querySelector('input[name="when"]:checked')?.value === "later";
  row.hidden = !later;
  button.value = later ? button.dataset.later : button.dataset.now;
}

if (when.length) {
  for (const choice of when) choice.addEventListener("change", settle);
  settle();
}
// A second click must not send a second time.
form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
