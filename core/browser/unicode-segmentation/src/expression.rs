//! What a visible character is, as a regular expression.

use js_sys::wasm_bindgen::JsCast as _;
use js_sys::{Array, Function, JsString, Reflect, RegExp, global};

thread_local! {
    /// One visible character, where the last one ended.
    pub(crate) static CHARACTER: RegExp = made(&exact()).unwrap_or_else(coarse);
}

/// What never begins one: marks, joiners, tones of skin.
const EXTENDS: &str = r"\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d";

/// What belongs to the one behind it.
const PREPENDED: &str = r"\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}";

/// What nothing belongs to, unless it is one of the above.
const CONTROLS: &str = r"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2065\ufff0-\ufff8\u{e0000}-\u{e0fff}";

/// Signs that take room of their own and begin a visible character all the same.
const STANDING: &str = r"\u102b\u102c\u1038\u1062-\u1064\u1067-\u106d\u1083\u1087-\u108c\u108f\u109a-\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\u{11720}\u{11721}";

/// Consonants that are written as one behind a sign that links them (GB9c).
const CONSONANTS: &str = r"\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09b9\u09dc-\u09df\u09f0\u09f1\u0a95-\u0ab9\u0af9\u0b15-\u0b39\u0b5c-\u0b5f\u0b71\u0c15-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e\u1780-\u17b3";
const LINKERS: &str = r"\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2";

/// Parts of Hangul's syllables: the beginning, the middle and the end.
const BEGINNINGS: &str = r"[\u1100-\u115f\ua960-\ua97c]";
const MIDDLES: &str = r"[\u1160-\u11a7\ud7b0-\ud7c6\u{16d63}\u{16d67}-\u{16d6a}]";
const ENDS: &str = r"[\u11a8-\u11ff\ud7cb-\ud7fb]";

/// The rules of UAX #29, by what the browser's version of Unicode says of characters. Consonants are linked in the scripts of India,
/// in that of Burma and in that of Cambodia, and not in those that fewer people write.
fn exact() -> String {
    let open_syllables: String = ('\u{ac00}'..='\u{d7a3}').step_by(28).collect();
    let hangul = format!(
        r"{BEGINNINGS}*(?:[{open_syllables}]{MIDDLES}*|[\uac00-\ud7a3]|{MIDDLES}+){ENDS}*|{BEGINNINGS}+|{ENDS}+"
    );
    let pictures = format!(r"\p{{Extended_Pictographic}}(?:[{EXTENDS}]*\u200d\p{{Extended_Pictographic}})*");
    let joins = format!(r"(?:(?!\u200c)[{EXTENDS}])*");
    let linked = format!(r"[{CONSONANTS}](?:{joins}[{LINKERS}]{joins}[{CONSONANTS}])+");
    let any = format!(r"[^{CONTROLS}]|[{PREPENDED}{EXTENDS}]");
    let behind = format!(r"(?:(?![{STANDING}])[{EXTENDS}\p{{Mc}}\u0e33\u0eb3])*");
    format!(
        r"\r\n|(?![{PREPENDED}{EXTENDS}])[{CONTROLS}]|[{PREPENDED}]*(?:{hangul}|\p{{RI}}{{2}}|{pictures}|{linked}|{any}){behind}"
    )
}

/// For browsers whose expressions know nothing of Unicode (Gecko 48): flags, what is joined, and the marks of the scripts that most
/// people write; what else there is is one for itself.
pub(crate) fn coarse() -> RegExp {
    let mut marks = r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u1160-\u11ff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}".to_owned();
    // The scripts of India are laid out alike.
    for script in (0x900..0xd80).step_by(0x80) {
        for (first, last) in [(0, 3), (0x3c, 0x3c), (0x3e, 0x4d), (0x55, 0x57), (0x62, 0x63)] {
            marks.push_str(&format!(r"\u{{{:x}}}-\u{{{:x}}}", script + first, script + last));
        }
    }
    let joined = r"\u200d[\u2190-\u32ff\u{1f000}-\u{1faff}]";
    RegExp::new(&format!(r"\r\n|(?:[\u{{1f1e6}}-\u{{1f1ff}}]{{2}}|[^])(?:{joined}|[{marks}])*"), "uy")
}

/// The expression, where the browser can read it.
fn made(expression: &str) -> Option<RegExp> {
    let class: Function = Reflect::get(&global(), &"RegExp".into()).ok()?.dyn_into().ok()?;
    let words = Array::of2(&JsString::from(expression), &JsString::from("uy"));
    Reflect::construct(&class, &words).ok()?.dyn_into().ok()
}
