// A plugin of Vite's: Gecko 48 has no gaps between the boxes of a row. Each box but the first gets a margin instead.

/** Vite's own reader of styles, without depending on which one that is: rules of our sheets are flat. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;

/** The same sheet, with margins behind each rule that has a gap. */
export function withMargins(css) {
  return css.replace(/\/\*[^]*?\*\//g, '').replace(RULE, (rule, selector, body) => {
    const gap = /(?:^|;)\s*gap:\s*([^;\s]+)(?:\s+([^;]+))?\s*(?:;|$)/.exec(body);
    if (gap === null || /display:\s*(inline-)?grid/.test(body) || selector.trim().startsWith('@')) return rule;
    const column = /flex-direction:\s*column/.test(body);
    const margin = column ? `margin-top: ${gap[1]}` : `margin-inline-start: ${gap[2] ?? gap[1]}`;
    const boxes = selector.split(',').map((one) => `${one.trimEnd()} > * + *`).join(',');
    return `${rule}\n${boxes.startsWith('\n') ? '' : '\n'}${boxes.trim()} { ${margin}; }`;
  });
}

export function spaced() {
  return {
    name: 'larimar-spaced',
    enforce: 'pre',
    transform: (code, id) => (/\.css$/.test(id.split('?')[0]) ? { code: withMargins(code), map: null } : null),
  };
}
