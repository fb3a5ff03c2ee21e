"""Two ways to use a page, with the same words: by mouse, and with the keyboard alone."""

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, Page, expect

# From where the focus is to `element`: the key that leads there and how often it may be pressed
# before one looks again. Half of what seems to lie between, as not all of that takes the focus.
_WAY = """element => {
  // Of a group of radio buttons Tab stops at the one that is chosen.
  const group = element.type === "radio"
    ? [...document.getElementsByName(element.name)].filter(other => other.form === element.form)
    : [element];
  const from = document.activeElement;
  if (group.includes(from)) return ["", 0];
  const goal = group.find(other => other.checked) ?? element;
  const stops = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [contenteditable], [tabindex]")];
  const after = from.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING;
  const [first, last] = after ? [from, goal] : [goal, from];
  const between = stops.filter(stop => stop.tabIndex >= 0 && stop.checkVisibility()
    && stop.type !== "radio"
    && first.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING
    && last.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_PRECEDING).length;
  return [after ? "Tab" : "Shift+Tab", Math.max(1, Math.floor(between / 2))];
}"""
_MOST_LOOKS = 60


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, thing: Locator) -> None:
        """A link, a button, the summary of a fold."""
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        """Let `text` be all that stands in `field`."""
        field.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, box: Locator) -> None:
        box.check()

    def choose(self, field: Locator, label: str) -> None:
        field.select_option(label=label)

    def choose_files(self, field: Locator, files: Sequence[FilePayload]) -> None:
        field.set_input_files(files)


class Keyboard:
    """Goes where it wants with Tab, and nowhere that Tab doesn't lead."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Somebody listens from the beginning: asked for together with the key that opens it, the
        # browser may open a window of its own before it hears that the test wants to be told.
        page.on("filechooser", lambda chooser: None)

    def reach(self, thing: Locator) -> None:
        for _look in range(_MOST_LOOKS):
            key, times = thing.evaluate(_WAY)
            if not key:
                return
            for _time in range(times):
                self.page.keyboard.press(key)
        raise AssertionError(f"no key leads to {thing}")

    def press(self, thing: Locator) -> None:
        self.reach(thing)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, box: Locator) -> None:
        self.reach(box)
        if box.get_attribute("type") == "checkbox":
            if not box.is_checked():
                self.page.keyboard.press("Space")
        else:
            self.page.keyboard.press("Space")
            for _other in range(30):
                if box.is_checked():
                    break
                self.page.keyboard.press("ArrowDown")
        expect(box).to_be_checked()

    def choose(self, field: Locator, label: str) -> None:
        self.reach(field)
        labels = field.locator("option").all_inner_texts()
        self.page.keyboard.press("Home")
        for _step in range(labels.index(label)):
            self.page.keyboard.press("ArrowDown")
        assert field.evaluate("field => field.selectedOptions[0].text") == label

    def choose_files(self, field: Locator, files: Sequence[FilePayload]) -> None:
        self.page.wait_for_load_state()  # the page's scripts may move the field, and the focus goes
        self.reach(field)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(files)


Hand = Mouse | Keyboard
