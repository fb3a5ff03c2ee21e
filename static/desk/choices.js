// Names the box in which a release is looked for: Select2 leaves it without a name while it is empty.
function name(select) {
  const box = select.nextElementSibling?.querySelector(".select2-selection");
  const value = box?.querySelector(".select2-selection__rendered");
  if (!value) return;
  const label = select.getAttribute("aria-label");
  box.id ||= `${select.id}-choice`;
  box.setAttribute("aria-label", label);
  box.setAttribute("aria-labelledby", `${box.id} ${value.id}`);
  // A part of the box, no field of its own.
  value.removeAttribute("role");
  value.removeAttribute("aria-readonly");
}

function nameAll() {
  document.querySelectorAll("select.admin-autocomplete[aria-label]").forEach(name);
}

// jQuery's own, so that both come after the scripts that make the boxes.
django.jQuery(nameAll);
document.addEventListener("formset:added", nameAll);
django.jQuery(document).on("select2:open", (event) => {
  document
    .querySelector(".select2-container--open .select2-search__field")
    ?.setAttribute("aria-label", event.target.getAttribute("aria-label"));
});
