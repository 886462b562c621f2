/**
 * The name under which robots.txt and X-Robots-Tag know a crawler, in lower case, from its
 * User-Agent: "webspool/1.0 (+https://example.com)" -> "webspool". Behind a browser's mask the name
 * within counts: "Mozilla/5.0 (compatible; FooBot/2.1)" -> "foobot". A User-Agent without a "/" or
 * "(" is the token as a whole.
 */
export function productToken(userAgent: string): string {
  const masked = /^Mozilla\/[^(]*\(compatible;\s*([^/;)]+)/i.exec(userAgent)?.[1];
  const name = masked ?? /^[^/(]*/.exec(userAgent)?.[0] ?? "";
  return name.trim().toLowerCase();
}
