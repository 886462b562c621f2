/** What a thread is told of the archive it writes to. */

/** Sizes in bytes. */
export interface WarcSettings {
  /** It exists. */
  readonly folder: string;
  /** How the names of this process's files begin: `webspool-20260301040506-9c41e07b-run3`. */
  readonly prefix: string;
  /** A file that is as large as this is closed, and a new one begun. */
  readonly maxFileBytes: number;
  /** Fields of each file's warcinfo record. */
  readonly info: Readonly<Record<string, string>>;
}

/** What Webrecorder and Heritrix use: large enough for few files, small enough to copy. */
export const MAX_WARC_BYTES = 1024 ** 3;
