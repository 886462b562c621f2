/**
 * What the page does beyond showing: tooltips at once, tables sorted by a click, everything unfolded on
 * paper. The page says all that it has to say without it.
 */
import { html as javascript } from "./html.ts";

/** Runs in the browser. It reads what the page holds and makes no markup of it. */
export const SCRIPT = javascript`
(() => {
  "use strict";
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  for (const column of document.querySelectorAll(".column")) {
    const titles = [...column.querySelectorAll("title")];
    column.dataset.tip = titles.map((title) => title.textContent).join(" · ");
    for (const title of titles) title.remove();
  }
  const hide = () => {
    tip.hidden = true;
  };
  document.addEventListener("pointermove", (event) => {
    const column = event.target instanceof Element ? event.target.closest(".column") : null;
    if (column === null) return hide();
    tip.textContent = column.dataset.tip.replaceAll(" · ", String.fromCharCode(10));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const right = document.documentElement.clientWidth - width - 8;
    const above = event.clientY - height - 12;
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, right)) + "px";
    tip.style.top = (above < 8 ? event.clientY + 16 : above) + "px";
  });
  document.addEventListener("scroll", hide, true);
  document.addEventListener("pointerleave", hide);

  const valueOf = (row, at) => {
    const cell = row.cells[at];
    return cell.dataset.order === undefined ? cell.textContent.trim() : Number(cell.dataset.order);
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), "en", { numeric: true });
  const sort = (table, head, at) => {
    const down = head.getAttribute("aria-sort") !== "descending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => compare(valueOf(a, at), valueOf(b, at)) * (down ? -1 : 1));
    table.tBodies[0].append(...rows);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
      if (head.querySelector(".hidden") !== null) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head, at));
      head.append(button);
    }
  }

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.issue:not([open])")];
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
  });
})();
`;
