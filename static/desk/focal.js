// The focal point of a photo: by a click on it, or by arrow keys on the mark; the numbers in the form follow, and lead.
const words = document.getElementById("desk-words").dataset;
const bounded = (value) => Math.min(100, Math.max(0, Math.round(value)));

for (const card of document.querySelectorAll(".photo-card")) {
  const image = card.querySelector("img");
  const across = card.querySelector('input[name$="-focal_x"]');
  const down = card.querySelector('input[name$="-focal_y"]');
  if (!image || !across || !down) continue;

  const frame = document.createElement("span");
  frame.className = "focal";
  image.replaceWith(frame);
  const mark = document.createElement("button");
  mark.type = "button";
  mark.className = "focal-mark";
  frame.append(image, mark);

  const show = () => {
    mark.style.left = `${across.value}%`;
    mark.style.top = `${down.value}%`;
    mark.setAttribute("aria-label", `${words.focal}: ${across.value} %, ${down.value} %`);
  };
  const set = (x, y) => {
    across.value = bounded(x);
    down.value = bounded(y);
    across.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };

  frame.addEventListener("click", (event) => {
    if (event.target === mark) return;
    const box = image.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    mark.focus();
  });
  mark.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    set(Number(across.value) + move[0], Number(down.value) + move[1]);
  });
  for (const input of [across, down]) input.addEventListener("input", show);
  show();
}
