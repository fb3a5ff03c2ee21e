// Two inputs for one year: typing one era fills in the other. The weekday shows at once whether a date can be right.
const OFFSET = 543;
const LAST_APRIL_YEAR = 2483; // until then a Thai year began in April: the other era isn't filled in

const digits = (text) => text.replace(/[๐-๙]/g, (digit) => digit.charCodeAt(0) - 0x0e50).trim();
const year = (input) => (/^[0-9]{4}$/.test(digits(input.value)) ? Number(digits(input.value)) : null);

for (const group of document.querySelectorAll(".era-date")) {
  const [day, month, be, ce] = group.querySelectorAll("input, select");
  const weekdays = group.dataset.weekdays.split(" ");
  const output = group.querySelector(".weekday");

  const tell = () => {
    const [y, m, d] = [year(ce), Number(month.value), Number(digits(day.value))];
    const date = new Date(Date.UTC(y ?? 0, m - 1, d));
    const real = y && m && d && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
    output.textContent = real ? weekdays[(date.getUTCDay() + 6) % 7] : "";
  };

  be.addEventListener("input", () => {
    const typed = year(be);
    if (typed && typed > LAST_APRIL_YEAR) ce.value = String(typed - OFFSET);
    if (!be.value) ce.value = "";
  });
  ce.addEventListener("input", () => {
    const typed = year(ce);
    if (typed && typed + OFFSET > LAST_APRIL_YEAR) be.value = String(typed + OFFSET);
    if (!ce.value) be.value = "";
  });
  group.addEventListener("input", tell);
  tell();
}
