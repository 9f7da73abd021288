// Sorting and filtering of a report's tables. The page is complete without this script.
"use strict";
for (const table of document.querySelectorAll("table.data")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  if (rows.length < 2) continue;
  const heads = Array.from(table.tHead.rows[0].cells);
  const value = (row, column) => {
    const cell = row.cells[column];
    const number = cell.dataset.v;
    return number === undefined ? [1, cell.textContent.trim().toLowerCase()] : number === "" ? [2, ""] : [0, Number(number)];
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = "Sort by this column";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const sorted = rows.map((row, place) => [value(row, column), place, row]).sort(([a, p], [b, q]) => {
        if (a[0] === 2 || b[0] === 2) return a[0] === b[0] ? p - q : a[0] === 2 ? 1 : -1;
        const order = a[0] !== b[0] ? a[0] - b[0] : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
        return order === 0 ? p - q : falling ? -order : order;
      });
      body.append(...sorted.map((entry) => entry[2]));
    });
  });
  if (rows.length < 8) continue;
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  label.append("Show rows with ", input);
  input.type = "search";
  count.setAttribute("aria-live", "polite");
  const bar = document.createElement("div");
  bar.className = "filter";
  bar.append(label, count);
  table.closest(".scroll").before(bar);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = wanted !== "" && !texts[place].includes(wanted);
      if (!row.hidden) shown += 1;
    });
    count.textContent = wanted === "" ? "" : `${shown} of ${rows.length} rows`;
  });
}
