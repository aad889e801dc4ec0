/** Of delays or round trips, in one unit: the least and the greatest exactly, the others by nearest rank or between ranks. */
export interface Percentiles {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}
