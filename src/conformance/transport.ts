import type { Transport } from '../transports/transport.ts';
import type { ConformanceCase } from './case.ts';
import { closingCases } from './transport/closing.ts';
import { loggingCases } from './transport/logging.ts';
import { messageCases } from './transport/messages.ts';
import { openingCases } from './transport/opening.ts';
import type { Subject, TransportSetup } from './transport/tools.ts';

/**
 * All that a transport must do, over the loopback interface. Only its traits are asked for, never its name. Where little
 * is sent (at most 100 small messages) nothing may be lost, by an unreliable transport either: loopback loses nothing
 * but what finds a receive buffer full.
 */
export function transportConformance<O>({ makeIo, transport, options, host }: TransportSetup<O>): ConformanceCase[] {
  const given = transport.options.parse(options ?? {});
  const subject: Subject = {
    // Its own schema made the options, so they are what it takes.
    transport: transport as Transport<unknown>,
    options: given,
    traits: transport.traits(given),
    host,
  };
  return [openingCases, messageCases, closingCases, loggingCases].flatMap((cases) => cases(subject, makeIo));
}
