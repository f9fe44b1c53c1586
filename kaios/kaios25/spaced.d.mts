// What the build of KaiOS 2.5 and its test share.

/** The same sheet, with margins in place of the gaps of rows and columns. */
export function withMargins(css: string): string;
