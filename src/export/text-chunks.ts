/** Short texts as chunks that are worth a write. */

const CHUNK_CHARACTERS = 64 * 1024;

export function* joinChunks(texts: Iterable<string>): Generator<string, void, void> {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
