/** Interarrival jitter as RTP receivers report it (RFC 3550, 6.4.1 and A.8), fed in order of arrival. */
export class Jitter {
  /** The estimate in ns; 0 before the second message. */
  valueNs = 0;

  private transitNs = Number.NaN;

  /** Times on any two clocks: only differences count. */
  add(sendNs: number, arrivalNs: number): void {
    const transit = arrivalNs - sendNs;
    const difference = Math.abs(transit - this.transitNs);
    this.transitNs = transit;
    if (difference >= 0) this.valueNs += (difference - this.valueNs) / 16;
  }
}
