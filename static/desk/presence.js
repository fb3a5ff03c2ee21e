// Tells the desk that this form is open, and its reader who else has it open or has saved it meanwhile.
const note = document.getElementById("desk-presence");
const token = document.querySelector("#pressrelease_form input[name=csrfmiddlewaretoken]");

async function beat() {
  if (document.hidden) return;
  const response = await fetch(note.dataset.url, {
    method: "POST",
    headers: { "X-CSRFToken": token.value },
    redirect: "error",
  });
  if (!response.ok) return;
  const { others, revision } = await response.json();
  const said = [];
  if (others.length) said.push(`${note.dataset.here} ${others.join(", ")}`);
  if (String(revision) !== note.dataset.revision) said.push(note.dataset.saved);
  const text = said.join(" ");
  // Said again only when it changes: a screen reader would read it aloud each time.
  if (note.textContent !== text) note.textContent = text;
  note.classList.toggle("presence-alone", !text);
}

if (note) setInterval(() => beat().catch(() => {}), Number(note.dataset.seconds) * 1000);
