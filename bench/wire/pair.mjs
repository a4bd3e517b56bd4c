import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { percentile } from '../lib/measure.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

async function ask(child, message) {
  const answer = once(child, 'message');
  child.send(message);
  return (await answer)[0];
}

/** What the sockets of all clients together got. */
async function count(clients) {
  const counts = await Promise.all(clients.map((client) => ask(client, 'count')));
  return {
    least: Math.min(...counts.map(({ least }) => least)),
    most: Math.max(...counts.map(({ most }) => most)),
    total: counts.reduce((sum, { total }) => sum + total, 0),
    latencies: counts.flatMap(({ latencies }) => latencies),
  };
}

/** What was sent too fast must not be counted to the next attempt. */
async function drained(clients) {
  const giveUp = performance.now() + 20_000;
  let before = -1;
  for (let total = 0; total !== before && performance.now() < giveUp;) {
    before = total;
    await new Promise((resolve) => setTimeout(resolve, 500));
    total = (await count(clients)).total;
  }
}

/**
 * A server of one kind and a client process with `sockets` connections to it.
 *
 * @param share of the events that each connection gets
 * @param streams further connections to the same server, as event streams of another client process
 */
export async function openPair(kind, sockets, share = 1, streams = 0) {
  const server = fork(at('./server.mjs'), [kind], { execArgv: ['--no-warnings', '--expose-gc'] });
  const [{ port }] = await once(server, 'message');
  const connect = async (count, of = kind) => {
    const client = fork(at('./client.mjs'), [of, String(port), String(count)], {
      execArgv: ['--no-warnings'],
    });
    await once(client, 'message');
    return client;
  };
  // What is loaded for the first connection does not belong to each.
  const first = await connect(1);
  const { rss: empty } = await ask(server, 'memory');
  first.disconnect();
  const clients = [await connect(sockets)];
  if (streams > 0) clients.push(await connect(streams, `${kind}Sse`));
  const viewers = sockets + streams;

  return {
    /** Kilobytes of the server's memory for each connection. */
    async memory() {
      const { rss } = await ask(server, 'memory');
      return (rss - empty) / 1024 / viewers;
    },
    /** Megabytes of the server's process, after collecting garbage. */
    async resident() {
      return (await ask(server, 'memory')).rss / 1024 / 1024;
    },
    /**
     * Publishes `rate` events a second for `seconds` and waits until all arrived, at most two seconds longer.
     *
     * @returns latency percentiles in milliseconds, server CPU in microseconds a delivery, whether all arrived, and
     * whether they were sent in time
     */
    async publish(rate, seconds) {
      await Promise.all(clients.map((client) => ask(client, 'reset')));
      const { sent, took } = await ask(server, { rate, seconds });
      const deadline = performance.now() + 2_000;
      let counts = await count(clients);
      const wanted = sent * share;
      while (counts.least < wanted && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        counts = await count(clients);
      }
      const { cpuMicros } = await ask(server, 'cpu');
      const complete = counts.least === wanted && counts.most === wanted;
      if (!complete) await drained(clients);
      return {
        complete,
        // A publisher that cannot keep its pace has not reached the rate, however soon its events arrive.
        onTime: took < seconds * 1.1 + 0.05,
        p50: percentile(counts.latencies, 0.5),
        p99: percentile(counts.latencies, 0.99),
        p999: percentile(counts.latencies, 0.999),
        deliveries: counts.total,
        cpuPerDelivery: cpuMicros / (wanted * viewers),
      };
    },
    close() {
      for (const child of [server, ...clients]) {
        child.disconnect();
        child.kill();
      }
    },
  };
}

/** Highest rate that was kept up while every event reached every socket with p99 below 100 ms, and what it cost. */
export async function climb(pair, start) {
  const passes = async (rate) => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const result = await pair.publish(rate, 1);
      if (result.complete && result.onTime && result.p99 < 100) return result;
      // Far beyond what it can do: another attempt is not worth its time.
      if (!result.complete || result.p99 > 500) break;
    }
    return undefined;
  };
  let best = { rate: 0, result: undefined };
  let failed;
  for (let rate = start; rate < 100_000; rate *= 1.6) {
    const result = await passes(rate);
    if (!result) {
      failed = rate;
      break;
    }
    best = { rate, result };
  }
  for (let i = 0; i < 2 && failed; i += 1) {
    const rate = (best.rate + failed) / 2;
    const result = await passes(rate);
    if (result) best = { rate, result };
    else failed = rate;
  }
  return best;
}
