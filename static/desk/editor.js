// The text editor speaks English of its buttons, and says only by a colour that one is of no use now; this gives them the
// desk's words and that state, and the text its field's name.
const LABELS = new Map(
  [...document.querySelectorAll("#desk-labels li")].map((item) => [item.dataset.for, item.textContent]),
);

function name(button) {
  const known = LABELS.get((button.title || button.dataset.name || "").toLowerCase());
  if (!known || button.getAttribute("aria-label") === known) return;
  button.setAttribute("aria-label", known);
  if (button.title) button.title = known;
  else button.firstElementChild.textContent = known;
}

function tell(button) {
  name(button);
  button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
}

document.addEventListener("prose-editor:ready", (event) => {
  const { editor, textarea } = event.detail;
  const text = editor.view.dom;
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("aria-label", label ? label.textContent.replace(/:\s*$/, "") : textarea.name);
  text.lang = textarea.lang;
  label?.addEventListener("click", () => editor.commands.focus());
  // The bar is drawn anew now and then.
  const box = textarea.closest(".prose-editor");
  const tellAll = () => box.querySelectorAll(".prose-menubar button").forEach(tell);
  new MutationObserver(tellAll).observe(box, { childList: true, subtree: true, attributeFilter: ["title", "class"] });
  tellAll();
});
