// Runs before Gradio asks the browser for its language: the person's own choice stands in its place.
try {
  const wanted = { en: "en-GB", zh: "zh-CN" }[localStorage.getItem("pd-language")];
  if (wanted) {
    Object.defineProperty(navigator, "language", { get: () => wanted });
    Object.defineProperty(navigator, "languages", { get: () => [wanted] });
    document.documentElement.lang = wanted;
  }
} catch { /* a browser that keeps nothing speaks its own language */ }
