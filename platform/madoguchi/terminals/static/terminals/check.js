/* Measures what only the browser knows; every form also works without it. */
const field = (form, name) => form.elements.namedItem(name);

const measures = {
  screen(form) {
    field(form, "javascript").value = "yes";
    field(form, "window").value = `${innerWidth}×${innerHeight}`;
    form.addEventListener("submit", () => { field(form, "clock_ms").value = Date.now(); });
  },

  async network(form) {
    const { ping, sample, unit } = form.dataset;
    const show = (name, ms) => {
      field(form, name).value = ms;
      form.querySelector(`[data-shows="${name}"]`).textContent = `${ms} ${unit}`;
    };
    const time = async (address) => {
      const began = performance.now();
      const answer = await fetch(address, { cache: "no-store" });
      await answer.arrayBuffer();
      return Math.round(performance.now() - began);
    };
    const trips = [];
    for (let count = 0; count < 5; count += 1) trips.push(await time(ping));
    show("round_trip_ms", trips.sort((a, b) => a - b)[2]);
    show("download_ms", await time(sample));
  },

  scan(form) {
    const typed = field(form, "scanned");
    const ended = field(form, "enter");
    ended.value = "no";
    typed.addEventListener("keydown", (event) => { ended.value = event.key === "Enter" ? "yes" : "no"; });
    typed.focus();
  },
};

for (const form of document.querySelectorAll("[data-measure]")) measures[form.dataset.measure](form);
