// Does the sum of the page in a worker, while the visitor types; a form that is sent earlier waits for it.
const box = document.querySelector("[data-proof]");
const field = box?.querySelector("input[name=proof]");
const state = box?.querySelector("[role=status]");
const form = box?.closest("form");
let isWaiting = false;

function say(name) {
  state.textContent = box.dataset[name];
}

function done(solution) {
  const challenge = JSON.parse(box.dataset.proof);
  field.value = btoa(JSON.stringify({ challenge, solution }));
  say("ready");
  if (isWaiting) form.requestSubmit();
}

function begin() {
  say("working");
  const worker = new Worker(box.dataset.worker);
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = () => {
    isWaiting = false;
    box.dataset.broken = "yes";
    say("failed");
  };
  worker.postMessage(JSON.parse(box.dataset.proof).parameters);
}

// Before the listener of the page that lets a form be sent once only.
form?.addEventListener("submit", (event) => {
  if (field.value || box.dataset.broken) return;
  event.preventDefault();
  isWaiting = true;
  say("waiting");
});
if (box) begin();
