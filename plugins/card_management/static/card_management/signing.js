// A box in which somebody writes their name; what is written becomes the chosen file of the form.
const INK = "#111";
const WIDTH = 5;

function point(paper, event) {
  const box = paper.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * paper.width) / box.width,
    y: ((event.clientY - box.top) * paper.height) / box.height,
  };
}

/** Put what was written into the field for a file, as if somebody had chosen it. */
function choose(paper, input) {
  return new Promise((settle) => {
    paper.toBlob((picture) => {
      const chosen = new DataTransfer();
      if (picture) chosen.items.add(new File([picture], "signature.png", { type: "image/png" }));
      input.files = chosen.files;
      settle();
    }, "image/png");
  });
}

function open(form) {
  const pad = form.querySelector("[data-pad]");
  const paper = pad.querySelector("canvas");
  const input = form.querySelector("input[type=file]");
  const pen = paper.getContext("2d");
  let isWritten = false;
  let last = null;

  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, paper.width, paper.height);
    isWritten = false;
  }

  function draw(event) {
    if (!last) return;
    const next = point(paper, event);
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(next.x, next.y);
    pen.stroke();
    last = next;
    isWritten = true;
  }

  function lift() {
    last = null;
  }

  pen.strokeStyle = INK;
  pen.lineWidth = WIDTH;
  pen.lineCap = "round";
  clear();
  paper.addEventListener("pointerdown", (event) => {
    paper.setPointerCapture(event.pointerId);
    last = point(paper, event);
    draw(event);
  });
  paper.addEventListener("pointermove", draw);
  paper.addEventListener("pointerup", lift);
  paper.addEventListener("pointercancel", lift);
  pad.querySelector("[data-again]").addEventListener("click", clear);
  form.addEventListener("submit", async (event) => {
    if (!isWritten) return;
    event.preventDefault();
    await choose(paper, input);
    isWritten = false;
    form.submit();
  });
  pad.hidden = false;
}

for (const form of document.querySelectorAll("[data-signing]")) open(form);
