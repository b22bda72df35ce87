// Tones for whoever looks at the paper and not at the screen: what was read is told by an attribute.
// ok: one high tone; warn: two middle ones; error: three low ones. Nothing is fetched, nothing is kept.
const TONES = { ok: [[1320, 0.12]], warn: [[660, 0.14], [660, 0.14]], error: [[220, 0.18], [196, 0.18], [175, 0.3]] };
let context = null;

function play(name) {
  const notes = TONES[name];
  if (!notes || !window.AudioContext) return;
  context ??= new AudioContext();
  context.resume();
  let at = context.currentTime;
  for (const [pitch, length] of notes) {
    const source = context.createOscillator();
    const volume = context.createGain();
    source.type = name === "error" ? "square" : "sine";
    source.frequency.value = pitch;
    volume.gain.value = 0.08;
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + length);
    at += length + 0.05;
  }
}

function tell(root) {
  const region = root.querySelector("[data-tone]");
  if (!region) return;
  if (region.dataset.tone && !("quiet" in region.dataset)) play(region.dataset.tone);
  root.querySelector("[data-wedge]")?.focus();
}

// A reader ends with Enter: in a field of several lines it would only make a new one.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches?.("[data-wedge]")) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit();
});
document.addEventListener("htmx:afterSettle", () => tell(document));
tell(document);
