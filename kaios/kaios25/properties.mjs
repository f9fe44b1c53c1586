// What the core's expressions say by properties of Unicode, written out for Gecko 48, which knows none: of the scripts and the
// signs that most people write. The core's own are in ../../core/browser/unicode-segmentation.

// The scripts of India are laid out alike, in blocks of 128 characters.
const INDIA = [0x900, 0x980, 0xa00, 0xa80, 0xb00, 0xb80, 0xc00, 0xc80, 0xd00];

/** Ranges of each of these blocks, as they are written between brackets. */
function inIndia(...ranges) {
  const code = (number) => `\\u${number.toString(16).padStart(4, '0')}`;
  return INDIA.flatMap((block) => ranges.map(([first, last]) => `${code(block + first)}-${code(block + last)}`)).join('');
}

const MARKS =
  '\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670' +
  '\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u0a70\\u0a71\\u0a75\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e\\u102d-\\u1030\\u1032-\\u1037' +
  '\\u1039\\u103a\\u103d\\u103e\\u17b4\\u17b5\\u17b7-\\u17bd\\u17c6\\u17c9-\\u17d3\\u200c\\u20d0-\\u20f0\\u3099\\u309a' +
  '\\ufe00-\\ufe0f\\ufe20-\\ufe2f\\u{e0020}-\\u{e007f}';

/** Between brackets, what each property stands for. */
export const PROPERTIES = {
  Grapheme_Extend: MARKS + inIndia([0, 2], [0x3c, 0x3c], [0x41, 0x48], [0x4d, 0x4d], [0x51, 0x57], [0x62, 0x63]),
  Mc: `${inIndia([3, 3], [0x3e, 0x40], [0x49, 0x4c])}\\u102c\\u1031\\u1038\\u103b\\u103c\\u17b6\\u17be-\\u17c5\\u17c7\\u17c8`,
  Emoji_Modifier: '\\u{1f3fb}-\\u{1f3ff}',
  RI: '\\u{1f1e6}-\\u{1f1ff}',
  Extended_Pictographic:
    '\\xa9\\xae\\u203c\\u2049\\u2122\\u2139\\u2194-\\u21aa\\u231a-\\u23ff\\u24c2\\u25aa-\\u25fe\\u2600-\\u27bf\\u2934\\u2935' +
    '\\u2b05-\\u2b55\\u3030\\u303d\\u3297\\u3299\\u{1f000}-\\u{1f1e5}\\u{1f200}-\\u{1f3fa}\\u{1f400}-\\u{1faff}',
  Cc: '\\0-\\x1f\\x7f-\\x9f',
  Cf: '\\xad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff',
  Zl: '\\u2028',
  Zp: '\\u2029',
  // Letters, with the marks of most scripts among them.
  Alphabetic:
    'A-Za-z\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02c1\\u0370-\\u0373\\u0376-\\u037d\\u037f-\\u0481\\u048a-\\u0559\\u0560-\\u0588' +
    '\\u05d0-\\u05f2\\u0620-\\u0657\\u066e-\\u06d3\\u06d5-\\u0963\\u0971-\\u0e3e\\u0e40-\\u1fff\\u2c00-\\u2dff\\u3005-\\u3007' +
    '\\u3021-\\u302f\\u3031-\\ud7ff\\uf900-\\ufdff\\ufe70-\\ufefe\\uff21-\\uff3a\\uff41-\\uff5a\\uff66-\\uffdf' +
    '\\u{10000}-\\u{1cfff}\\u{1f130}-\\u{1f149}\\u{1f150}-\\u{1f169}\\u{1f170}-\\u{1f189}\\u{20000}-\\u{3ffff}',
  N: '0-9\\xb2\\xb3\\xb9\\xbc-\\xbe\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\u2070-\\u2089\\u2150-\\u218b\\u2460-\\u249b\\uff10-\\uff19',
};

/** An expression without properties; those between brackets are written out. */
export function written(expression) {
  return expression.replace(/\\p\{(\w+)\}/g, (_, name) => PROPERTIES[name]);
}
