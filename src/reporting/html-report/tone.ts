/** Colours by what they mean; style.ts has them for a light and a dark page. */
export const TONES = ["good", "info", "warn", "bad", "dark", "teal", "grey"] as const;

export type Tone = (typeof TONES)[number];
