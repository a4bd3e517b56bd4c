import { FleetglassError, isFleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import type { RecordWrite, RunRecord, Store } from '../log/store.js';
import type { Template } from './template.js';
import type { TemplateLibrary, TemplateLibraryOptions, TemplateVersions } from './template-library.js';
import { createTemplateLibrary } from './template-library.js';

/** Records of a store belong to runs; the templates' own is never started, so nothing lists or recovers it. */
const RUN_ID = 'fleetglass:templates';
const PREFIX = 'template/';
/** Begins no key: only the version is loaded. */
const NO_RECORD = 'none';
/** Times that somebody else may be faster before a change gives up. */
const MOST_ATTEMPTS = 50;

const keyOf = ({ id, version }: Template): string => `${PREFIX}${id}/${version}`;

function versionsOf(records: readonly RunRecord[]): readonly TemplateVersions[] {
  const byId = new Map<string, Template[]>();
  for (const { value } of records) {
    if (value === null) continue;
    const template = value as unknown as Template;
    const known = byId.get(template.id);
    if (known) known.push(template);
    else byId.set(template.id, [template]);
  }
  return [...byId.values()].map((versions) => versions.sort((a, b) => a.version - b.version));
}

/**
 * A {@link TemplateLibrary} in the records of a store: it shares its tenant, its durability and its backups. Give it a
 * store that does not forget runs; for a memory store `createMemoryTemplates` is the better choice.
 *
 * @throws FleetglassError of its methods, besides their own: `STORE_CLOSED`, `STORE_FAILED`
 */
export function createStoreTemplates(store: Store, options: TemplateLibraryOptions = {}): TemplateLibrary {
  const load = async (prefix: string) => {
    const stored = await store.load(RUN_ID, { prefix });
    return {
      version: stored?.version ?? 0,
      leaseEpoch: stored?.leaseEpoch ?? 0,
      templates: versionsOf(stored?.records ?? []),
    };
  };

  /** Writes what `decide` makes of the present templates; once more when somebody else wrote meanwhile. */
  const write = async (
    prefix: string,
    decide: (templates: readonly TemplateVersions[]) => readonly RecordWrite[],
  ): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const { version, leaseEpoch, templates } = await load(prefix);
      const writes = decide(templates);
      if (writes.length === 0) return;
      try {
        await store.commit({ runId: RUN_ID, leaseEpoch, expectedVersion: version, writes, events: [] });
        return;
      } catch (error) {
        if (!isFleetglassError(error, 'VERSION_CONFLICT')) throw error;
        if (attempt === MOST_ATTEMPTS) {
          throw new FleetglassError('STORE_FAILED', 'Too many writers change templates at once; try again.', {
            cause: error,
          });
        }
      }
    }
  };

  const writeOf = (template: Template): RecordWrite => ({
    key: keyOf(template),
    value: template as unknown as Json,
  });

  return createTemplateLibrary(
    {
      readAll: async () => (await load(PREFIX)).templates,
      read: async (id) => (await load(`${PREFIX}${id}/`)).templates[0],
      change: (id, decide) =>
        write(`${PREFIX}${id}/`, ([present]) => {
          const wanted = decide(present);
          const kept = new Set(wanted.map(keyOf));
          const known = new Set(present?.map(keyOf));
          return [
            ...[...known].filter((key) => !kept.has(key)).map((key) => ({ key, value: null })),
            ...wanted.filter((template) => !known.has(keyOf(template))).map(writeOf),
          ];
        }),
      add: (templates) => write(NO_RECORD, () => templates.map(writeOf)),
    },
    options,
  );
}
