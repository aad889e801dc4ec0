/** A link profile by name. */
export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** As `parseProfile` reads it; the traces that it names are those that netduel ships. */
  readonly profile: string;
  /** Who publishes the figures, or `ours`: docs/presets.md gives the reasons. */
  readonly source: string;
}

const WEBPAGETEST = 'WebPageTest, connectivity.ini.sample (2025-07)';
const OURS = 'ours';

/** Round trips are split in halves. A queue that the source does not name is left to the effective profile. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'lan',
    summary: 'switched gigabit Ethernet',
    profile: 'delay 100us rate 1gbit queue 256 packets',
    source: OURS,
  },
  {
    name: 'datacenter',
    summary: 'between racks: short, fast, shallow buffers',
    profile: 'delay 50us rate 2gbit queue 128 packets',
    source: OURS,
  },
  {
    name: 'wifi',
    summary: 'a good wireless LAN: frames leave in bunches',
    profile: 'delay 2ms loss 0.1% rate 80mbit queue 256 packets slot 300us 2ms packets 32 bytes 64kb',
    source: `${OURS}, slots after the netem slot patch (Linux 4.16)`,
  },
  {
    name: 'wifi-lossy',
    summary: 'a crowded wireless LAN at the edge of its reach: jitter, bursts of loss',
    profile: 'delay 10ms 3ms loss gemodel 0.2525% 25% rate 50mbit queue 256 packets slot 1ms 5ms packets 32 bytes 64kb',
    source: `${OURS}, slots after the netem slot patch (Linux 4.16)`,
  },
  {
    name: 'cable',
    summary: 'cable modem',
    profile: 'up: delay 14ms rate 1mbit down: delay 14ms rate 5mbit',
    source: WEBPAGETEST,
  },
  {
    name: 'dsl',
    summary: 'a slow DSL line',
    profile: 'up: delay 25ms rate 384kbit down: delay 25ms rate 1500kbit',
    source: WEBPAGETEST,
  },
  {
    name: 'fiber',
    summary: 'fibre to the home (FIOS)',
    profile: 'up: delay 2ms rate 5mbit down: delay 2ms rate 20mbit',
    source: WEBPAGETEST,
  },
  {
    name: '4g',
    summary: '4G with a long round trip',
    profile: 'delay 85ms rate 9mbit',
    source: WEBPAGETEST,
  },
  {
    name: 'lte',
    summary: 'LTE at a steady rate',
    profile: 'delay 35ms rate 12mbit',
    source: WEBPAGETEST,
  },
  {
    name: 'lte-trace',
    summary: 'LTE on foot: capacity that changes from ms to ms, deep queue',
    profile:
      'up: delay 35ms trace lte-up.trace queue 500 packets down: delay 35ms trace lte-down.trace queue 1000 packets',
    source: `${OURS}: a made-up trace (scripts/lte-trace.ts)`,
  },
  {
    name: '3g',
    summary: '3G',
    profile: 'up: delay 150ms rate 768kbit down: delay 150ms rate 1600kbit',
    source: WEBPAGETEST,
  },
  {
    name: 'edge',
    summary: 'EDGE: slow, and most of a second there and back',
    profile: 'up: delay 420ms rate 200kbit down: delay 420ms rate 240kbit',
    source: WEBPAGETEST,
  },
  {
    name: 'satellite-geo',
    summary: 'geostationary satellite',
    profile: 'up: delay 300ms rate 2mbit down: delay 300ms rate 20mbit',
    source: 'Endres et al. 2022, Performance of QUIC Implementations over Geostationary Satellite Links',
  },
  {
    name: 'starlink',
    summary: 'satellites in low orbit: jitter, loss, a break every 15 s',
    profile:
      'up: delay 25ms 7ms loss gemodel 0.1% 25% rate 15mbit outage every 15s for 80ms ' +
      'down: delay 25ms 7ms loss gemodel 0.1% 25% rate 100mbit outage every 15s for 80ms',
    source: `${OURS}, after measurements by Michel et al. 2022, Mohan et al. 2024, Huston 2024 and Ookla`,
  },
  {
    name: 'transatlantic',
    summary: 'a clean path from North America to Europe',
    profile: 'delay 45ms loss 0.01% rate 100mbit',
    source: OURS,
  },
  {
    name: 'lossy-1',
    summary: '1 % independent loss and nothing else unusual',
    profile: 'delay 20ms loss 1% rate 20mbit',
    source: OURS,
  },
  {
    name: 'lossy-5',
    summary: '5 % independent loss and nothing else unusual',
    profile: 'delay 20ms loss 5% rate 20mbit',
    source: OURS,
  },
  {
    name: 'bursty',
    summary: '1 % loss in bursts of 8 packets: lossy-1 with the same mean',
    profile: 'delay 20ms loss gemodel 0.12626% 12.5% rate 20mbit',
    source: OURS,
  },
  {
    name: 'reordering',
    summary: '2 % of the packets overtake about five others',
    profile: 'delay 17ms rate 20mbit | delay 3ms reorder 2%',
    source: OURS,
  },
  {
    name: 'bufferbloat',
    summary: 'an access line with far too much buffer',
    profile: 'up: delay 15ms rate 2mbit queue 200 packets down: delay 15ms rate 20mbit queue 800 packets',
    source: `${OURS}, after Kreibich et al. 2010 (Netalyzr)`,
  },
  {
    name: 'quic-interop',
    summary: 'the default path of the QUIC interop runner (simple-p2p)',
    profile: 'delay 15ms rate 10mbit queue 25 packets',
    source: 'quic-interop-runner (2026-04): --delay=15ms --bandwidth=10Mbps --queue=25',
  },
];

export const presetNamed = (name: string): Preset | undefined => PRESETS.find((preset) => preset.name === name);
