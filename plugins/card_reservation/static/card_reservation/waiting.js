// Asks for the place in the line without a reload; a phone that wakes up asks at once.
const box = document.querySelector("[data-queue]");
let timer = 0;

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
    const isInLine = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && !isInLine) return location.reload();
    if (isInLine && !show(await answer.json())) return location.reload();
  } catch {
    // No network for a moment: the next time comes soon.
  }
  timer = setTimeout(ask, Number(box.dataset.seconds) * 1000);
}

function show(numbers) {
  box.dataset.seconds = numbers.seconds;
  if (numbers.page !== box.dataset.queue) return false;
  for (const place of box.querySelectorAll("[data-shows]")) {
    const text = numbers[place.dataset.shows];
    if (place.textContent !== text) place.textContent = text;
  }
  return true;
}

document.addEventListener("visibilitychange", () => document.hidden || ask());
timer = setTimeout(ask, Number(box.dataset.seconds) * 1000);
