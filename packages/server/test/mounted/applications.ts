import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve as serveHono } from '@hono/node-server';
import type { GatewayHandler } from '@fleetglass/server';
import { acceptUpgrades, toExpress, toFastify, toHono, toNodeListener } from '@fleetglass/server/adapters';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { BASE, OWN_ANSWER } from './paths.js';

/** An application that listens on 127.0.0.1. */
export interface RunningApplication {
  readonly origin: string;
  close(): Promise<unknown>;
}

/** Starts an application with a route of its own, `/own`, and the gateway below `/fleet`. */
export type Application = (handler: GatewayHandler) => Promise<RunningApplication>;

/** Starts a server, unless it was, on a port of its own. */
export async function listening(server: Server): Promise<RunningApplication> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One of every framework that there is an adapter for and that runs in this process. */
export const APPLICATIONS: Readonly<Record<string, Application>> = {
  async 'node:http'(handler) {
    const answer = toNodeListener(handler);
    const server = createServer((incoming, response) => {
      if (incoming.url === '/own') response.end(OWN_ANSWER);
      else answer(incoming, response);
    });
    acceptUpgrades(server, handler);
    return listening(server);
  },
  async 'Express 5, used as it is'(handler) {
    const app = express();
    app.use(toExpress(handler));
    app.use(express.json());
    app.get('/own', (_request, response) => void response.send(OWN_ANSWER));
    const server = createServer(app);
    acceptUpgrades(server, handler);
    return listening(server);
  },
  async 'Express 5, used below a path'(handler) {
    const app = express();
    app.use(BASE, toExpress(handler));
    app.get('/own', (_request, response) => void response.send(OWN_ANSWER));
    const server = createServer(app);
    acceptUpgrades(server, handler);
    return listening(server);
  },
  async 'Fastify 5'(handler) {
    // An aborted fetch leaves a connection behind that Fastify would wait for.
    const app = fastify({ forceCloseConnections: true });
    void app.register(toFastify(handler));
    app.get('/own', () => OWN_ANSWER);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      origin: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
      close: () => app.close(),
    };
  },
  async Hono(handler) {
    const app = new Hono();
    app.all(`${BASE}/*`, toHono(handler));
    app.get('/own', (context) => context.text(OWN_ANSWER));
    const server = await new Promise<Server>((resolve) => {
      const made = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
        resolve(made as Server),
      );
    });
    acceptUpgrades(server, handler);
    return listening(server);
  },
};
