// The keys of a list and of every page; web/shortcuts.py lists them for people.
const TYPING = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";
const WAIT = 1200;

let before = "";
let beforeAt = 0;

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody tr")].filter((row) => row.querySelector("[data-row]"));
}

function moveTo(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-at"));
  const next = all[Math.min(all.length - 1, Math.max(0, now + step))];
  all[now]?.classList.remove("is-at");
  next.classList.add("is-at");
  next.querySelector("[data-row]").focus();
}

function tick() {
  document.querySelector("tr.is-at input[name=row]")?.click();
}

function send() {
  document.querySelector("main form[method=post]:not(.t-bulk) .btn--primary")?.click();
}

async function help() {
  const link = document.querySelector("[data-help]");
  const dialog = document.getElementById("keys-dialog");
  if (!link || !dialog || dialog.open) return;
  const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  dialog.querySelector("[data-sheet]").replaceChildren(page.getElementById("keys") ?? "");
  dialog.hidden = false;
  dialog.showModal();
}

const ALONE = {
  "?": help,
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => moveTo(1),
  k: () => moveTo(-1),
  x: tick,
  s: send,
};

/** Listen for shortcuts, unless somebody types, holds a modifier or has switched them off. */
export function listenForKeys() {
  const link = document.querySelector("[data-help]");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    help();
  });
  if (!document.querySelector("[data-keys-on]")) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches(TYPING) || document.querySelector("dialog:modal")) return;
    const keys = Date.now() - beforeAt < WAIT && before === "g" ? `g ${event.key}` : event.key;
    [before, beforeAt] = [event.key, Date.now()];
    const leading = [...document.querySelectorAll("[data-keys]")].find((each) => each.dataset.keys === keys);
    const onRow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (leading) leading.click();
    else if (onRow && event.target.matches("[data-row]")) moveTo(onRow);
    else if (ALONE[keys]) ALONE[keys]();
    else return;
    event.preventDefault();
  });
}
