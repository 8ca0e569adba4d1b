// The operator's console: the list of systems renewed by events, and the one-time link's code taken out of the address.
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

// The code stands behind the #, which reaches no server: into the field, also after a sign-in in this tab.
if (location.pathname === "/console/enter") {
  const told = new URLSearchParams(location.hash.slice(1)).get("operator");
  if (told) {
    sessionStorage.setItem("operator", told);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const field = document.querySelector("input[data-fragment='operator']");
  if (field && sessionStorage.getItem("operator")) {
    field.value = sessionStorage.getItem("operator");
    sessionStorage.removeItem("operator");
  }
}
