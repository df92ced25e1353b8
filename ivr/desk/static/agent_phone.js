// The telephone in the page of an agent or a supervisor: it is the seat, rings when the seat rings, and answers when
// "take" is pressed, or "listen" was.

import { Softphone } from "/static/softphone.js";

const RING_MS = 4000, TONE_S = 1.0, LISTEN_MS = 10000;
const panel = document.getElementById("telephone");
const texts = JSON.parse(panel.dataset.texts);
const status = panel.querySelector("[role=status]");
const dot = panel.querySelector(".dot");
const buttons = panel.querySelector(".buttons");
let bell = null;

function ring(on) {
  clearInterval(bell?.timer);
  bell?.context.close();
  bell = null;
  if (!on) return;
  const context = new AudioContext();
  const once = () => {
    const tone = new OscillatorNode(context, { frequency: 425 });
    const loudness = new GainNode(context, { gain: 0.08 });
    tone.connect(loudness).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + TONE_S);
  };
  once();
  bell = { context, timer: setInterval(once, RING_MS) };
}

function show(phone, { state, why }) {
  status.textContent = texts[why] ?? texts[state] ?? texts.offline;
  dot.className = `dot ${{ ready: "ready", ringing: "ringing", talking: "talking", offline: "unreachable" }[state] ?? ""}`;
  panel.dataset.state = state;
  for (const button of buttons.querySelectorAll("[data-in]")) button.hidden = !button.dataset.in.split(" ").includes(state);
  ring(state === "ringing");
}

async function begin() {
  const answer = await fetch("/telephone");
  if (!answer.ok) return;
  const phone = new Softphone({ ...(await answer.json()), register: true });
  const does = {
    answer: () => phone.answer(),
    "hang-up": () => phone.hangUp(),
    mute: () => phone.mute(!phone.muted),
  };
  let hears = 0; // until then the ring is the one that was asked for
  phone.addEventListener("state", ({ detail }) => {
    show(phone, detail);
    if (detail.state === "ringing" && Date.now() < hears) phone.answer();
  });
  phone.addEventListener("mute", ({ detail }) => {
    const button = buttons.querySelector("[data-do=mute]");
    button.setAttribute("aria-pressed", String(detail.on));
  });
  buttons.addEventListener("click", ({ target }) => does[target.closest("[data-do]")?.dataset.do]?.());
  // "Take" goes to the switch, which waits until this telephone is answered.
  document.addEventListener("desk:pressed", ({ detail }) => detail === "/do/take" && phone.answer());
  // "Listen" makes the switch ring this telephone.
  document.addEventListener("desk:pressed", ({ detail }) => { if (detail === "/listen") hears = Date.now() + LISTEN_MS; });
  addEventListener("beforeunload", (event) => phone.inCall && event.preventDefault());
  addEventListener("pagehide", () => phone.leave());
  phone.start();
}

begin();
