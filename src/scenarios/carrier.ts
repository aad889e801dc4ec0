import type { Transport } from '../transports/transport.ts';
/** What really carries a scenario's messages: the transport, or its plain bytes where the scenario frames by itself. */
export const carrierOf = (scenario: { readonly unframed?: boolean }, transport: Transport): Transport =>
  (scenario.unframed && transport.unframed) || transport;
