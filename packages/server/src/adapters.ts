/**
 * Mounting a gateway in the server that an application already has: `node:http`, Express, Fastify, Hono or Next.js.
 * Nothing here imports any of them.
 *
 * @packageDocumentation
 */
export { acceptUpgrades, toNodeListener } from './gateway/adapters/node.js';
export type { UpgradingServer } from './gateway/adapters/node.js';
export { toExpress } from './gateway/adapters/express.js';
export type { ExpressMiddleware, ExpressRequest } from './gateway/adapters/express.js';
export { toFastify } from './gateway/adapters/fastify.js';
export type { FastifyLike, FastifyRoute } from './gateway/adapters/fastify.js';
export { toHono } from './gateway/adapters/hono.js';
export type { HonoContextLike } from './gateway/adapters/hono.js';
export { toNext } from './gateway/adapters/next.js';
export type { NextRouteHandler, NextRouteHandlers } from './gateway/adapters/next.js';
export type { GatewayHandler } from './gateway/handler.js';
export type { GatewayBindings, GatewayEnv } from './gateway/gateway-env.js';
