const steps = document.querySelector("main").dataset.steps.split(";").map((step) => step.split(","));
function say() {
  const now = Date.now() / 1000;
  const fits = ([, since, until]) => since && now >= Number(since) && (!until || now < Number(until));
  const [state] = steps.find(fits) ?? ["down"];
  for (const part of document.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
}
say();
setInterval(say, 10000);
