// Switches pushes on and off for this browser; everything else on the page works without it.
"use strict";
const place = document.querySelector("[data-push]");
const said = document.querySelector("[data-push-said]");
const tell = (text) => { said.textContent = text; };
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const send = (method, path, body) => fetch(path, {
  method,
  headers: { "Content-Type": "application/json", "X-CSRF-Token": place.dataset.csrf, Accept: "application/json" },
  body: body && JSON.stringify(body),
});

const start = async () => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return tell("Этот браузер не умеет принимать пуш. Работают почта и мессенджеры.");
  const registration = await navigator.serviceWorker.ready;
  const [on, off] = [place.querySelector("[data-on]"), place.querySelector("[data-off]")];
  const show = async () => {
    const known = await registration.pushManager.getSubscription();
    const denied = Notification.permission === "denied";
    on.hidden = Boolean(known) || denied;
    off.hidden = !known;
    place.hidden = on.hidden && off.hidden;
    if (denied) tell("Уведомления с этого сайта запрещены в браузере. Разрешите их в настройках сайта (значок слева от адреса) и обновите страницу.");
    else tell(known ? "В этом браузере пуш включён." : "В этом браузере пуш выключен.");
  };
  on.addEventListener("click", async () => {
    on.disabled = true;
    try {
      const options = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.push) };
      const made = await registration.pushManager.subscribe(options);
      const answer = await send("POST", "/api/v1/me/push-subscriptions", made.toJSON());
      if (!answer.ok) { await made.unsubscribe(); tell((await answer.json()).detail); return; }
      location.reload();
    } catch {
      await show();
      if (Notification.permission !== "denied") tell("Браузер не включил пуш. Проверьте, что уведомления разрешены, и попробуйте ещё раз.");
    } finally { on.disabled = false; }
  });
  off.addEventListener("click", async () => {
    const known = await registration.pushManager.getSubscription();
    // The service answers «gone» from now on, and the hub forgets the browser by itself.
    if (known) await known.unsubscribe();
    await show();
  });
  await show();
};
if (place) start().catch(() => tell("Не получилось узнать, включён ли пуш. Обновите страницу."));
