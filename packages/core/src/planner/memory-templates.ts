import type { TemplateLibrary, TemplateLibraryOptions, TemplateVersions } from './template-library.js';
import { createTemplateLibrary } from './template-library.js';

/** A {@link TemplateLibrary} that lives as long as its process. */
export function createMemoryTemplates(options: TemplateLibraryOptions = {}): TemplateLibrary {
  const templates = new Map<string, TemplateVersions>();
  return createTemplateLibrary(
    {
      readAll: async () => [...templates.values()],
      read: async (id) => templates.get(id),
      async change(id, decide) {
        const versions = decide(templates.get(id));
        if (versions.length === 0) templates.delete(id);
        else templates.set(id, versions);
      },
      async add(added) {
        for (const template of added) templates.set(template.id, [template]);
      },
    },
    options,
  );
}
