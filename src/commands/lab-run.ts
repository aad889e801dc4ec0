import { Session } from '../lab/session.ts';
import { effectiveProfile } from '../link/effective.ts';
import { formatProfile } from '../link/format.ts';
import type { Profile } from '../link/profile.ts';
import { UserError } from '../record/errors.ts';
import { findEmulator, type LabEmulator } from '../suite/emulator.ts';
import { runClient } from './lab-client.ts';
import { claimCapture } from './lab-pcap.ts';
import type { LabRequest } from './lab-request.ts';
import { Server } from './lab-server.ts';
import { shell } from './lab-shell.ts';
import { statsJson, statsTable } from './lab-stats.ts';

export interface OpenLab {
  readonly session: Session;
  readonly emulator: LabEmulator['name'];
}

/** Makes the lab, runs the programs in it, says what the link did. Returns the exit code. */
export async function runLab(request: LabRequest): Promise<number> {
  const { link, pcap, stats } = request;
  for (const warning of link.warnings) process.stderr.write(`netduel: warning: ${warning}\n`);
  const profile = effectiveProfile(link.profile);
  const { session, emulator } = await openLab(request, profile);
  try {
    const server = request.server === undefined ? undefined : await Server.start(session, request.server);
    const program = request.command.length > 0 ? { command: request.command, env: {} } : shell(link.label);
    const status = await runClient(session, program.command, program.env);
    const serverStatus = await server?.finish();
    if (stats !== 'none') {
      const account = await session.account();
      if (stats === 'table') process.stderr.write(`${statsTable(account)}\n`);
      else process.stdout.write(`${statsJson({ request, emulator, profile, status, serverStatus, account })}\n`);
    }
    await session.endCapture().catch((error: Error) => {
      throw new UserError(`--pcap ${pcap}: the file is not complete: ${error.message}`, 3);
    });
    if (serverStatus) process.stderr.write(`netduel: the server command ended with status ${serverStatus}\n`);
    // As in a pipeline with pipefail: the client's failure counts, else the server's.
    return status || (serverStatus ? 1 : 0);
  } finally {
    await session.close();
  }
}

/** A lab, or nothing: without one the file of the capture is not left behind either. */
export async function openLab({ emulator: asked, pcap, seed }: LabRequest, profile: Profile): Promise<OpenLab> {
  const release = pcap === undefined ? undefined : claimCapture(pcap);
  const about = `link: ${formatProfile(profile)}; seed ${seed}`;
  const capture = pcap === undefined ? {} : { capture: { path: pcap, about } };
  try {
    const { launcher, name: emulator } = await emulatorFor(asked);
    const session = await Session.open(launcher, { emulator, profile, seed, ...capture }).catch((error: Error) => {
      throw new UserError(`no lab can be made: ${error.message}`, 3);
    });
    return { session, emulator };
  } catch (error) {
    release?.();
    throw error;
  }
}

async function emulatorFor(emulator: LabRequest['emulator']): Promise<LabEmulator> {
  const found = await findEmulator(emulator);
  if (found.name === 'user' || found.name === 'kernel') return found;
  const why = found.name === 'none' ? `${found.reason}\n${found.remedy}` : 'there is only a shim';
  throw new UserError(`no lab can be made: ${why}`, 3);
}
