import assert from 'node:assert/strict';
import type { Loop } from '../../io/loop.ts';
import type { ConnectionLog } from '../../transports/log.ts';
import type { ConformanceCase, IoSetup } from '../case.ts';
import { countdown, onStage } from '../stage.ts';
import { connected, type Subject } from './tools.ts';

/** What a log gets to hear. */
export function loggingCases(subject: Subject, makeIo: IoSetup['makeIo']): ConformanceCase[] {
  return [
    {
      name: 'both ends log events, none from the future, by qualified names and with data that JSON keeps',
      ...(subject.transport.logs ? {} : { skip: 'the transport logs no events' }),
      run: onStage(makeIo, (stage) => {
        const logs = { listener: new StrictLog(stage.io.loop), client: new StrictLog(stage.io.loop) };
        connected(stage, { ...subject, logs }, (server, client) => {
          const ended = countdown(subject.traits.connection ? 2 : 1, () => {
            assert.ok(logs.listener.events > 0, 'the listener logged nothing');
            assert.ok(logs.client.events > 0, 'the client logged nothing');
            stage.done();
          });
          if (subject.traits.connection) server.onClose = ended;
          client.onClose = ended;
          server.onMessages = () => client.close();
          assert.equal(client.send(new Uint8Array(client.headroom + 10), 0, 10, 1), 1);
        });
      }),
    },
  ];
}

class StrictLog implements ConnectionLog {
  events = 0;
  readonly #loop: Loop;
  readonly #since: number;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.#since = loop.now();
  }

  event(now: number, name: string, data: object): void {
    this.events++;
    const latest = this.#loop.now();
    assert.ok(now >= this.#since && now <= latest, `${name} at ${now}, not from ${this.#since} to ${latest}`);
    assert.match(name, /^[\w-]+:[\w-]+$/, 'a name is the name space and the event, with a colon between');
    assert.deepEqual(JSON.parse(JSON.stringify(data)), data, `${name}: JSON does not keep the data as it is`);
  }
}
