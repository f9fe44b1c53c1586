// A plugin of Vite's: what Gecko 48 has no syntax for becomes older syntax, and what it has no function for is brought along
// (from core-js, only what is used).

import { transformAsync } from '@babel/core';
import presetEnv from '@babel/preset-env';

const OPTIONS = { targets: 'firefox 48', modules: false, useBuiltIns: 'usage', corejs: '3.51' };

/** `generated`: a file that a compiler wrote in old syntax, too long to be read again. Only its end, which people wrote, is. */
export function lowered(generated) {
  return {
    name: 'larimar-lowered',
    enforce: 'post',
    async transform(code, id) {
      const file = id.split('?')[0];
      // What the bundler itself puts in (\0) holds core-js together: it cannot import it.
      if (id.startsWith('\0') || file.includes('/core-js/') || !/\.(m?js|tsx?)$/.test(file)) return null;
      const start = file === generated ? code.lastIndexOf('\nclass Instance') : 0;
      const options = { presets: [[presetEnv, OPTIONS]], babelrc: false, configFile: false, compact: false };
      const made = await transformAsync(code.slice(start), { ...options, filename: file, sourceType: 'module' });
      return { code: withImportsFirst(code.slice(0, start), made.code), map: null };
    },
  };
}

/** What Babel imports for the second part stands before the first. */
function withImportsFirst(first, second) {
  if (first === '') return second;
  const imports = second.match(/^import .*$/gm) ?? [];
  return [...imports, first, second.replace(/^import .*$/gm, '')].join('\n');
}
