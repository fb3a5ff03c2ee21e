// What a paste brings that saving would mend is told beside the field at once, and can be kept with a click.
const form = document.getElementById("pressrelease_form");
const place = document.getElementById("as-typed");
const words = place.dataset;
const said = place.querySelector("[role=status]");
const blank = place.querySelector("template");

const area = (name) => document.getElementById(`id_${name}`);
const note = (name) => form.querySelector(`.as-typed[data-field="${name}"]`);

function put(shown) {
  const field = area(shown.dataset.field);
  (field.closest(".prose-editor") ?? field).after(shown);
  // What a box is good for is heard with it, not only seen above it.
  const told = shown.querySelector("p");
  told.id = `as-typed-${shown.dataset.field}`;
  shown.querySelector("input").setAttribute("aria-describedby", told.id);
}

function show(name, found) {
  if (!note(name)) {
    const made = blank.content.firstElementChild.cloneNode(true);
    made.dataset.field = name;
    made.querySelector("input").value = name;
    put(made);
  }
  const text = words.pasted.replace("#", found);
  note(name).querySelector("p").textContent = text;
  said.textContent = `${text} ${words.said}`;
}

async function look(name, text) {
  const body = new URLSearchParams({ text });
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(words.url, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "error" });
  if (!answer.ok) return;
  const { found } = await answer.json();
  if (found) show(name, found);
}

// Before the text editor, which takes a paste for itself.
form.addEventListener(
  "paste",
  (event) => {
    const field = event.target.closest(".prose-editor")?.querySelector("textarea") ?? event.target;
    const text = event.clipboardData?.getData("text/plain");
    // Unanswered, it is told when the form is saved.
    if (text && words.fields.split(" ").includes(field.name)) look(field.name, text).catch(() => {});
  },
  true,
);

for (const shown of place.querySelectorAll(".as-typed[data-field]")) put(shown);
