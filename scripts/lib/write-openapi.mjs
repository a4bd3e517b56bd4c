import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';
import { bundleSources } from './bundle-sources.mjs';
import { root } from './root.mjs';

/** Writes docs/openapi.json from the schemas of the REST API. A test fails while it is out of date. */
export async function writeOpenApi() {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-openapi-'));
  try {
    const program = join(folder, 'rest.mjs');
    await bundleSources(join(root, 'packages/server/src/rest/add-rest.ts'), program);
    const { describeRest } = await import(pathToFileURL(program).href);
    const text = await format(JSON.stringify(await describeRest()), { parser: 'json', printWidth: 110 });
    writeFileSync(join(root, 'docs/openapi.json'), text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
