import type { Random } from '@fleetglass/core';
import type { Direction, FaultProxy, ProxyLink } from './fault-proxy.js';
import { createFaultProxy } from './fault-proxy.js';
import type { Scene } from './stage.js';
import { createStage, logUniform, wait } from './stage.js';

/** Faults of one round; after them its log is compared, and the next one begins with an empty one. */
const FAULTS_A_ROUND = 60;
const FAULTS_A_SMALL_ROUND = 12;

/** What can happen to a connection between viewer and server. */
const FAULTS: Readonly<Record<string, (link: ProxyLink, direction: Direction, random: Random) => void>> = {
  reset: (link) => link.reset(),
  drop: (link, direction) => link.drop(direction),
  'half-open': (link, direction) => link.halfOpen(direction),
  stall: (link, direction) => link.stall(direction),
  delay: (link, direction, random) => link.delay(direction, logUniform(random, 5, 500)),
  throttle: (link, direction, random) => link.throttle(direction, logUniform(random, 2_000, 200_000)),
  cut: (link, direction, random) => link.cutAfter(direction, Math.floor(logUniform(random, 1, 20_000))),
};

/** Does one thing to one connection, or turns newcomers away for a while. @returns its kind */
function strike(proxy: FaultProxy, random: Random): string {
  const links = [...proxy.links];
  const kinds = Object.keys(FAULTS);
  const choice = Math.floor(random() * (kinds.length + 1));
  const kind = kinds[choice];
  const link = links[Math.floor(random() * links.length)];
  if (kind === undefined || !link) {
    proxy.isRefusing = true;
    // Nobody notices unless somebody has to come back.
    link?.reset();
    setTimeout(() => (proxy.isRefusing = false), logUniform(random, 50, 1_000));
    return 'refuse';
  }
  const direction = random() < 0.5 ? 'up' : 'down';
  FAULTS[kind]?.(link, direction, random);
  return kind === 'reset' ? kind : `${kind} ${direction}`;
}

/** The connections between viewers and server are mistreated, in either direction, while events are written. */
export async function networkFaults({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  const faults = isSmall ? FAULTS_A_SMALL_ROUND : FAULTS_A_ROUND;
  do {
    let proxy: FaultProxy | undefined;
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers: 12,
      async through(targetPort) {
        proxy = await createFaultProxy({ targetPort });
        return proxy.port;
      },
    });
    const faulty = proxy as unknown as FaultProxy;
    try {
      for (let fault = 0; fault < faults && (isSmall || performance.now() < deadline); fault += 1) {
        if (fault % 10 === 0) stage.command();
        report.inject(strike(faulty, stage.random));
        await wait(logUniform(stage.random, 5, isSmall ? 300 : 1_000));
      }
      await stage.finish(report, () => {
        // What was stalled flows again; what was swallowed or left half open has to be noticed by the product itself.
        for (const link of faulty.links) link.heal();
      });
    } finally {
      await stage.dispose();
      await faulty.close();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
