// The login form says nothing where somebody has guessed too often: how long to wait stands here, in words.
(() => {
  const send = window.fetch;
  let over = 0;
  window.fetch = async (...asked) => {
    const answer = await send(...asked);
    if (answer.status === 429 && /\/login\/?$/.test(new URL(answer.url, location).pathname)) {
      wait(Number(answer.headers.get("retry-after")) || 60);
    }
    return answer;
  };

  function wait(seconds) {
    const place = document.getElementById("login-wait");
    if (!place) return;
    const [said, left] = seconds > 90 ? [place.dataset.minutes, Math.ceil(seconds / 60)] : [place.dataset.seconds, seconds];
    place.textContent = said.replaceAll("{n}", left);
    place.hidden = false;
    clearTimeout(over);
    over = setTimeout(() => { place.hidden = true; }, 1000 * Math.min(seconds, 86400));
  }
})();
