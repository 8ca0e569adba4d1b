"use strict";
// Copies on click, filters families, keeps the list of requests fresh. The page works without it.
(() => {
  const said = document.getElementById("said");
  let hush;
  const say = (text) => {
    said.textContent = text;
    said.classList.add("shown");
    clearTimeout(hush);
    hush = setTimeout(() => said.classList.remove("shown"), 1800);
  };

  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.title = "Скопировать";
    code.replaceWith(button);
    button.append(code);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        say(`Скопировано: ${code.textContent}`);
      } catch {
        getSelection().selectAllChildren(code);
        say("Выделено: скопируйте сочетанием клавиш");
      }
    });
  }

  const find = document.getElementById("find");
  find.closest(".finder").hidden = false;
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
    for (const home of document.querySelectorAll(".home")) {
      const text = home.textContent.toLowerCase().replaceAll("ё", "е");
      home.hidden = !words.every((word) => text.includes(word));
    }
  });

  const latest = document.getElementById("latest");
  if (!latest) return;
  const note = document.getElementById("live");
  note.hidden = false;
  let shown = "";
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/home/requests");
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (html !== shown) {
        latest.innerHTML = html;
        shown = html;
      }
      note.textContent = "Список обновляется сам.";
    } catch {
      note.textContent = "Песочница не отвечает: список не обновляется.";
    }
  }, 2000);
})();
