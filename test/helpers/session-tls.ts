/** The test certificates of `tls/`. */
import { readFileSync } from "node:fs";

function pem(name: string): Buffer {
  return readFileSync(new URL(`tls/${name}`, import.meta.url));
}

/** Trusts the server and client certificates below. */
export const TEST_CA = pem("ca.pem");
/** For localhost, a.test, b.test, 127.0.0.1 and ::1. */
export const SERVER_TLS = { key: pem("server.key"), cert: pem("server.pem") };
export const CLIENT_TLS = { key: pem("client.key"), cert: pem("client.pem") };
