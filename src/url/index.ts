/** URLs as values: canonical form, parts, scope, filters, trap rules. Pure; used in both threads. */
export { baseParts, canonicalUrl, MAX_URL_CHARS } from "./canonical-url.ts";
export { createCanonicalizer, type CanonicalOptions, type Canonicalizer } from "./canonicalizer.ts";
export { foldersOf } from "./folders-of.ts";
export { isPrivateAddress, isPrivateHost } from "./private-address.ts";
export { Scope, type ScopeKind } from "./scope.ts";
export { looksRandom, withoutSessionId } from "./session-id.ts";
export { trapReason, type TrapReason } from "./trap-rules.ts";
export { dateIn, type UrlDate } from "./url-date.ts";
export { UrlFilter } from "./url-filter.ts";
export {
  credentialsOf,
  hostNameOf,
  originOf,
  pathOf,
  portOf,
  registrableDomain,
} from "./url-parts.ts";
export { parameterNames, pathShape, urlPieces, type UrlPieces } from "./url-shape.ts";
