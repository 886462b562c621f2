/** TLS settings of a connection, and the key that keeps sockets of different settings apart. */
import { createHash } from "node:crypto";
import type { SecureVersion } from "node:tls";

/** TLS settings of an adapter, or of one request. They are part of the pool key. */
export interface TlsOptions {
  /** Whether the server's certificate is checked. Default true. */
  readonly verify?: boolean | undefined;
  /** Trusted certificates in PEM, in place of the system's. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** Client certificate in PEM. */
  readonly cert?: string | Buffer | undefined;
  /** The client certificate's key in PEM. */
  readonly key?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
  /** Name for SNI and for the check of the certificate. Default: the URL's host. */
  readonly servername?: string | undefined;
  readonly minVersion?: SecureVersion | undefined;
  readonly maxVersion?: SecureVersion | undefined;
}

const DEFAULT_TLS_KEY = "";

const keys = new WeakMap<TlsOptions, string>();

/**
 * Equal settings give the same key. urllib3 2 does the same; in urllib3 1.26 a socket opened with
 * verify=False was reused for verify=True (CVE-2024-35195).
 */
export function tlsKey(options: TlsOptions | undefined): string {
  if (options === undefined) return DEFAULT_TLS_KEY;
  let key = keys.get(options);
  if (key === undefined) {
    key = describe(options);
    keys.set(options, key);
  }
  return key;
}

function describe(options: TlsOptions): string {
  const parts: string[] = [];
  for (const name of Object.keys(options).sort() as (keyof TlsOptions)[]) {
    const value = options[name];
    if (value === undefined || (name === "verify" && value === true)) continue;
    const text = Array.isArray(value) ? value.map(String).join("\n") : String(value);
    parts.push(`${name}=${text}`);
  }
  if (parts.length === 0) return DEFAULT_TLS_KEY;
  // Keys show in logs and errors; certificates and pass phrases must not.
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
