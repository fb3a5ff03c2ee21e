// Takes the passage that a reader marked in a press release along to the form that reports an error.
// Without this file it is copied by hand. Kept for this tab alone, and only until the form has it.

const PLACE = "report.passage";
const LONGEST = 1000; // characters, as the form takes them

const link = document.querySelector("[data-report]");
const field = document.querySelector("textarea[name=quote]");

function marked() {
  const selection = window.getSelection();
  const article = document.querySelector("article");
  if (!selection || selection.isCollapsed || !article?.contains(selection.anchorNode)) return "";
  return selection.toString().trim().slice(0, LONGEST);
}

if (link) {
  let passage = "";
  // Pressing a link can take the mark away before the click is told of.
  link.addEventListener("pointerdown", () => {
    passage = marked();
  });
  link.addEventListener("click", () => {
    const taken = marked() || passage;
    if (taken) sessionStorage.setItem(PLACE, taken);
    else sessionStorage.removeItem(PLACE);
  });
}

if (field && !field.value) {
  field.value = sessionStorage.getItem(PLACE) ?? "";
  sessionStorage.removeItem(PLACE);
}
