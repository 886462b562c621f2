/**
 * Modules that are loaded when they are first needed, and at once. What few runs need, or need only after
 * their first requests, is not to delay those: each library takes 10 to 50 ms.
 */
import { createRequire } from "node:module";
import { extname } from "node:path";

/**
 * A function that returns the module, which its first call loads.
 * @param meta of the module that asks
 * @param name a package, or the path of a module of ours from there, without its ending
 */
export function lateModule(meta: ImportMeta, name: string): () => unknown {
  let module: unknown = null;
  return () => (module ??= load(meta, name));
}

function load(meta: ImportMeta, name: string): unknown {
  const file = name.startsWith(".") ? name + extname(meta.filename) : name;
  return createRequire(meta.url)(file);
}
