// Asks for the place in the line without a reload; a phone that wakes up asks at once.
const box = document.querySelector("[data-queue]");
let timer = 0;

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
    const isInLine = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.ok && !isInLine) return location.reload();
    if (isInLine) show(await answer.json());
  } catch {
    // No network for a moment: the next time comes soon.
  }
  timer = setTimeout(ask, Number(box.dataset.seconds) * 1000);
}

function show(numbers) {
  box.dataset.seconds = numbers.seconds;
  for (const name of ["ahead", "minutes"]) {
    const place = box.querySelector(`[data-${name}]`);
    if (place.textContent !== numbers[name]) place.textContent = numbers[name];
  }
}

document.addEventListener("visibilitychange", () => document.hidden || ask());
timer = setTimeout(ask, Number(box.dataset.seconds) * 1000);
