// The grid of proposals: ticks, keys and pages. What is ticked is told to the server with everything that is done.
const rows = () => [...element.querySelectorAll("tbody tr[data-id]")];
const box = (row) => row.querySelector("input[type=checkbox]");
const current = () => rows().find((row) => row.tabIndex === 0) ?? rows()[0];
const elsewhere = () => Number(element.querySelector(".pd-queue")?.dataset.elsewhere ?? 0);
const marks = () =>
  JSON.stringify(Object.fromEntries(rows().map((row) => [row.dataset.id, box(row).checked ? row.dataset.seen : ""])));

function stand(row, focus = true) {
  if (!row) return;
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  if (!focus) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function told() {
  const all = rows();
  for (const row of all) row.setAttribute("aria-selected", box(row).checked);
  const page = element.querySelector("[data-page]");
  if (page) {
    const on = all.filter((row) => box(row).checked).length;
    page.checked = on > 0 && on === all.length;
    page.indeterminate = on > 0 && on < all.length;
  }
}

function tick(row, on = !box(row).checked) {
  box(row).checked = on;
  changed();
}

function changed() {
  told();
  trigger("select", { marks: marks() });
}

function turn(step) {
  const button = element.querySelector(`[data-turn="${step}"]`);
  if (!button || button.disabled) return;
  trigger("input", { step, marks: marks() });
}

function press(id) {
  if (!rows().some((row) => box(row).checked) && elsewhere() === 0 && current()) tick(current(), true);
  document.getElementById(id)?.click();
}

const open = (row) => row && trigger("click", { id: Number(row.dataset.id) });

element.addEventListener("click", (event) => {
  const target = event.target;
  if (target.dataset.turn) return turn(Number(target.dataset.turn));
  const row = target.closest("tr[data-id]");
  if (!row || target.type === "checkbox") return;
  stand(row);
  if (target.closest(".pd-tick")) tick(row);
  else open(row);
});

element.addEventListener("change", (event) => {
  if ("page" in event.target.dataset) for (const row of rows()) box(row).checked = event.target.checked;
  const row = event.target.closest("tr[data-id]");
  if (row) stand(row);
  changed();
});

element.addEventListener("focusin", (event) => stand(event.target.closest("tr[data-id]"), false));
let held = false; // whether the list had the focus last, so that it gets it back when a row that had it is gone
document.addEventListener("focusin", (event) => (held = element.contains(event.target)));

const KEYS = {
  j: () => stand(rows()[rows().indexOf(current()) + 1] ?? current()),
  k: () => stand(rows()[rows().indexOf(current()) - 1] ?? current()),
  x: () => current() && (stand(current()), tick(current())),
  a: () => press("bulk-approve"),
  r: () => press("bulk-reject"),
  "/": () => document.querySelector("#queue-search :is(input, textarea)")?.focus(),
  "?": () => document.querySelector("#queue-keys summary")?.click(),
};
const GRID = { ArrowDown: KEYS.j, ArrowUp: KEYS.k, " ": KEYS.x, Enter: () => open(current()) };

document.addEventListener("keydown", (event) => {
  if (!element.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const at = event.target, tab = element.closest("[role=tabpanel]");
  if (!(at instanceof Element) || !tab || tab.offsetParent === null) return;
  if (!tab.contains(at) && at.getAttribute("aria-controls") !== tab.id) return;
  if (event.key === "Escape" && tab.contains(at) && !element.contains(at)) return stand(current());
  if (at.matches("input:not([type=checkbox]), textarea, select, [contenteditable=true]")) return;
  const act = KEYS[event.key] ?? (at.matches("tr[data-id]") ? GRID[event.key] : undefined);
  if (!act) return;
  event.preventDefault();
  act();
});

watch("value", () => {
  for (const row of rows()) box(row).checked = box(row).hasAttribute("checked");
  told();
  const at = document.activeElement;
  if (held && (at === document.body || at?.matches("tr[data-id]"))) stand(at.matches("tr") ? at : current());
});

window.pricedeskQueue = { marks, focus: () => stand(current()) };
