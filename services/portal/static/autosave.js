// Keeps what somebody types: sends the form now and then, and says so.  The page works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-keep]")) {
  const PAUSE = 3000; // milliseconds without a key before it is sent
  const LONGEST = 20000; // milliseconds that somebody may type without a pause
  const said = form.querySelector("[data-kept]");
  let timer = 0;
  let since = 0;
  let sending = false;
  let again = false;

  const say = (text) => {
    if (said && said.textContent !== text) said.textContent = text;
  };

  const keep = async () => {
    clearTimeout(timer);
    since = 0;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.keep, { method: "POST", body, credentials: "same-origin", redirect: "error" });
      const found = await answer.json();
      say([found.kept, found.newer].filter(Boolean).join(" "));
    } catch {
      say(form.dataset.failed);
    }
    sending = false;
    if (again) {
      again = false;
      keep();
    }
  };

  form.addEventListener("input", () => {
    const now = Date.now();
    since = since || now;
    clearTimeout(timer);
    timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, since + LONGEST - now)));
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    again = false;
  });
}
