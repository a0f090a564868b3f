// The tour, the person's own language, and names for what Gradio leaves without one.
(() => {
  const stored = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  };
  function speak(chosen) {
    if ((stored.get("pd-language") ?? "") === chosen) return false;
    return stored.set("pd-language", chosen) && (location.reload(), true);
  }

  function make(tag, text, props = {}) {
    return Object.assign(document.createElement(tag), { textContent: text, ...props });
  }

  function tour(again) {
    const words = document.getElementById("tour-words");
    if (!words || document.getElementById("tour")) return;
    const key = `pd-tour-${words.dataset.name}`;
    if (!again && (stored.get(key) || stored.get("pd-tour") === "off")) return;
    const said = JSON.parse(words.dataset.tour);
    const before = document.activeElement;
    const box = make("div", "", { id: "tour", tabIndex: -1 });
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-labelledby", "tour-title");
    box.setAttribute("aria-describedby", "tour-text");
    const [title, text, count] = [make("h2", said.title, { id: "tour-title" }), make("p", "", { id: "tour-text" }), make("p", "", { id: "tour-count" })];
    const [skip, back, next] = ["skip", "back", "next"].map((name) => make("button", said[name], { type: "button", id: `tour-${name}` }));
    const buttons = make("div", "", { className: "pd-tour-buttons" });
    buttons.append(skip, back, next);
    box.append(title, count, text, buttons);
    let step = 0;
    const mark = (tab) => document.querySelectorAll('[role="tab"]').forEach((one) => one.classList.toggle("pd-pointed", one.textContent.trim() === tab));
    function show(to) {
      step = to;
      const now = said.steps[step];
      [text.textContent, count.textContent] = [now.text, now.count];
      back.disabled = step === 0;
      next.textContent = step === said.steps.length - 1 ? said.done : said.next;
      mark(now.tab);
      place(now.tab);
    }
    function place(name) {
      const tab = [...document.querySelectorAll('[role="tab"]')].find((one) => one.textContent.trim() === name && one.offsetParent);
      const at = tab?.getBoundingClientRect();
      const beside = at && innerWidth > 640;
      box.style.top = beside ? `${at.bottom + 12}px` : "auto";
      box.style.left = beside ? `${Math.min(at.left, innerWidth - box.offsetWidth - 16)}px` : "auto";
      box.style.right = box.style.bottom = beside ? "auto" : "";
    }
    function close() {
      stored.set(key, "seen");
      mark("");
      box.remove();
      before?.focus?.();
    }
    skip.onclick = close;
    back.onclick = () => show(step - 1);
    next.onclick = () => (step === said.steps.length - 1 ? close() : show(step + 1));
    box.onkeydown = (event) => {
      if (event.key === "Escape") close();
      if (event.key === "ArrowRight" && step < said.steps.length - 1) show(step + 1);
      if (event.key === "ArrowLeft" && step > 0) show(step - 1);
    };
    document.body.append(box);
    show(0);
    box.focus({ preventScroll: true });
  }

  function mend() {
    // The arrow of a step is a button without a name inside the button that it belongs to. It becomes decoration: a
    // click on it goes to the button around it, and nobody meets it by keyboard or reader.
    for (const arrow of document.querySelectorAll('#conversation :is(button, [role="button"]) button[aria-label=""]')) {
      arrow.setAttribute("aria-hidden", "true");
      arrow.disabled = true;
      arrow.style.pointerEvents = "none";
    }
  }

  function arrived() {
    const head = document.querySelector(".pd-head[data-language]");
    if (!head || head.dataset.met) return;
    head.dataset.met = "yes";
    document.documentElement.lang = head.dataset.spoken;
    if (!speak(head.dataset.language)) tour(false);
  }

  window.pricedesk = { spoken: () => { setTimeout(() => location.reload(), 400); } };
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#tour-again")) tour(true);
  });
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; arrived(); mend(); });
  }).observe(document, { childList: true, subtree: true });
})();
