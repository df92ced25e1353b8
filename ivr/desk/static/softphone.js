// A telephone in the page: SIP over a WebSocket of the desk, voice by WebRTC.
//
//   const phone = new Softphone({ user: "seat01", password, register: true });
//   phone.addEventListener("state", ({ detail }) => …);      // { state, why }
//   phone.addEventListener("incoming", ({ detail }) => …);   // { from, name, header(name) }
//   phone.start();
//
// States: "offline" (why: "no-desk"), "ready", "calling", "ringing" (somebody calls us), "talking", "held", "ended".
// Why a call ended: "hung-up" (by us), "over" (by the other end), "microphone-refused", "microphone-missing",
// "busy", "refused", "unknown-number", "no-answer", "no-line", "no-voice", "trouble".

import JsSIP from "/assets/jssip.js";

const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
// The desk and Asterisk are on one machine or in one network: no STUN server is asked.
const PEER = { iceServers: [], bundlePolicy: "max-bundle" };
const CANDIDATES_MS = 250;
const KEY_MS = 100, PAUSE_MS = 70;
// Temporary failure (Q.850): Asterisk takes a bare BYE for 16, a normal end, after which the caller is done.
const LOST = 'Reason: Q.850;cause=41;text="the page is gone"';

const { causes } = JsSIP.C;
const WHY = {
  [causes.BYE]: "over",
  [causes.CANCELED]: "over",
  [causes.BUSY]: "busy",
  [causes.REJECTED]: "refused",
  [causes.AUTHENTICATION_ERROR]: "refused",
  [causes.NOT_FOUND]: "unknown-number",
  [causes.NO_ANSWER]: "no-answer",
  [causes.UNAVAILABLE]: "no-answer",
  [causes.EXPIRES]: "no-answer",
  [causes.CONNECTION_ERROR]: "no-line",
  [causes.REQUEST_TIMEOUT]: "no-line",
  [causes.RTP_TIMEOUT]: "no-voice",
  [causes.WEBRTC_ERROR]: "no-voice",
  [causes.USER_DENIED_MEDIA_ACCESS]: "microphone-refused",
};

export class Softphone extends EventTarget {
  #agent; #call = null; #voice = null; #sound; #state = "offline"; #mine = false; #microphone; #silence = null;

