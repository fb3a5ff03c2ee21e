// The order of photos and attachments: by dragging, or by buttons that keep the focus and say where the card went.
const words = document.getElementById("desk-words").dataset;

for (const list of document.querySelectorAll("[data-cards]")) {
  const status = list.parentElement.querySelector("[data-announce]");
  const cards = () => [...list.querySelectorAll(":scope > [data-card]")];

  const renumber = () => {
    cards().forEach((card, index, all) => {
      card.querySelector('input[name$="-position"]').value = index;
      const [up, down] = card.querySelectorAll("[data-move]");
      up.setAttribute("aria-disabled", String(index === 0));
      down.setAttribute("aria-disabled", String(index === all.length - 1));
    });
  };

  const moved = (card) => {
    renumber();
    status.textContent = words.moved.replace("#", cards().indexOf(card) + 1);
    list.dispatchEvent(new Event("input", { bubbles: true }));
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const card = button.closest("[data-card]");
    const step = Number(button.dataset.move);
    const other = step < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(card);
    else other.after(card);
    button.focus();
    moved(card);
  });

  for (const movers of list.querySelectorAll(".movers")) movers.hidden = false;
  list.classList.add("ordered");
  renumber();
  window.Sortable?.create(list, {
    handle: ".grip",
    draggable: "[data-card]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    onEnd: (event) => moved(event.item),
  });
}
