// Makes the pages live where the browser can; everything works without it.
"use strict";

// The app shell for offline use; no personal page is ever kept (see sw.js).
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");

// Arrow keys turn the weeks, as pages of a paper diary, unless the person is typing.
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, details[open]")) return;
  const link = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const target = link && document.querySelector(`a[rel="${link}"]`);
  if (target) target.click();
});

// A form that takes time says so, and cannot be sent twice by a nervous finger.
addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[data-busy]");
  if (!button) return;
  button.textContent = button.dataset.busy;
  setTimeout(() => { button.disabled = true; });
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// "5 minutes ago" stays true while the page is open.
const words = new Intl.RelativeTimeFormat("ru", { numeric: "auto" });
const retell = () => {
  for (const element of document.querySelectorAll("time[data-age]")) {
    const minutes = Math.round((Date.parse(element.dateTime) - (Date.now() + offset)) / 60000);
    element.textContent = Math.abs(minutes) < 60 ? words.format(minutes, "minute") : words.format(Math.round(minutes / 60), "hour");
  }
};
const served = document.documentElement.dataset.now;
const offset = served ? Date.parse(served) - Date.now() : 0;
setInterval(retell, 30000);

// What the hub tells while the page is open: a quiet line on top, read out by a screen reader, never a jump.
const line = document.getElementById("live");
if (line) {
  const events = new EventSource("/events");
  events.addEventListener("notice", (event) => {
    const notice = JSON.parse(event.data);
    const link = document.createElement("a");
    link.href = notice.href || "/notices";
    link.textContent = notice.text;
    line.replaceChildren(link);
    line.hidden = false;
  });
  for (const changed of ["diary", "timeline"]) events.addEventListener(changed, () => dispatchEvent(new Event(changed)));
  events.addEventListener("signed_out", () => { events.close(); location.assign("/"); });
  addEventListener("pagehide", () => events.close());
}

// A slip's QR code leads here with the code behind the #, which no server sees: into the field, out of the address.
const scanned = /^#code=([0-9A-Za-z-]{12,20})$/.exec(location.hash);
if (scanned) {
  sessionStorage.setItem("slip", scanned[1]);
  history.replaceState(null, "", location.pathname + location.search);
}
const slip = sessionStorage.getItem("slip");
const field = location.pathname === "/invitation" && document.getElementById("f-code");
if (slip && field) {
  field.value = slip;
  sessionStorage.removeItem("slip");
} else if (slip && line) {
  // The sign-in came between: the code still waits in this tab.
  const link = document.createElement("a");
  link.href = "/invitation";
  link.textContent = "Код с листка прочитан: подключить ребёнка";
  line.replaceChildren(link);
  line.hidden = false;
}

// The page of slips prints itself; without this, the browser's own menu does.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// An import that is being written shows how far it is, and its result when it ends.
const importing = document.querySelector("[data-import]");
if (importing) {
  const bar = importing.querySelector("progress");
  const done = importing.querySelector("[data-done]");
  const look = async () => {
    const answer = await fetch(importing.dataset.import, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const now = await answer.json();
    if (now.state !== "applying") location.reload();
    bar.value = now.rows_done;
    done.textContent = now.rows_done;
  };
  setInterval(() => look().catch(() => {}), 1000);
}

// A lent view's code in the address after # reaches no server: it goes into its field, also after a sign-in in this tab.
if (location.pathname === "/delegations") {
  const told = new URLSearchParams(location.hash.slice(1)).get("lent");
  if (told) {
    sessionStorage.setItem("lent", told);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const field = document.querySelector("input[data-fragment='lent']");
  if (field && sessionStorage.getItem("lent")) {
    field.value = sessionStorage.getItem("lent");
    sessionStorage.removeItem("lent");
  }
}

// A mark's card opens over the page; with a modifier key, or where something fails, its link leads there as always.
addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-card]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const card = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("card");
    if (!card) throw new Error("no card");
    const dialog = document.createElement("dialog");
    const close = Object.assign(document.createElement("button"), { className: "button", textContent: "Закрыть" });
    const form = Object.assign(document.createElement("form"), { method: "dialog" });
    form.append(close);
    dialog.className = "mark-card";
    dialog.setAttribute("aria-label", "Оценка");
    dialog.append(document.importNode(card, true), form);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    dialog.addEventListener("click", (inside) => { if (inside.target === dialog) dialog.close(); });
    (link.closest("main") || document.body).append(dialog);
    dialog.showModal();
  } catch { location.assign(link.href); }
});

// The children's day follows the diaries: when something new was read, the part marked as live is taken anew, without a jump.
const lives = [...document.querySelectorAll("[data-live]")];
const renew = async () => {
  const free = lives.filter((live) => !live.contains(document.activeElement));
  if (!free.length || document.querySelector("dialog[open]")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const live of free) {
    const fresh = page.getElementById(live.id);
    if (fresh) live.replaceChildren(...document.importNode(fresh, true).childNodes);
  }
};
if (lives.length) {
  for (const changed of ["diary", "timeline"]) addEventListener(changed, () => renew().catch(() => {}));
  for (const wait of [3000, 8000, 20000]) setTimeout(() => { if (document.querySelector("[data-live] [data-pending]")) renew().catch(() => {}); }, wait);
}
