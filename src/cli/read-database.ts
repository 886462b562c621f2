/** Opens a database for one reading. */
import { CrawlDatabase, storageError } from "../storage/index.ts";

/**
 * Calls `use` while the database is open.
 * @throws UsageError when there is no such database
 * @throws StorageError when it is damaged or cannot be read
 */
export function readDatabase<Result>(dbPath: string, use: (db: CrawlDatabase) => Result): Result {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    return use(db);
  } catch (error) {
    throw storageError(error, dbPath);
  } finally {
    db.close();
  }
}
