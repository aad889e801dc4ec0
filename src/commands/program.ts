import { lookup } from 'node:dns/promises';
import { Catalogue } from '../config/catalogue.ts';
import { loadConfig } from '../config/load.ts';
import type { Address } from '../io/address.ts';
import { chooseIo } from '../io/index.ts';
import type { ProgramSpec } from '../programs/protocol.ts';
import { RunningProgram } from '../programs/run.ts';
import { UserError } from '../record/errors.ts';
import { builtinTransports } from '../transports/index.ts';

export interface ProgramRequest {
  readonly program: string;
  readonly params: unknown;
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  /** Plain bytes: where the transport has them, or from no other transport. See `Transport.unframed`. */
  readonly unframed?: 'preferred' | 'required';
}

/** @throws UserError for a transport, an option, a host or a port that there is not */
export async function startProgram(request: ProgramRequest): Promise<RunningProgram> {
  const { program, params, transport: spec, unframed } = request;
  const file = await loadConfig(undefined, process.cwd());
  const own = file?.config['transports'];
  const known = new Catalogue('transport', builtinTransports, Array.isArray(own) ? own : []);
  const [asked, ...more] = known.resolve([spec]);
  if (!asked || more.length > 0) throw new UserError(`--transport '${spec}': expected one transport, such as 'tcp'`);
  const options = asked.item.options.safeParse(asked.options);
  if (!options.success) {
    throw new UserError(`--transport '${spec}': ${options.error.issues[0]?.message}; see 'netduel list'`);
  }
  if (unframed === 'required' && !asked.item.unframed) {
    throw new UserError(`--transport '${spec}': ${asked.item.name} is no stream of plain bytes; use tcp`);
  }
  const given: ProgramSpec = {
    ...{ program, params },
    io: (await chooseIo('auto')).name,
    transport: { name: asked.item.name, options: options.data },
    address: await addressOf(request),
    ...(unframed ? { unframed: true } : {}),
    ...(file && !file.path.endsWith('.json') ? { config: file.path } : {}),
  };
  return new RunningProgram(given);
}

async function addressOf({ host, port }: ProgramRequest): Promise<Address> {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new UserError(`--port ${port}: expected a whole number from 0 to 65535`);
  }
  // Names of sockets that know no network are taken as they are.
  if (host.startsWith('@')) return { host, port };
  const found = await lookup(host).catch((error: Error) => {
    throw new UserError(`--host ${host}: ${error.message}; name an address such as 127.0.0.1`);
  });
  return { host: found.address, port };
}
