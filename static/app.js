// Everything here is an improvement of a page that already works without it.

const own = document.getElementById("app-script").dataset;

import(own.govuk).then(({ initAll }) => initAll());
if (document.querySelector("[data-module^='moj-']")) {
  import(own.moj).then(({ initAll }) => initAll());
}

// --- contrast ------------------------------------------------------------------------------------
const root = document.documentElement;
for (const button of document.querySelectorAll("[data-contrast-switch]")) {
  const show = () => button.setAttribute("aria-pressed", String(root.classList.contains("app-contrast")));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const high = root.classList.toggle("app-contrast");
    try {
      if (high) localStorage.setItem("contrast", "high");
      else localStorage.removeItem("contrast");
    } catch {
      // Works for this page only.
    }
    show();
  });
}

// --- signed-in pages never come back from the browser's memory after signing out ------------------
if (document.body.hasAttribute("data-signed-in")) {
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.body.hidden = true;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

// --- "Exit this page" signs out, too ---------------------------------------------------------------
// The module hides the page in whichever way it was used; nobody waits for our answer. It arrives after the page: until
// then the button is a plain link, and whoever is in a hurry presses it all the same.
for (const button of document.querySelectorAll("[data-leave-url]")) {
  let pressed = false;
  button.addEventListener("click", (event) => { pressed = !(event.ctrlKey || event.metaKey || event.shiftKey); });
  addEventListener("pagehide", () => {
    const left = pressed || document.body.classList.contains("govuk-exit-this-page-hide-content");
    if (left) navigator.sendBeacon(button.dataset.leaveUrl);
  });
}

// --- work in progress: refresh a fragment until the server stops asking for it ---------------------
// The element keeps its place (it is a live region); only its children are replaced.
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function fresh(panel) {
  const response = await fetch(panel.dataset.pollUrl, { headers: { "X-Fragment": panel.id } });
  if (!response.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.getElementById(panel.id);
}

async function follow(panel) {
  let seconds = Number(panel.dataset.pollEvery) || 2;
  while (panel.dataset.pollUrl) {
    await wait(seconds);
    if (document.hidden) continue;
    const next = await fresh(panel).catch(() => null);
    if (!next) return; // signed out or unreachable: the "Check again" link is still there
    if (next.innerHTML !== panel.innerHTML) panel.replaceChildren(...next.childNodes);
    if (next.dataset.pollUrl) panel.dataset.pollUrl = next.dataset.pollUrl;
    else delete panel.dataset.pollUrl;
    seconds = Math.min(seconds * 1.3, 10);
  }
}
for (const panel of document.querySelectorAll("[data-poll-url][id]")) follow(panel);

// --- what stands beside a form is open where there is room for it --------------------------------
if (matchMedia("(min-width: 48.0625em)").matches) {
  for (const part of document.querySelectorAll("details[data-open-wide]")) part.open = true;
}

// --- what is typed is kept ------------------------------------------------------------------------
// <form data-autosave="/address/">: the form is sent there while somebody writes. The answer is HTML; each part of
// it with an id takes the place of what that element of the page held. [data-autosave-lost] in the form is shown
// while nothing can be kept. A page that nobody touches sends nothing, so that an idle session still ends; with
// data-autosave-once="touched" not even when it opens.
const EVERY = 20;

function written(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

// Signing in again in another tab changes the token that forms carry.
async function signedInAgain(form) {
  const response = await fetch(location.href);
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

async function send(form) {
  const response = await fetch(form.dataset.autosave, { method: "POST", body: written(form) });
  if (response.redirected) return false;
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of answer.body.querySelectorAll("[id]")) {
    const old = document.getElementById(part.id);
    if (old && old.innerHTML !== part.innerHTML) old.replaceChildren(...part.childNodes);
  }
  return response.ok;
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const lost = form.querySelector("[data-autosave-lost]");
  let touched = form.dataset.autosaveOnce !== "touched";
  let kept = true;
  const keep = async () => {
    touched = false;
    kept = (await send(form).catch(() => false)) || ((await signedInAgain(form).catch(() => false)) && (await send(form).catch(() => false)));
    if (lost) lost.hidden = kept;
    touched ||= !kept;
  };
  const touch = () => { touched = true; };
  for (const sign of ["input", "pointerdown", "keydown"]) form.addEventListener(sign, touch);
  form.addEventListener("submit", async (event) => {
    if (kept) return;
    event.preventDefault();
    await keep();
    if (kept) form.requestSubmit(event.submitter);
  });
  addEventListener("visibilitychange", () => { if (document.hidden && touched) keep(); });
  (async () => {
    for (;;) {
      if (touched && !document.hidden) await keep();
      await wait(EVERY);
    }
  })();
}

// --- words that are chosen in a text stand in the box beside it -----------------------------------
// <textarea data-chosen-from="id of the text">. What was typed into the box itself stays until something is chosen.
for (const box of document.querySelectorAll("[data-chosen-from]")) {
  const text = document.getElementById(box.dataset.chosenFrom);
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!text || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    box.value = chosen.toString().trim().slice(0, Number(box.maxLength) > 0 ? box.maxLength : 2000);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
