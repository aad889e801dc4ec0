import assert from 'node:assert/strict';
import { SETTLE_NS, type Stage } from './stage.ts';

interface Closing {
  onClose: (error?: Error) => void;
  close(): void;
  abort?(): void;
}

/**
 * Closes, or aborts, three times, once of these in onClose: that fires once, not inside the call, and without an error.
 * `orderly`: an orderly close may take its time, else it is over within a moment.
 */
export function closedOnce(
  stage: Stage,
  socket: Closing,
  how: 'close' | 'abort',
  then: () => void,
  { orderly = false }: { orderly?: boolean } = {},
): void {
  let closed = 0;
  socket.onClose = (error) => {
    assert.equal(error, undefined);
    closed++;
    socket[how]?.();
  };
  socket[how]?.();
  socket[how]?.();
  assert.equal(closed, 0, `onClose fired inside ${how}()`);
  const settled = (): void =>
    stage.after(SETTLE_NS, () => {
      assert.equal(closed, 1);
      then();
    });
  if (orderly) stage.until(() => closed > 0, settled);
  else settled();
}
