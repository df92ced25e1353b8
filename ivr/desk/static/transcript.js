// The talk as it goes: what the line says, word by word while it says it, the keys that were pressed, and what was
// said into the telephone, as far as it was understood.

export class Transcript {
  #log; #texts; #speaking = null; #keys = null; #pressed = []; #secret = false;

  constructor(log, texts) {
    this.#log = log;
    this.#texts = texts;
  }

  clear() {
    this.#stop();
    this.#log.replaceChildren();
    this.#keys = null;
    this.#pressed = [];
    this.#secret = false;
  }

  /** The line begins to say `text`, which takes `length_s` seconds. */
  say({ text, language, length_s }) {
    this.#stop();
    this.#keys = null;
    const item = this.#add("line", this.#texts.says);
    item.lang = language;
    const words = text.split(" ").map((word) => Object.assign(document.createElement("span"), { textContent: word }));
    for (const word of words) item.append(word, " ");
    this.#speak(item, words, text.length, length_s * 1000);
  }

  /** A key was pressed. It stops the line, and it is hidden where a secret is asked for. */
  key(key) {
    this.#stop();
    this.#keys ??= this.#add("you", this.#texts.you);
    const shown = this.#secret ? this.#hidden() : document.createTextNode(key);
    this.#keys.append(shown);
    this.#pressed.push(shown);
    this.#show();
  }

  /** What the caller said, and what of it was understood: an `answer`, `digits`, or neither. */
  heard({ words, answer, digits }) {
    this.#stop();
    this.#keys = null;
    const item = this.#add("you said", this.#texts.you);
    const understood = digits ?? answer;
    const meant = understood ? `${this.#texts.understood}: ${understood}` : this.#texts["not-understood"];
    item.append(words.replace(/[… ]/g, "") ? `«${words}»` : this.#texts.inaudible, Object.assign(document.createElement("small"), { textContent: meant }));
    this.#show();
  }

  /** What is keyed from now on is a `secret` or not; the last `ahead` keys belong to it already. */
  ask(secret, ahead) {
    this.#secret = secret;
    if (secret && ahead) for (const key of this.#pressed.slice(-ahead)) key.replaceWith(this.#hidden());
  }

  /** Something about the call itself. */
  aside(text, bad = false) {
    this.#stop();
    this.#keys = null;
    this.#add(bad ? "aside bad" : "aside").append(text);
    this.#show();
  }

  #speak(item, words, letters, length_ms) {
    const began = performance.now();
    let before = 0;
    const ends = words.map((word) => (before += word.textContent.length + 1) / letters * length_ms);
    for (const word of words) word.className = "unsaid";
    item.classList.add("speaking");
    const step = () => {
      const now = performance.now() - began;
      words.forEach((word, at) => now >= (ends[at - 1] ?? 0) && word.removeAttribute("class"));
      if (now >= length_ms) this.#stop();
    };
    this.#speaking = { item, step, timer: setInterval(step, 100) };
    step();
    this.#show();
  }

  #stop() {
    if (!this.#speaking) return;
    clearInterval(this.#speaking.timer);
    const { item } = this.#speaking;
    item.classList.remove("speaking"); // what was not said stays pale
    this.#speaking = null;
  }

  #add(kind, who) {
    const item = document.createElement("li");
    item.className = kind;
    if (who) item.append(Object.assign(document.createElement("b"), { className: "unseen", textContent: `${who}: ` }));
    this.#log.append(item);
    return item;
  }

  #hidden() {
    const dot = Object.assign(document.createElement("span"), { textContent: "•" });
    dot.setAttribute("aria-label", this.#texts.hidden);
    dot.setAttribute("role", "img");
    return dot;
  }

  #show() { this.#log.scrollTop = this.#log.scrollHeight; }
}
