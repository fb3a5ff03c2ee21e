// From an item of the checklist to where it is mended, whatever language is shown; and official names to the clipboard.
function field(place) {
  const body = /^id_body_(th|en)$/.exec(place);
  if (body) return document.querySelector(`.field-body_${body[1]} .ProseMirror, #${place}`);
  return document.getElementById(place) ?? document.querySelector(`[id^="${place}_"]`);
}

document.querySelector(".checklist")?.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link) return;
  const place = link.hash.slice(1);
  const language = /_(th|en)$/.exec(place)?.[1];
  if (language) document.querySelector(`.language-tabs [data-language="${language}"]`)?.click();
  const target = field(place);
  if (!target) return;
  event.preventDefault();
  target.closest("details")?.setAttribute("open", "");
  target.scrollIntoView({ block: "center" });
  (target.matches("input, textarea, select, [contenteditable]") ? target : target.querySelector("input, textarea"))?.focus();
});

if (navigator.clipboard) {
  for (const button of document.querySelectorAll(".copy-name")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.name);
      const status = button.closest("details").querySelector("[data-copied]");
      status.textContent = `${status.dataset.copied}: ${button.dataset.name}`;
    });
  }
}
