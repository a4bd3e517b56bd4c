import { toNext } from '@fleetglass/server/adapters';
import { BASE } from './paths.js';
import { createServedGateway } from './served-gateway.js';

/** What the route file of the Next.js application exports. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toNext(createServedGateway(BASE));
