// The operator's console: the list of systems renewed by events.
"use strict";

const list = document.querySelector("[data-systems]");
if (list) {
  const events = new EventSource(list.dataset.systems);
  events.addEventListener("systems", (event) => {
    // What is being read stays as it is: open parts stay open, and the focus where it was.
    const open = new Set([...list.querySelectorAll("details[open]")].map((part) => part.closest("li").id));
    const focused = list.contains(document.activeElement) && document.activeElement.closest("li");
    list.innerHTML = JSON.parse(event.data).html;
    for (const part of list.querySelectorAll("details")) part.open = open.has(part.closest("li").id);
    if (focused) document.getElementById(focused.id)?.querySelector("summary")?.focus();
  });
  events.addEventListener("closed", () => { events.close(); location.reload(); });
  addEventListener("pagehide", () => events.close());
}
