import { UserError } from '../../record/errors.ts';

/** As what the kernel refuses. */
export const systemError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

export const noStreams = (): UserError =>
  new UserError('the simulation carries datagrams only: a byte stream would need a TCP, which is the kernel’s', 3);
