// A plugin of Vite's: Gecko 48 has no gaps between the boxes of a row. Each box but the first gets a margin instead.

/** What Vite wrote is flat: a selector, and what it says. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;
/** A comma between selectors, not one inside `:not(a, b)`. */
const BETWEEN = /,(?![^(]*\))/;

/** The same sheet, with margins behind each rule that has a gap. */
export function withMargins(css) {
  return css.replace(/\/\*[^]*?\*\//g, '').replace(RULE, (rule, selector, body) => {
    const gap = /(?:^|;)\s*gap:\s*([^;\s]+)(?:\s+([^;]+))?\s*(?:;|$)/.exec(body);
    if (gap === null || /display:\s*(inline-)?grid/.test(body) || selector.trim().startsWith('@')) return rule;
    const column = /flex-direction:\s*column/.test(body);
    const margin = column ? `margin-top: ${gap[1]}` : `margin-inline-start: ${gap[2] ?? gap[1]}`;
    const boxes = selector.split(BETWEEN).map((one) => `${one.trim()} > * + *`).join(', ');
    return `${rule} ${boxes} { ${margin}; }`;
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
