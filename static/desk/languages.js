// On narrow screens one language is shown at a time; on wide ones both, side by side, whatever is chosen.
const tabs = document.querySelector(".language-tabs");
const form = tabs?.closest("form");

function show(language) {
  form.dataset.language = language;
  for (const button of tabs.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

if (form) {
  tabs.hidden = false;
  tabs.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) show(button.dataset.language);
  });
  // An error in the hidden language must not stay hidden.
  const errors = [...form.querySelectorAll(".errorlist")].map((list) => list.closest(".form-row > *, .fieldBox"));
  const english = errors.some((box) => box?.querySelector('[lang="en"]'));
  const thai = errors.some((box) => box?.querySelector('[lang="th"]'));
  show(english && !thai ? "en" : "th");
}
