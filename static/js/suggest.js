// Titles offered while typing, as the ARIA Authoring Practices' combobox with a list. Without this file
// the form simply searches.

const WAIT = 120; // milliseconds without a key before the server is asked

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    // A list that opens is told by few screen readers; how many titles it has, by all.
    this.told = document.createElement("p");
    this.told.className = "suggestions-told hidden-text";
    this.told.setAttribute("role", "status");
    input.after(this.list, this.told);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    // Before the input loses its focus, or the list would be gone before the click.
    this.list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        event.preventDefault();
        this.open(option);
      }
    });
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    const typed = this.input.value.trim();
    if (typed.length < 2) return this.close();
    this.timer = setTimeout(() => this.fetch(typed), WAIT);
  }

  async fetch(typed) {
    this.request = new AbortController();
    const url = new URL("suggest/", new URL(this.input.form.action));
    url.searchParams.set("q", typed);
    try {
      const answer = await fetch(url, { signal: this.request.signal });
      if (!answer.ok) return this.close();
      const [, titles, , addresses] = await answer.json();
      this.show(titles, addresses);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(titles, addresses) {
    this.current = -1;
    this.list.replaceChildren(
      ...titles.map((title, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.dataset.address = addresses[index];
        option.textContent = title;
        return option;
      }),
    );
    this.list.hidden = titles.length === 0;
    this.told.textContent = titles.length ? this.counted(titles.length) : "";
    this.input.setAttribute("aria-expanded", String(titles.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  counted(number) {
    return (this.input.dataset.offered ?? "").replace("0", number.toLocaleString(document.documentElement.lang));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort(); // what is still on its way would open the list again
    this.show([], []);
  }

  onKey(event) {
    if (this.list.hidden) return;
    const options = [...this.list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      // One place more than there are options: the input itself.
      const places = options.length + 1;
      this.current = ((this.current + 1 + step + places) % places) - 1;
      options.forEach((option, index) =>
        option.setAttribute("aria-selected", String(index === this.current)),
      );
      const chosen = options[this.current];
      chosen?.scrollIntoView({ block: "nearest" });
      if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
      else this.input.removeAttribute("aria-activedescendant");
    } else if (event.key === "Enter" && this.current >= 0) {
      event.preventDefault();
      this.open(options[this.current]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  open(option) {
    // The address is absolute; a site that is reached by another name stays where it is.
    location.assign(new URL(option.dataset.address).pathname);
  }
}

document
  .querySelectorAll("form[role=search] input[type=search]")
  .forEach((input, number) => new Suggestions(input, number));
