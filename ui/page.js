// A button that asks something fills in the chat and goes there.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-ask]") : null;
  const field = button && document.querySelector("#question textarea");
  if (!field) return;
  document.querySelector('[role="tab"]')?.click();
  field.value = button.dataset.ask;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => field.focus(), 100);
});

// A link to a fact opens the list that it stands in and takes the reader there.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href*="#"]') : null;
  const name = link?.getAttribute("href").split("#")[1];
  const fact = name ? document.getElementById(name) : null;
  if (!fact) return;
  event.preventDefault();
  for (let box = fact.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  fact.scrollIntoView({ block: "nearest" });
  fact.focus({ preventScroll: true });
});
