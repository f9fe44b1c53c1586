// Margins instead of gaps, for Gecko 48.

import { expect, it } from 'vitest';
import { withMargins } from '../kaios25/spaced.mjs';

it('puts a margin between the boxes of a row and of a column, and leaves a grid alone', () => {
  expect(withMargins('.a {\n  display: flex;\n  gap: 1rem;\n}')).toContain('.a > * + * { margin-inline-start: 1rem; }');
  const column = '.b, .c { display: flex; flex-direction: column; gap: 1px 2px; }';
  expect(withMargins(column)).toContain('.b > * + *, .c > * + * { margin-top: 1px; }');
  expect(withMargins('.d { display: grid; gap: 1rem; }')).not.toContain('margin');
  expect(withMargins('@media (min-width: 1px) { .e { display: flex; gap: 3px } }')).toContain('.e > * + *');
});
