// The office's queue by keyboard. Everything on the page works without it; the keys can be switched off for good.
"use strict";

const OFF = "desk-keys-off";
const rows = [...document.querySelectorAll("[data-row]")];
const help = document.querySelector("[data-keys]");
const off = document.querySelector("[data-keys-off]");
const chosen = document.querySelector("[data-chosen]");
const approve = document.querySelector("[data-approve]");
const reason = document.querySelector("[data-reason]");
let at = -1;

const boxes = () => rows.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
const count = () => {
  if (!chosen) return;
  const many = boxes().filter((box) => box.checked).length;
  chosen.hidden = many === 0;
  chosen.textContent = `Отмечено: ${many}`;
};
const go = (next) => {
  if (!rows.length) return;
  at = Math.min(Math.max(next, 0), rows.length - 1);
  rows[at].querySelector("a").focus();
  rows[at].scrollIntoView({ block: "nearest" });
};
const mark = (keep) => {
  const box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
  if (!box) return;
  box.checked = keep || !box.checked;
  count();
};
const toward = (target) => {
  if (!target) return;
  // Nothing is marked yet: the line under the finger is meant. The second key, Enter, decides.
  if (rows.length && !boxes().some((box) => box.checked)) mark(true);
  target.focus();
  target.scrollIntoView({ block: "nearest" });
};
const keys = {
  j: () => go(at + 1), k: () => go(at - 1), x: () => mark(false), a: () => toward(approve), r: () => toward(reason),
  "?": () => { if (help) help.open = !help.open; },
};

for (const [place, row] of rows.entries()) row.addEventListener("focusin", () => { at = place; });
document.addEventListener("change", count);
count();
if (off) {
  off.closest("label").hidden = false;
  off.checked = localStorage.getItem(OFF) === "1";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
}
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || localStorage.getItem(OFF) === "1") return;
  if (event.target.closest("select, textarea, input:not([type=checkbox])")) return;
  const act = keys[event.key] || keys[{ о: "j", л: "k", ч: "x", ф: "a", к: "r", ",": "?" }[event.key]];
  if (!act) return;
  event.preventDefault();
  act();
});
