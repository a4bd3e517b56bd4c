/** "1 Aufgabe", "12 Aufgaben": a formatted number with its noun. */
export const counted = (count: string, one: string, many: string): string =>
  count === '1' ? `1 ${one}` : `${count} ${many}`;

export const tasksOf = (count: string): string => counted(count, 'Aufgabe', 'Aufgaben');

export const agentsOf = (count: string): string => counted(count, 'Agent', 'Agenten');

export const callsOf = (count: string): string => counted(count, 'Aufruf', 'Aufrufe');

export const filesOf = (count: string): string => counted(count, 'Datei', 'Dateien');
