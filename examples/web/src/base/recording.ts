// The microphone. What is heard is on the disk second by second; a closed tab or an empty battery loses the last one.
import type { Crm } from "./crm";
import type { Take } from "./parcel";
import { t } from "./words";

const types = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
/** The server takes ten minutes in one recording; before, a next one begins on the same breath. */
const longest_s = 9 * 60;

export class Recording {
  paused = false;
  /** how loud it is, 0 to 1 */
  readonly level = (): number => {
    if (!this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.wave);
    let sum = 0;
    for (const one of this.wave) sum += one * one;
    return Math.min(1, Math.sqrt(sum / this.wave.length) * 4);
  };
  private wave = new Float32Array(1024);
  private stream: MediaStream | undefined;
  private context: AudioContext | undefined;
  private analyser: AnalyserNode | undefined;
  private recorder: MediaRecorder | undefined;
  private take: Take | undefined;
  private writing: Promise<unknown> = Promise.resolve();
  private since = 0;
  private before_s = 0;
  private stopped: Promise<void> | undefined;

  private constructor(private readonly crm: Crm) {}

  /** Asks for the microphone; where there is none or it is refused, says so in words and gives nothing. */
  static async start(crm: Crm): Promise<Recording | undefined> {
    const recording = new Recording(crm);
    try {
      if (!navigator.mediaDevices || typeof MediaRecorder === "undefined") throw new DOMException("", "NotSupportedError");
      recording.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
    } catch (problem) {
      const { name } = problem as DOMException;
      crm.toast(t(name === "NotAllowedError" ? "mic_refused" : name === "NotFoundError" ? "mic_none" : "mic_unsupported"), { kind: "bad" });
      return undefined;
    }
    recording.context = new AudioContext();
    recording.analyser = recording.context.createAnalyser();
    recording.context.createMediaStreamSource(recording.stream).connect(recording.analyser);
    recording.stream.getAudioTracks()[0]?.addEventListener("ended", () => void recording.stop());
    recording.begin();
    return recording;
  }

  get seconds(): number {
    return this.before_s + (this.since ? (performance.now() - this.since) / 1000 : 0);
  }

  private begin(): void {
    const type = types.find((one) => MediaRecorder.isTypeSupported(one));
    const recorder = (this.recorder = new MediaRecorder(this.stream as MediaStream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 32_000 }));
    const take: Take = (this.take = { id: crypto.randomUUID(), seconds: 0, type: (type ?? recorder.mimeType).split(";")[0] as string });
    let pieces = 0;
    this.crm.keepTake(take); // known before its first piece is there, so that nobody sweeps that away
    recorder.ondataavailable = ({ data }) => {
      if (!data.size) return;
      const key = `${take.id} ${String(pieces++).padStart(6, "0")}`;
      if (this.take === take) take.seconds = this.seconds;
      this.writing = this.writing
        .then(() => this.crm.cupboard.put("voice", key, data))
        .then(() => this.crm.keepTake(take))
        .catch((problem: unknown) => {
          this.crm.sorry(problem);
          void this.stop();
        });
      if (this.take === take && take.seconds > longest_s) this.turn();
    };
    this.before_s = 0;
    this.since = performance.now();
    recorder.start(1000);
  }

  private turn(): void {
    this.recorder?.stop();
    this.begin();
  }

  pause(): void {
    if (this.recorder?.state !== "recording") return;
    this.recorder.pause();
    this.before_s = this.seconds;
    this.since = 0;
    this.paused = true;
    this.crm.tell();
  }
  resume(): void {
    if (this.recorder?.state !== "paused") return;
    this.recorder.resume();
    this.since = performance.now();
    this.paused = false;
    this.crm.tell();
  }

  /** Resolves when the last of it is on the disk. */
  stop(): Promise<void> {
    this.stopped ??= new Promise<void>((resolve) => {
      const done = (): void => {
        this.stream?.getTracks().forEach((track) => track.stop());
        void this.context?.close();
        this.analyser = undefined;
        this.crm.recording = undefined;
        void this.writing.then(() => {
          this.crm.tell();
          resolve();
        });
      };
      const seconds = this.seconds;
      if (!this.recorder || this.recorder.state === "inactive") return done();
      this.recorder.addEventListener("stop", () => {
        if (this.take) this.take.seconds = seconds;
        done();
      });
      this.recorder.stop();
    });
    return this.stopped;
  }
}
