import type { FaultProxy } from './fault-proxy.js';
import { createFaultProxy } from './fault-proxy.js';
import type { Scene } from './stage.js';
import { createStage, logUniform, overWebSocket, wait } from './stage.js';

const STALLS_A_ROUND = 6;
const STALLS_A_SMALL_ROUND = 2;
/** Beyond this the gateway keeps nothing for a socket that is not read. */
const MOST_BUFFERED = 1024 * 1024;
const LIMITS = { maxBufferedBytes: MOST_BUFFERED, slowConsumerMs: 1_000 };

/**
 * Half of the viewers stop reading for a while, again and again, while large events are written: the others may not
 * notice, what waits for the stalled ones stays bounded, and they lose nothing.
 */
export async function slowConsumers({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  const stalls = isSmall ? STALLS_A_SMALL_ROUND : STALLS_A_ROUND;
  do {
    let proxy: FaultProxy | undefined;
    let direct = 0;
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers: 10,
      // Everything, so that there is more than the system's own buffers hold.
      filters: [{}],
      // Long enough that nobody takes a stalled link for a dead one.
      server: { heartbeatMs: 15_000, eventsPerSecond: 100, limits: LIMITS },
      async through(targetPort) {
        direct = targetPort;
        proxy = await createFaultProxy({ targetPort });
        return proxy.port;
      },
      transport: (url, random, index) =>
        overWebSocket(index % 2 === 0 ? url : url.replace(/:\d+\//, `:${direct}/`), random),
    });
    const slow = proxy as unknown as FaultProxy;
    const others = stage.viewers.filter((_, index) => index % 2 === 1);
    try {
      await stage.until(() => stage.viewers.find(({ isOpen }) => !isOpen)?.name);
      for (let stall = 0; stall < stalls && (isSmall || performance.now() < deadline); stall += 1) {
        for (const link of slow.links) {
          link.stall('down');
          report.inject('stalled reader');
        }
        await stage.server.ask({ ask: 'write', events: 400, bytes: 30_000 });
        const { head } = await stage.server.inspect();
        await stage.until(() => others.find(({ position }) => position < head)?.name);
        // Some read again soon, some after they were given up.
        await wait(logUniform(stage.random, 50, 2_500));
        for (const link of slow.links) link.heal();
        await stage.caughtUp(head);
      }
      const { peakSocketBuffered } = await stage.finish(report);
      if (peakSocketBuffered > MOST_BUFFERED) report.fail(`${peakSocketBuffered} bytes waited in one socket`);
    } finally {
      await stage.dispose();
      await slow.close();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
