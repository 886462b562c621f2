/** Whether a page may have links is answered from memory where that is certain. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LinkedPages } from "../../src/storage/linked-pages.ts";

void describe("pages whose links are stored", () => {
  void test("a page that came after the last with links had none, the first time", () => {
    const pages = new LinkedPages(10);
    assert.equal(pages.add(11), false);
    assert.equal(pages.add(11), true);
    assert.equal(pages.add(12), false);
  });

  void test("of a page up to the last with links only a look tells", () => {
    const pages = new LinkedPages(10);
    assert.equal(pages.add(10), true);
    assert.equal(pages.add(1), true);
  });

  void test("URLs may come in any order, and far apart", () => {
    const pages = new LinkedPages(0);
    const urlIds = [100_000, 3, 9_000_000, 8_191, 8_192, 8_193, 1];
    for (const urlId of urlIds) assert.equal(pages.add(urlId), false, String(urlId));
    for (const urlId of urlIds) assert.equal(pages.add(urlId), true, String(urlId));
    assert.equal(pages.add(2), false);
  });
});
