// Reads every script that is shipped as the oldest browser it is for would: KaiOS 2.5's (Gecko 48) knows the language of 2016,
// KaiOS 3's (Gecko 84) that of 2021. What it does not know ends this with the place.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';

const BUILT = fileURLToPath(new URL('../../target/dist/', import.meta.url));

function scripts(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.name.endsWith('.js')).map((file) => `${file.parentPath}/${file.name}`);
}

function read(folder, ecmaVersion) {
  const found = scripts(BUILT + folder);
  if (found.length === 0) throw new Error(`${folder}: no scripts; first: cargo xtask kaios`);
  for (const file of found) {
    const sourceType = file.includes('/assets/') ? 'module' : 'script';
    try {
      parse(readFileSync(file, 'utf8'), { ecmaVersion, sourceType });
    } catch (error) {
      throw new Error(`${file}: ${error.message}`, { cause: error });
    }
  }
  console.log(`${folder}: ${found.length} scripts in the language of ${ecmaVersion}`);
}

read('web', 2021);
read('kaios25', 2016);