  /** `register`: calls can come in. `microphone: false` sends silence: keys are enough to be served. */
  constructor({ user, password, register = false, microphone = true, socket = socketOfTheDesk() }) {
    super();
    this.#microphone = microphone;
    this.#sound = new Audio();
    this.#sound.autoplay = true;
    this.#agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socket)],
      uri: `sip:${user}@line`,
      // Who is called at a contact speaks in that call by the contact's name: the desk knows that of the seat alone.
      contact_uri: `sip:${user}@${Math.random().toString(36).slice(2)}.invalid;transport=ws`,
      authorization_user: user,
      password,
      register,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: "line0890 desk",
    });
    this.#agent.on(register ? "registered" : "connected", () => this.#call || this.#becomes("ready"));
    this.#agent.on("registrationFailed", () => this.#call || this.#becomes("offline", "refused"));
    this.#agent.on("disconnected", () => this.#call || this.#becomes("offline", "no-desk"));
    this.#agent.on("newRTCSession", ({ session, originator }) => originator === "remote" && this.#rung(session));
  }

  get state() { return this.#state; }
  /** Whether somebody talks with us, or listens to our music. */
  get inCall() { return Boolean(this.#call?.isEstablished()); }
  /** What is heard, as a MediaStream; null outside of a call. */
  get heard() { return this.#sound.srcObject; }
  /** How many keys still wait to be sent. */
  get unsent() {
    return this.#call?.connection?.getSenders().find(({ dtmf }) => dtmf)?.dtmf.toneBuffer.length ?? 0;
  }
  get muted() { return Boolean(this.#call?.isMuted().audio); }
  set microphone(wanted) { this.#microphone = wanted; }

  start() { this.#agent.start(); }
  stop() { this.#agent.stop(); }

  /** The page is going, and nobody has hung up: whoever is talking with us is lost, not done with. */
  leave() {
    if (this.inCall) this.#call.terminate({ extraHeaders: [LOST] });
    this.stop();
  }

  /** Ring `number`. `headers` go into the INVITE, such as { "X-Ticket": "…" }. */
  async dial(number, headers = {}) {
    if (this.#call || this.#state === "calling") return;
    this.#mine = false;
    this.#becomes("calling");
    try {
      this.#voice = await this.#listenToUs();
      if (this.#mine) return this.#silent(); // hung up while the browser asked for the microphone
    } catch (error) {
      this.#becomes("ended", error.name === "NotFoundError" ? "microphone-missing" : "microphone-refused");
      return;
    }
    const extraHeaders = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    this.#attend(this.#agent.call(number, { mediaStream: this.#voice, pcConfig: PEER, extraHeaders }));
  }

  /** Take the call that is ringing. */
  async answer() {
    if (this.#state !== "ringing") return;
    try {
      this.#voice = await this.#listenToUs();
    } catch {
      this.#call?.terminate({ status_code: 480 });
      return;
    }
    this.#call?.answer({ mediaStream: this.#voice, pcConfig: PEER });
  }

  hangUp() {
    this.#mine = true;
    if (!this.#call && this.#state === "calling") this.#becomes("ended", "hung-up");
    this.#call?.terminate(this.#state === "ringing" ? { status_code: 486 } : {});
  }

  hold() { this.#call?.hold(); }
  resume() { this.#call?.unhold(); }
  mute(on = true) { on ? this.#call?.mute({ audio: true }) : this.#call?.unmute({ audio: true }); }

  /** Press a key: RFC 4733, in the stream of the voice. */
  key(key) {
    const options = { duration: KEY_MS, interToneGap: PAUSE_MS, transportType: "RFC2833" };
    if (this.#call?.isEstablished()) this.#call.sendDTMF(key, options);
  }

  #rung(session) {
    if (this.#call) return session.terminate({ status_code: 486 });
    this.#attend(session);
    const { request, remote_identity: who } = { request: session._request, remote_identity: session.remote_identity };
    const header = (name) => request.getHeader(name);
    this.#becomes("ringing");
    this.#tell("incoming", { from: who.uri.user, name: who.display_name, header });
  }

  #attend(session) {
    this.#call = session;
    this.#mine = false;
    if (session.connection) this.#hear(session.connection);
    session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
    // Candidates of this machine come at once; a network that is away must not keep the caller waiting.
    session.on("icecandidate", ({ ready }) => setTimeout(ready, CANDIDATES_MS));
    session.on("confirmed", () => this.#becomes("talking"));
    session.on("hold", ({ originator }) => originator === "local" && this.#becomes("held"));
    session.on("unhold", ({ originator }) => originator === "local" && this.#becomes("talking"));
    for (const change of ["muted", "unmuted"]) session.on(change, () => this.#tell("mute", { on: this.muted }));
    for (const end of ["ended", "failed"]) session.on(end, (event) => this.#over(session, event));
  }

  #hear(connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      this.#sound.srcObject = streams[0] ?? new MediaStream([track]);
      this.#sound.play().catch(() => {});
      this.#tell("heard", { stream: this.#sound.srcObject });
    });
  }

  #over(session, { cause, originator }) {
    if (session !== this.#call) return;
    this.#call = null;
    this.#silent();
    const ours = this.#mine || (originator === "local" && cause === causes.BYE);
    this.#becomes("ended", ours ? "hung-up" : WHY[cause] ?? "trouble");
    if (this.#agent.isConnected() && (this.#agent.isRegistered() || !this.#agent.configuration.register)) {
      this.#becomes("ready");
    } else {
      this.#becomes("offline", "no-desk");
    }
  }

  #silent() {
    this.#voice?.getTracks().forEach((track) => track.stop());
    this.#silence?.close();
    this.#silence = this.#voice = this.#sound.srcObject = null;
  }

  async #listenToUs() {
    if (this.#microphone && !navigator.mediaDevices) throw new DOMException("", "NotAllowedError");
    if (this.#microphone) return navigator.mediaDevices.getUserMedia({ audio: VOICE });
    // Silence has to flow: keys travel in its stream.
    this.#silence = new AudioContext();
    const source = new ConstantSourceNode(this.#silence, { offset: 0 });
    const sink = this.#silence.createMediaStreamDestination();
    source.connect(sink);
    source.start();
    return sink.stream;
  }

  #becomes(state, why = "") {
    this.#state = state;
    this.#tell("state", { state, why });
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

/** Where the desk leads SIP to Asterisk: behind the address that the page came from. */
function socketOfTheDesk() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sip`;
}
