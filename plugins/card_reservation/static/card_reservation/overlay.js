// Lays the names of a local file over the bookings of a day. The file is read here and nowhere else: nothing of
// it is sent, stored or put into an address, and the names go when the page goes.
import { peopleIn } from "./names-file.js";

const box = document.getElementById("names-file");
const input = document.getElementById("names-input");
const status = document.getElementById("names-status");
const MINUTES = 15;
const AT_ONCE = 500;
let people = [];
let timer = 0;

function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
}

async function signer(key) {
  const known = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return (content) => crypto.subtle.sign("HMAC", known, content);
}

async function inParts(items, work) {
  const done = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return done;
}

async function read(file) {
  say("reading");
  const found = peopleIn(await file.arrayBuffer());
  if (!found) return say("columns");
  const sign = await signer(bytes(day().dataset.key));
  const writing = new TextEncoder();
  people = await inParts(found, async ({ number, name, kana }) => ({
    index: await sign(writing.encode(number)),
    name,
    kana,
  }));
  await lay();
}

function day() {
  return document.getElementById("names-day");
}

async function lay() {
  const sign = await signer(bytes(day().dataset.salt));
  const known = new Map(await inParts(people, async (one) => [hex(await sign(one.index)), one]));
  const places = [...day().querySelectorAll("[data-marks]")];
  let found = 0;
  for (const place of places) {
    const marks = place.dataset.marks.split(" ").filter(Boolean);
    found += marks.some((mark) => known.has(mark));
    place.replaceChildren(...marks.flatMap((mark, at) => [...(at ? [document.createElement("br")] : []), shown(known.get(mark))]));
    if (!marks.length) place.textContent = "—";
  }
  for (const name of ["names-clear", "names-print"]) document.getElementById(name).hidden = false;
  say(found ? "done" : "nobody", { rows: places.length, found });
  stayAwake();
}

function shown(person) {
  const line = document.createElement("span");
  line.textContent = person ? person.name + (person.kana ? `（${person.kana}）` : "") : box.dataset.unknown;
  if (!person) line.className = "hint";
  return line;
}

function clear(word) {
  people = [];
  input.value = "";
  clearTimeout(timer);
  for (const place of document.querySelectorAll("[data-marks]")) place.textContent = "—";
  for (const name of ["names-clear", "names-print"]) document.getElementById(name).hidden = true;
  status.textContent = word ? box.dataset[word] : "";
}

function say(word, numbers = {}) {
  status.textContent = box.dataset[word].replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
}

function stayAwake() {
  clearTimeout(timer);
  if (people.length) timer = setTimeout(() => clear("cleared"), MINUTES * 60_000);
}

// Another day without losing the names: the page is fetched, and of it only the table of the day is taken.
async function turn(event) {
  if (!people.length) return;
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(event.target));
  const answer = await fetch(`${location.pathname}?${asked}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = answer.ok && !answer.redirected ? page.getElementById("names-day") : null;
  if (!fresh) {
    clear("");
    return event.target.submit();
  }
  day().replaceWith(document.adoptNode(fresh));
  await lay();
}

box.hidden = false;
if (globalThis.crypto?.subtle) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      await read(file);
    } catch {
      clear("unreadable");
    }
    input.value = "";
  });
  document.querySelector("form.filters").addEventListener("submit", turn);
  document.getElementById("names-clear").addEventListener("click", () => clear("cleared"));
  document.getElementById("names-print").addEventListener("click", () => print());
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, stayAwake);
  addEventListener("pagehide", () => clear(""));
} else {
  input.disabled = true;
  say("insecure");
}
