// The sound of a key, for the one who presses it (ITU-T Q.23); the line hears RFC 4733.

const ROWS = [697, 770, 852, 941], COLUMNS = [1209, 1336, 1477], KEYS = ["123", "456", "789", "*0#"];
let context;

export function beep(key) {
  const row = KEYS.findIndex((keys) => keys.includes(key));
  if (row < 0) return;
  context ??= new AudioContext();
  const loudness = new GainNode(context, { gain: 0.05 });
  loudness.connect(context.destination);
  for (const frequency of [ROWS[row], COLUMNS[KEYS[row].indexOf(key)]]) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(loudness);
    tone.start();
    tone.stop(context.currentTime + 0.1);
  }
}
