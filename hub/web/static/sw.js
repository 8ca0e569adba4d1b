// Keeps the shell (style, script, icon, offline page) and nothing personal: pages and JSON always come from the network.
"use strict";
const SHELL = "shell-1";
const FILES = ["/offline", "/static/style.css", "/static/app.js", "/static/icon.svg"];

addEventListener("install", (event) => event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  else if (FILES.includes(path)) event.respondWith(fetch(request).catch(() => caches.match(path)));
});

// A push carries an event's id and nothing else (RULES F4): the words come from the hub, with the session that this browser has.
const NEUTRAL = { title: "School Hub", text: "В кабинете есть новое. Откройте его, чтобы прочитать.", href: "/notices" };
const told = async (event) => {
  if (!event || event === "test") return event ? { ...NEUTRAL, text: "Проверка: пуш приходит в этот браузер.", href: "/contacts" } : NEUTRAL;
  try {
    const answer = await fetch(`/api/v1/me/pushes/${encodeURIComponent(event)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : NEUTRAL;
  } catch { return NEUTRAL; }
};
const idOf = (data) => { try { return String(data.json().event || ""); } catch { return ""; } };

addEventListener("push", (event) => event.waitUntil((async () => {
  const id = event.data ? idOf(event.data) : "";
  const { title, text, href, urgent } = await told(id);
  await self.registration.showNotification(title, {
    body: text, tag: id || "new", icon: "/static/icon.svg", lang: "ru", data: { href }, requireInteraction: Boolean(urgent),
  });
})()));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = new URL((event.notification.data || {}).href || "/notices", self.location.origin);
  const href = path.origin === self.location.origin ? path.href : self.location.origin;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const here = open.find((one) => new URL(one.url).origin === self.location.origin);
    if (!here) return self.clients.openWindow(href);
    await here.focus();
    return here.navigate ? here.navigate(href) : self.clients.openWindow(href);
  })());
});
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(self.registration.showNotification(NEUTRAL.title, {
  body: "Браузер выключил пуш. Включите его снова в разделе «Уведомления».", tag: "again", lang: "ru", data: { href: "/contacts" },
})));
