import { backupStore } from '../../src/storage/backup.js';

const [file = '', target = ''] = process.argv.slice(2);
const { head } = await backupStore({ file, target });
process.stdout.write(String(head));
