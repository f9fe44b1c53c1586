// What the build of KaiOS 2.5 and its test share.

/** The same sheet, with margins behind each rule that has a gap. */
export function withMargins(css: string): string;
