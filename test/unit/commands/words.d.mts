/** The words of a line without a shell. */
export function words(line: string): string[];
