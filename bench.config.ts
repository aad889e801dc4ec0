import { defineConfig } from './src/index.ts';

/** What `npm start` runs: TCP against UDP and rudp on loopback, on a clean slow link and on a lossy one, in about a minute. */
export default defineConfig({
  transports: ['tcp', 'udp', 'rudp'],
  scenarios: ['stream'],
  links: ['loopback', 'delay 10ms rate 50mbit', 'delay 10ms loss 1% rate 50mbit'],
  trials: 4,
  duration: '1s',
});
