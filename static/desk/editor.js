// The text editor speaks English of its buttons; this gives them the desk's words, and the text its field's name.
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
  const nameAll = () => box.querySelectorAll(".prose-menubar button").forEach(name);
  new MutationObserver(nameAll).observe(box, { childList: true, subtree: true, attributeFilter: ["title"] });
  nameAll();
});
