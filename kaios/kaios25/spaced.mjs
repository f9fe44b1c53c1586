// A plugin of Vite's: Gecko 48 has no gaps between the boxes of a row. Each box but the first gets a margin instead.

/** What Vite wrote is flat: a selector, and what it says. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;
/** A comma between selectors, not one inside `:not(a, b)`. */
const BETWEEN = /,(?![^(]*\))/;

const COLUMN = /flex-(direction|flow):\s*column/;
const GAP = /(^|;)\s*gap:\s*([^;\s]+)(?:\s+([^;]+?))?\s*(?=;|$)/;

/** What a rule is about at last: `.form` of `[data-layout=tiny] .form`. */
const subject = (selector) => selector.trim().split(/[\s>+~]+/).pop();

/** The same sheet, with margins in place of the gaps of rows and columns. */
export function withMargins(css) {
  const plain = css.replace(/\/\*[^]*?\*\//g, '');
  const columns = new Set();
  for (const [, selector, body] of plain.matchAll(RULE)) {
    if (COLUMN.test(body)) selector.split(BETWEEN).forEach((one) => columns.add(subject(one)));
  }
  return plain.replace(RULE, (rule, selector, body) => {
    const gap = GAP.exec(body);
    if (gap === null || /display:\s*(inline-)?grid/.test(body)) return rule;
    const spaced = selector.split(BETWEEN).map((one) => {
      const margin = columns.has(subject(one)) ? `margin-top: ${gap[2]}` : `margin-inline-start: ${gap[3] ?? gap[2]}`;
      return `${one.trim()} > * + * { ${margin}; }`;
    });
    return `${selector}{${body.replace(GAP, '')}} ${spaced.join(' ')}`;
  });
}

export function spaced() {
  return {
    name: 'larimar-spaced',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.fileName.endsWith('.css')) part.source = withMargins(String(part.source));
      }
    },
  };
}
