/** DuckDB as the independent reader of what is exported. */
import { DuckDBInstance } from "@duckdb/node-api";

/** The rows of a query, values as DuckDB's JavaScript API has them: integers of 64 bits as bigint. */
export async function duckRows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Each column of a file with its type, as DuckDB names it. */
export async function duckTypes(path: string): Promise<Record<string, string>> {
  const rows = await duckRows(`DESCRIBE SELECT * FROM '${path}'`);
  return Object.fromEntries(rows.map(([name, type]) => [String(name), String(type)]));
}
