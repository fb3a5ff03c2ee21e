// The text editor speaks of its buttons in icon names; this gives them words, and the text its field's name.
const words = document.getElementById("desk-words").dataset;
const NAMES = [
  [/^bold$/i, words.bold],
  [/^italic$/i, words.italic],
  [/^subscript$/i, words.subscript],
  [/^superscript$/i, words.superscript],
  [/^bulletlist/i, words.bulletList],
  [/^orderedlist/i, words.orderedList],
  [/^blockquote/i, words.blockquote],
  [/^horizontalrule/i, words.horizontalRule],
  [/^(link|addlink)$/i, words.link],
  [/^(unlink|removelink)$/i, words.unlink],
  [/^undo$/i, words.undo],
  [/^redo$/i, words.redo],
];

document.addEventListener("prose-editor:ready", (event) => {
  const { editor, textarea } = event.detail;
  const text = editor.view.dom;
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("aria-label", label ? label.textContent.replace(/:\s*$/, "") : textarea.name);
  text.lang = textarea.lang;
  label?.addEventListener("click", () => editor.commands.focus());
  for (const button of textarea.closest(".prose-editor").querySelectorAll("[data-name]")) {
    const found = NAMES.find(([pattern]) => pattern.test(button.dataset.name));
    const name = found?.[1] || button.title || button.dataset.name;
    button.setAttribute("aria-label", name);
    button.title = name;
  }
});
