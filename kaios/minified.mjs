// Writes a classic script without what only people read: node minified.mjs SCRIPT INTO. Its own names stay, those inside do not.
import { readFileSync, writeFileSync } from 'node:fs';
import { minify } from 'rolldown/utils';

const [script, into] = process.argv.slice(2);
const { code, errors } = await minify(script, readFileSync(script, 'utf8'), {
  compress: { target: 'firefox84' },
  mangle: { toplevel: false },
  codegen: { removeWhitespace: true },
});
if (errors.length > 0) throw errors[0];
writeFileSync(into, code);
