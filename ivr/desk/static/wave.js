// What is heard, as a moving line: the caller sees that the line speaks even with the loudspeaker off.

export class Wave {
  #canvas; #analyser = null; #samples = null; #context = null; #loudest = 0;

  constructor(canvas) { this.#canvas = canvas; }

  /** The loudest sample so far, 0 to 1. */
  get loudest() { return this.#loudest; }

  watch(stream) {
    this.#context ??= new AudioContext();
    this.#context.resume();
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#loudest = 0;
    requestAnimationFrame(() => this.#draw());
  }

  stop() {
    this.#analyser?.disconnect();
    this.#analyser = null;
    this.#paint(() => 0);
  }

  #draw() {
    if (!this.#analyser) return;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    this.#loudest = Math.max(this.#loudest, ...this.#samples.map(Math.abs));
    this.#paint((at) => this.#samples[Math.floor(at * (this.#samples.length - 1))]);
    requestAnimationFrame(() => this.#draw());
  }

  #paint(level) {
    const { width, height } = this.#canvas, pen = this.#canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = this.#analyser ? "#3ddc84" : "#5a6c80";
    pen.lineWidth = 3;
    pen.beginPath();
    for (let x = 0; x <= width; x += 4) {
      const fade = Math.sin(Math.PI * x / width);
      pen.lineTo(x, height / 2 - Math.max(-1, Math.min(1, level(x / width) * 2.2 * fade)) * height / 2);
    }
    pen.stroke();
  }
}
