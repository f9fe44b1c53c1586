// What the build of KaiOS 2.5 and its test share.

/** Between brackets, what each property stands for. */
export const PROPERTIES: Record<string, string>;

/** An expression without properties; those between brackets are written out. */
export function written(expression: string): string;
