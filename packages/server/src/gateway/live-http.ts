import { randomBytes } from 'node:crypto';
import { FleetglassError } from '@fleetglass/core';
import type { Context, Hono } from 'hono';
import { mediaTypeOf } from '../lib/media-type.js';
import { readBytes } from '../lib/read-bytes.js';
import type { Identity } from './access.js';
import type { GatewayEnv } from './gateway-env.js';
import type { Live } from './live.js';
import { PollLink } from './link-poll.js';
import { SseLink } from './link-sse.js';
import type { PostedFrames } from './posted-frames.js';
import { openEventStream } from './event-stream.js';
import type { Asker } from './rate-limits.js';
import type { Session } from './session.js';

interface HttpSession {
  readonly link: SseLink | PollLink;
  readonly session: Session;
  readonly rights: string;
}

/** A request may carry several frames; together they are as large as this many of the largest. */
const FRAMES_A_POST = 4;
const MAX_FRAMES = 1_000;
/** A poll session lasts at least this long without a request. */
const LEAST_IDLE_MS = 30_000;

const sessionNotFound = (): FleetglassError =>
  new FleetglassError('SESSION_NOT_FOUND', 'This session has ended; open a new one.');

const postTooLarge = (maxBytes: number): FleetglassError =>
  new FleetglassError('FRAME_TOO_LARGE', `A request may have ${maxBytes} bytes: send less at once.`);

const newSessionId = (): string => randomBytes(18).toString('base64url');

/** A session is its opener's: what a token allows, not the token, which may have been renewed meanwhile. */
function rightsOf({ tenant, actor, role, scope, canCommand }: Identity): string {
  return JSON.stringify([tenant ?? null, actor?.id ?? null, role ?? null, scope ?? null, canCommand ?? null]);
}

async function framesOf(request: Request, maxBytes: number): Promise<unknown[]> {
  const text = (await readBytes(request, maxBytes, postTooLarge)).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FleetglassError('BAD_FRAME', 'The body is not JSON: send an array of frames.');
  }
  if (!Array.isArray(value) || value.length > MAX_FRAMES) {
    throw new FleetglassError('BAD_FRAME', `Send a JSON array of at most ${MAX_FRAMES} frames.`);
  }
  return value as unknown[];
}

/**
 * The live connection for networks that let no WebSocket through: the same frames over an event stream at
 * `/api/v1/live/sse`, or by long polling at `/api/v1/live/poll`; the client's frames are posted.
 */
export function addLiveRoutes(app: Hono<GatewayEnv>, live: Live): void {
  const { clock, limits, heartbeatMs } = live.context;
  const sessions = new Map<string, HttpSession>();

  const open = (link: SseLink | PollLink, identity: Identity, asker: Asker): HttpSession => {
    const session = live.createSession(link, asker);
    const id = newSessionId();
    const entry = { link, session, rights: rightsOf(identity) };
    sessions.set(id, entry);
    link.onGone = () => sessions.delete(id);
    session.open(identity, id);
    return entry;
  };

  const find = (context: Context<GatewayEnv>): HttpSession => {
    const entry = sessions.get(context.req.param('session') ?? '');
    // Whoever is not its opener learns nothing of it.
    if (entry?.rights !== rightsOf(context.get('identity'))) {
      throw sessionNotFound();
    }
    return entry;
  };

  const admit = (identity: Identity, asker: Asker): void => {
    const refusal = live.refusal(asker);
    if (refusal) throw refusal;
    live.context.tenantOf(identity);
    live.context.watch.check(identity);
  };

  app.get('/api/v1/live/sse', (context) => {
    const identity = context.get('identity');
    admit(identity, context.get('asker'));
    return openEventStream(context, (stream) => {
      const link = new SseLink(stream);
      open(link, identity, context.get('asker'));
      return link;
    });
  });

  app.post('/api/v1/live/poll', async (context) => {
    const identity = context.get('identity');
    admit(identity, context.get('asker'));
    const link = new PollLink({
      clock,
      waitMs: heartbeatMs,
      idleMs: Math.max(LEAST_IDLE_MS, 2 * heartbeatMs),
    });
    open(link, identity, context.get('asker'));
    return json(await link.poll(0));
  });

  app.get('/api/v1/live/:session', async (context) => {
    const { link } = find(context);
    const after = Number(context.req.query('after') ?? Number.NaN);
    if (!(link instanceof PollLink)) {
      throw new FleetglassError(
        'BAD_INPUT',
        'This session has a stream of its own: read that, or open a session with POST /api/v1/live/poll.',
      );
    }
    if (!Number.isSafeInteger(after)) {
      throw new FleetglassError('BAD_INPUT', 'Give the last `next` as `after`.');
    }
    return json(await link.poll(after));
  });

  app.post('/api/v1/live/:session', async (context) => {
    const { link } = find(context);
    if (link.isOver) throw sessionNotFound();
    if (mediaTypeOf(context.req.raw.headers) !== 'application/json') {
      throw new FleetglassError('BAD_INPUT', 'Post frames as `content-type: application/json`.');
    }
    const frames = await framesOf(context.req.raw, limits.maxFrameBytes * FRAMES_A_POST);
    await (link as PostedFrames).post(frames);
    return new Response(null, { status: 202 });
  });

  app.delete('/api/v1/live/:session', (context) => {
    const { link } = find(context);
    link.terminate();
    return new Response(null, { status: 204 });
  });
}

function json(body: Buffer): Response {
  return new Response(body as Buffer<ArrayBuffer>, {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store, no-transform' },
  });
}
