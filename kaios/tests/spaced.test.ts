// Margins instead of gaps, for Gecko 48.

import { expect, it } from 'vitest';
import { withMargins } from '../kaios25/spaced.mjs';

it('puts margins between the boxes of a row and of a column in place of the gap', () => {
  const row = withMargins('.a {\n  display: flex;\n  gap: 1rem;\n}');
  expect(row).toContain('.a > * + * { margin-inline-start: 1rem; }');
  expect(row).not.toContain('gap');
  const column = withMargins('.b,.c{flex-direction:column;gap:1px 2px;display:flex}');
  expect(column).toContain('.b > * + * { margin-top: 1px; } .c > * + * { margin-top: 1px; }');
  expect(withMargins('@media (min-width: 1px) { .e { display: flex; gap: 3px } }')).toContain('.e > * + *');
});

it('knows a column by what another rule said of it, and leaves a grid alone', () => {
  const narrow = withMargins('.f{flex-direction:column;display:flex}[data-layout=tiny] .f{gap:2px;padding:0}');
  expect(narrow).toContain('[data-layout=tiny] .f > * + * { margin-top: 2px; }');
  expect(withMargins('.d { display: grid; gap: 1rem; }')).toBe('.d { display: grid; gap: 1rem; }');
});
