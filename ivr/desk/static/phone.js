// The page /phone: whoever sees it rings the line.

import { Softphone } from "./softphone.js";
import { beep } from "./tones.js";
import { Transcript } from "./transcript.js";
import { Wave } from "./wave.js";

const texts = JSON.parse(document.getElementById("texts").textContent);
const [device] = document.getElementsByClassName("device");
const [lamp] = document.getElementsByClassName("lamp");
const [state, time, from, microphone, mute, call, intro] =
  ["state", "time", "from", "microphone", "mute", "call", "intro"].map((id) => document.getElementById(id));
const keys = new Map([...document.querySelectorAll("[data-key]")].map((button) => [button.dataset.key, button]));
const transcript = new Transcript(document.getElementById("log"), texts);
const wave = new Wave(document.getElementById("wave"));
let phone, said, began, clock, dialled = false;

document.getElementById("options").addEventListener("submit", (event) => event.preventDefault());
call.addEventListener("click", () => (call.dataset.does === "call" ? ring() : hangUp()));
mute.addEventListener("click", () => phone.mute(!phone.muted));
for (const [key, button] of keys) button.addEventListener("click", () => press(key));
document.addEventListener("keydown", typed);
window.addEventListener("pagehide", () => phone?.hangUp());
wave.stop();
become("ready");

async function ring() {
  become("calling");
  intro.hidden = true;
  transcript.clear();
  dialled = false;
  const ticket = await begun();
  if (call.dataset.does === "call") return; // hung up meanwhile
  if (!ticket) return become("ended", "no-ticket");
  follow(ticket.transcript);
  phone = new Softphone({ user: ticket.user, password: ticket.password, microphone: microphone.checked });
  phone.addEventListener("state", ({ detail }) => changed(detail, ticket));
  phone.addEventListener("heard", ({ detail }) => wave.watch(detail.stream));
  phone.addEventListener("mute", ({ detail }) => muted(detail.on));
  phone.start();
}

function hangUp() {
  if (phone) phone.hangUp();
  else become("ended", "hung-up");
}

/** The ticket of a new call, or null when the desk is away. */
async function begun() {
  try {
    const answer = await fetch(`/phone/calls?from=${encodeURIComponent(from.value)}`, { method: "POST" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Show what is told of the call, from its first word on. */
function follow(address) {
  said?.close();
  said = new EventSource(address);
  said.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.kind === "say") transcript.say(event);
    if (event.kind === "ask") transcript.ask(event.secret, event.ahead + (phone?.unsent ?? 0));
    if (event.kind === "heard") transcript.heard(event);
    if (event.kind === "next") transcript.aside(texts[`next/${event.to}`]);
  });
}

function changed({ state, why }, ticket) {
  if (!phone) return;
  if (state === "ready" && !dialled) {
    dialled = true;
    phone.dial(ticket.number, ticket.headers);
  }
  if (state === "talking" && !began) startClock();
  if (state === "calling" || state === "talking") become(state);
  if (state === "offline" && !began) over(why);
  if (state === "ended") over(why);
}

function over(why) {
  const ended = phone;
  phone = null; // what its telephone still tells means nothing any more
  ended.stop();
  wave.stop();
  clearInterval(clock);
  began = null;
  muted(false);
  setTimeout(() => said.close(), 1000); // its last words may be on their way
  become("ended", why);
}

function become(name, why = "") {
  const busy = name === "calling" || name === "talking";
  device.toggleAttribute("data-busy", busy);
  from.disabled = microphone.disabled = busy;
  lamp.dataset.state = name === "ended" ? "ready" : name;
  state.textContent = texts[`state/${name}`];
  time.hidden = !(name === "talking" || (name === "ended" && time.textContent !== "0:00"));
  call.dataset.does = busy ? "hang-up" : "call";
  call.lastElementChild.textContent = texts[busy ? "hang-up" : "call"];
  call.disabled = false;
  mute.disabled = name !== "talking" || !microphone.checked;
  for (const button of keys.values()) button.disabled = name !== "talking";
  if (name === "calling") time.textContent = "0:00";
  if (why) transcript.aside(texts[`why/${why}`], !["hung-up", "over"].includes(why));
}

function startClock() {
  began = Date.now();
  clock = setInterval(() => {
    const passed = Math.floor((Date.now() - began) / 1000);
    time.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
  }, 500);
}

function muted(on) {
  mute.setAttribute("aria-pressed", on);
  mute.title = texts[on ? "mute/on" : "mute/off"];
}

function press(key) {
  if (phone?.state !== "talking") return;
  phone.key(key);
  beep(key);
  transcript.key(key);
}

/** The computer's own keys are keys of the telephone; Escape hangs up. */
function typed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("select, input")) return;
  if (event.key === "Escape" && call.dataset.does === "hang-up") return hangUp();
  const button = keys.get(event.key);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
  press(event.key);
}
