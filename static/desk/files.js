// Names the files that were chosen or dropped before they are sent.
const size = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

for (const area of document.querySelectorAll("[data-new-files]")) {
  const input = area.querySelector('input[type="file"]');
  const list = area.querySelector(".chosen");
  const drop = area.querySelector(".drop");
  input.addEventListener("change", () => {
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} (${size(file.size)})`;
        return item;
      }),
    );
  });
  for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, () => drop.classList.add("over"));
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
}
