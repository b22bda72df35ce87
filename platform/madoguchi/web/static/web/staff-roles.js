// Arrow keys move between the ticks of the page of roles; without this file Tab does.
const table = document.querySelector("[data-matrix]");
if (table?.querySelector("input")) {
  document.querySelector(".mx-keys")?.removeAttribute("hidden");
  const rows = [...table.querySelectorAll("tr")]
    .map((row) => [...row.querySelectorAll("input")])
    .filter((row) => row.length > 0);
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const y = rows.findIndex((row) => row.includes(event.target));
    if (!step || y < 0) return;
    const x = rows[y].indexOf(event.target);
    let next = rows[y + step[0]]?.[x + step[1]];
    while (next?.disabled && step[1]) next = rows[y][rows[y].indexOf(next) + step[1]];
    if (!next || next.disabled) return;
    event.preventDefault();
    next.focus();
  });
}
