// The end of a session, told a minute before; the server alone decides, this only asks it.
const LEAD = 60;
// A tab in the background is woken once a minute only.
const LEAD_HIDDEN = 130;
const SAID_AT = [60, 30, 10];

/** Warn before the session ends, keep what was typed, and leave the page when it has ended. */
export function guardSession() {
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  const { idle, state, keep, leave } = dialog.dataset;
  const form = dialog.querySelector("form");
  const csrf = form.elements.csrfmiddlewaretoken.value;
  const title = document.title;
  let endsAt = Date.now() + Number(idle) * 1000;
  let reason = "idle";
  let workedAt = Date.now();
  let askedAt = 0;
  let isLeaving = false;

  const left = () => Math.round((endsAt - Date.now()) / 1000);
  const post = (url, body) =>
    fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf, "X-Background": "1" } });

  async function ask() {
    askedAt = Date.now();
    const answer = await fetch(state, { headers: { "X-Background": "1" }, cache: "no-store" });
    if (!answer.ok) return;
    const told = await answer.json();
    endsAt = Date.now() + told.left * 1000;
    reason = told.reason || reason;
  }

  async function stay() {
    const answer = await post(form.action, new FormData(form));
    if (!answer.ok) return goAway();
    await ask();
    close();
  }

  function close() {
    document.title = title;
    if (dialog.open) dialog.close();
  }

  function say(seconds) {
    const isLong = reason === "long";
    dialog.querySelector("[data-idle-words]").hidden = isLong;
    dialog.querySelector("[data-long-words]").hidden = !isLong;
    dialog.querySelector("[data-stays]").hidden = isLong;
    for (const place of dialog.querySelectorAll("[data-seconds]")) place.textContent = Math.max(0, seconds);
    const spoken = dialog.querySelector("[role=status]");
    const step = SAID_AT.findLast((each) => seconds <= each);
    if (step && spoken.dataset.step !== String(step)) {
      spoken.dataset.step = step;
      spoken.textContent = spoken.dataset.words.replace("%s", Math.max(0, seconds));
    }
  }

  function warn(seconds) {
    document.title = `${dialog.dataset.title} ${title}`;
    say(seconds);
    if (!dialog.open) dialog.showModal();
  }

  async function look() {
    if (isLeaving) return;
    const lead = document.hidden ? LEAD_HIDDEN : LEAD;
    const isClose = left() <= lead;
    if (isClose && Date.now() - askedAt > (dialog.open ? 10_000 : 4_000)) {
      await ask().catch(() => {});
    }
    const seconds = left();
    if (seconds <= 0) return goAway();
    if (seconds > lead) return dialog.open ? close() : undefined;
    // Whoever types is at work, although the server has not heard of it.
    if (reason === "idle" && !dialog.open && Date.now() - workedAt < 60_000) return stay();
    return warn(seconds);
  }

  async function goAway() {
    if (isLeaving) return;
    isLeaving = true;
    const next = await keepTyped({ post, keep });
    // Nobody reads on over the shoulder of a page whose person is gone.
    document.body.replaceChildren();
    location.replace(`${leave}?${new URLSearchParams({ next })}`);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    stay();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (reason === "idle") stay();
  });
  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, () => (workedAt = Date.now()), { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => document.hidden || look());
  setInterval(look, 1000);
  keepBeforeSwitch({ post, keep });
}

/** Store nothing at a desk that others use too: htmx notes the address of the page, typed words included. */
export function leaveNothing() {
  const clear = () => sessionStorage.clear();
  clear();
  addEventListener("pagehide", clear);
  document.addEventListener("htmx:afterSettle", clear);
}

/** Keep the typed words of every form that may be kept; give the address at which the last one goes on. */
async function keepTyped({ post, keep }) {
  let next = location.pathname + location.search;
  for (const form of document.querySelectorAll("form[data-typed]")) {
    const body = new FormData(form);
    if (!body.has("_draft")) continue;
    body.append("_query", location.search.slice(1));
    const kept = await post(keep, body).then((answer) => answer.json(), () => ({}));
    if (kept.next) next = kept.next;
  }
  return next;
}

function keepBeforeSwitch(ways) {
  document.addEventListener("input", (event) => event.target.form?.setAttribute("data-typed", ""));
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-keeps") || !document.querySelector("form[data-typed]")) return;
    event.preventDefault();
    await keepTyped(ways);
    form.submit();
  });
}
