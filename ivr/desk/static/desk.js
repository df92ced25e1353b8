// The desk in the browser: shows what the server sends, sends what is pressed, counts seconds. It decides nothing.

const body = document.body;
const notice = document.getElementById("notice");
const toast = document.getElementById("toast");
let ahead = 0; // milliseconds by which this machine's clock is ahead of the server's
let hiding;

function say(text) {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.classList.remove("shown"), 6000);
}

function told(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function tick() {
  const now = Date.now() - ahead;
  for (const timer of document.querySelectorAll("[data-since]")) timer.textContent = told(now - timer.dataset.since);
}

// What somebody is writing survives when the region around it is shown anew.
function kept(region) {
  const fields = [...region.querySelectorAll("form[id] [name]:not([type=hidden]), select[id]")];
  return fields.map((field) => ({
    form: field.form?.id,
    id: field.id,
    name: field.name,
    value: field.type === "radio" ? (field.checked ? field.value : null) : field.value,
    radio: field.type === "radio",
    focused: field === document.activeElement,
    at: field.selectionStart,
  }));
}

function restore(region, fields) {
  for (const was of fields) {
    const all = [...region.querySelectorAll(`[name="${was.name}"]`)];
    const same = all.filter((field) => (was.form ? field.form?.id === was.form : field.id === was.id));
    const field = was.radio ? same.find((one) => one.value === was.value) : same[0];
    if (!field) continue;
    if (was.radio) field.checked = true;
    else if (field.tagName !== "SELECT" || [...field.options].some((one) => one.value === was.value)) field.value = was.value;
    if (was.focused) {
      field.focus();
      if (was.at !== null && field.setSelectionRange && field.type !== "radio") field.setSelectionRange(was.at, was.at);
    }
  }
}

function show(id, html) {
  const region = document.getElementById(id);
  if (!region) return;
  const fields = kept(region);
  const pressed = region.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  region.innerHTML = html;
  restore(region, fields);
  if (pressed) region.querySelector(`[data-key="${pressed}"]`)?.focus();
}

function listen(url) {
  const source = new EventSource(url);
  source.addEventListener("regions", (event) => {
    const news = JSON.parse(event.data);
    ahead = Date.now() - news.now;
    for (const [id, html] of Object.entries(news.regions)) show(id, html);
    notice.hidden = true;
    body.dataset.shown = String(Date.now());
    tick();
    document.dispatchEvent(new CustomEvent("desk:shown", { detail: Object.keys(news.regions) }));
  });
  source.addEventListener("over", () => {
    source.close();
    location.assign("/sign-in");
  });
  source.onerror = () => {
    notice.textContent = body.dataset.lost;
    notice.hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(url), 2000);
  };
}

async function send(form, button) {
  const data = new URLSearchParams(new FormData(form, button));
  const url = button?.getAttribute("formaction") || form.action;
  document.dispatchEvent(new CustomEvent("desk:pressed", { detail: new URL(url, location).pathname }));
  button?.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: data,
      headers: { "X-Desk": "1", "X-CSRF": body.dataset.csrf },
    });
    const { why } = await answer.json();
    if (why) say(why);
    if (answer.status === 401) location.assign("/sign-in");
    if (answer.ok && "clear" in form.dataset) form.reset();
  } catch {
    say(body.dataset.lost);
  } finally {
    // A button that does something to the call is shown anew when the switch has confirmed it.
    button?.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("quiet" in form.dataset)) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const field = document.querySelector(`[data-focus="${event.code}"]`);
  const button = document.querySelector(`[data-key="${event.code}"]:not(:disabled)`);
  if (!field && !button) return;
  event.preventDefault();
  if (button) button.click();
  else field.focus();
});

setInterval(tick, 1000);
tick();
if (body.dataset.live) listen(body.dataset.live);
