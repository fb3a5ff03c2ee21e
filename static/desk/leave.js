// Asks before a page with unsaved changes is left.
const form = document.getElementById("pressrelease_form");
let changed = Boolean(document.querySelector(".errornote"));

form.addEventListener("input", () => (changed = true));
form.addEventListener("submit", (event) => {
  // A submission that another script holds back leaves everything as it is.
  if (!event.defaultPrevented) changed = false;
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
