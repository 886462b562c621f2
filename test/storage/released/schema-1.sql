PRAGMA foreign_keys = OFF;
PRAGMA application_id = 2004054124;
PRAGMA user_version = 1;
BEGIN;
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  heartbeat_at INTEGER NOT NULL,
  active_ms REAL NOT NULL DEFAULT 0,
  seeds TEXT NOT NULL,
  settings TEXT NOT NULL,
  settings_hash TEXT NOT NULL,
  version TEXT NOT NULL,
  pid INTEGER NOT NULL,
  hostname TEXT NOT NULL,
  pages INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  requests_reused INTEGER NOT NULL DEFAULT 0,
  connections_opened INTEGER NOT NULL DEFAULT 0,
  bytes_wire INTEGER NOT NULL DEFAULT 0,
  bytes_body INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  links INTEGER NOT NULL DEFAULT 0,
  pruned_at INTEGER
) STRICT;
CREATE TABLE run_process (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  started_at INTEGER NOT NULL,
  version TEXT NOT NULL,
  pid INTEGER NOT NULL,
  hostname TEXT NOT NULL,
  settings TEXT NOT NULL
) STRICT;
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  pid INTEGER NOT NULL,
  thread INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  requests INTEGER NOT NULL,
  requests_reused INTEGER NOT NULL,
  connections_opened INTEGER NOT NULL,
  connections_discarded INTEGER NOT NULL,
  pools_evicted INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  wait_ms REAL NOT NULL
) STRICT;
CREATE TABLE connection (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  session_id INTEGER NOT NULL REFERENCES session(id),
  number INTEGER NOT NULL,
  origin TEXT NOT NULL,
  mount TEXT NOT NULL,
  remote_ip TEXT,
  remote_port INTEGER,
  local_port INTEGER,
  alpn TEXT,
  tls_version TEXT,
  tls_resumed INTEGER,
  opened_at INTEGER NOT NULL,
  dns_ms REAL,
  connect_ms REAL,
  tls_ms REAL,
  requests INTEGER NOT NULL DEFAULT 0,
  requests_reused INTEGER NOT NULL DEFAULT 0,
  bytes_read INTEGER NOT NULL DEFAULT 0,
  last_used_at INTEGER,
  keep_alive_hint_ms REAL,
  closed_at INTEGER,
  previous_id INTEGER REFERENCES connection(id),
  open_reason TEXT NOT NULL,
  close_reason TEXT
) STRICT;
CREATE TABLE host (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  crawl_delay_ms REAL,
  next_fetch_at INTEGER,
  backoff_until INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  run_id INTEGER REFERENCES run(id),
  throttled INTEGER NOT NULL DEFAULT 0,
  slowed_delay_ms REAL,
  auto_delay_ms REAL,
  robots_tries INTEGER NOT NULL DEFAULT 0,
  given_up TEXT,
  given_up_detail TEXT,
  robots_id INTEGER REFERENCES robots(id),
  lastmod_right INTEGER NOT NULL DEFAULT 0,
  lastmod_wrong INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE robots (
  id INTEGER PRIMARY KEY,
  host_id INTEGER NOT NULL REFERENCES host(id),
  fetched_at INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  status INTEGER,
  body BLOB,
  expires_at INTEGER
) STRICT;
CREATE TABLE url (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  host_id INTEGER NOT NULL REFERENCES host(id),
  first_run_id INTEGER NOT NULL REFERENCES run(id),
  depth INTEGER
) STRICT;
CREATE TABLE frontier (
  url_id INTEGER PRIMARY KEY REFERENCES url(id),
  host_id INTEGER NOT NULL REFERENCES host(id),
  run_id INTEGER NOT NULL REFERENCES run(id),
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  kind TEXT NOT NULL,
  priority REAL NOT NULL,
  depth INTEGER,
  via_url_id INTEGER REFERENCES url(id),
  due_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  put_off INTEGER NOT NULL DEFAULT 0,
  is_seed INTEGER NOT NULL DEFAULT 0,
  settled_at INTEGER,
  sitemap_lastmod INTEGER,
  checked_at INTEGER,
  checks INTEGER NOT NULL DEFAULT 0,
  changes INTEGER NOT NULL DEFAULT 0,
  observed_ms INTEGER NOT NULL DEFAULT 0,
  gone_checks INTEGER NOT NULL DEFAULT 0,
  lastmod_checked INTEGER,
  given_up_run_id INTEGER REFERENCES run(id)
) STRICT;
CREATE TABLE budget (
  run_id INTEGER NOT NULL REFERENCES run(id),
  host_id INTEGER NOT NULL REFERENCES host(id),
  folder TEXT NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (run_id, host_id, folder)
) STRICT, WITHOUT ROWID;
CREATE TABLE trap_rule (
  host_id INTEGER NOT NULL REFERENCES host(id),
  kind TEXT NOT NULL,
  pattern TEXT NOT NULL,
  reason TEXT NOT NULL,
  pages_for INTEGER NOT NULL,
  pages_against INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run(id),
  learned_at INTEGER NOT NULL,
  PRIMARY KEY (host_id, kind, pattern)
) STRICT, WITHOUT ROWID;
CREATE TABLE trap_variant (
  base TEXT PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES url(id)
) STRICT, WITHOUT ROWID;
CREATE TABLE fetch (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run(id),
  session_id INTEGER REFERENCES session(id),
  url_id INTEGER NOT NULL REFERENCES url(id),
  kind TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  detail TEXT,
  connection_id INTEGER REFERENCES connection(id),
  connection_seq INTEGER,
  reused INTEGER,
  new_connection_reason TEXT,
  started_at REAL NOT NULL,
  queue_ms REAL,
  dns_ms REAL,
  connect_ms REAL,
  tls_ms REAL,
  ttfb_ms REAL,
  body_ms REAL,
  total_ms REAL NOT NULL,
  bytes_wire INTEGER,
  bytes_body INTEGER,
  content_type TEXT,
  headers TEXT,
  redirect_url_id INTEGER REFERENCES url(id),
  etag TEXT,
  last_modified TEXT,
  not_modified INTEGER NOT NULL,
  truncated INTEGER NOT NULL
) STRICT;
CREATE TABLE page (
  url_id INTEGER NOT NULL REFERENCES url(id),
  first_run_id INTEGER NOT NULL REFERENCES run(id),
  last_run_id INTEGER NOT NULL REFERENCES run(id),
  fetch_id INTEGER NOT NULL REFERENCES fetch(id),
  title TEXT,
  description TEXT,
  h1 TEXT,
  canonical_url TEXT,
  lang TEXT,
  robots TEXT,
  charset TEXT NOT NULL,
  words INTEGER NOT NULL,
  text_hash TEXT NOT NULL,
  simhash TEXT,
  similar_group_id INTEGER REFERENCES similar_group(id),
  similar_distance INTEGER,
  depth INTEGER,
  PRIMARY KEY (url_id, first_run_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE similar_group (
  id INTEGER PRIMARY KEY,
  simhash TEXT NOT NULL
) STRICT;
CREATE TABLE similar_band (
  band INTEGER NOT NULL,
  group_id INTEGER NOT NULL REFERENCES similar_group(id),
  PRIMARY KEY (band, group_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
  from_url_id INTEGER NOT NULL REFERENCES url(id),
  ordinal INTEGER NOT NULL,
  to_url_id INTEGER NOT NULL REFERENCES url(id),
  kind TEXT NOT NULL,
  rel TEXT,
  anchor TEXT,
  hreflang TEXT,
  count INTEGER NOT NULL,
  first_run_id INTEGER NOT NULL REFERENCES run(id),
  last_run_id INTEGER NOT NULL REFERENCES run(id),
  gone_run_id INTEGER REFERENCES run(id),
  PRIMARY KEY (from_url_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE extract (
  url_id INTEGER NOT NULL REFERENCES url(id),
  run_id INTEGER NOT NULL REFERENCES run(id),
  name TEXT NOT NULL,
  idx INTEGER NOT NULL,
  value TEXT NOT NULL,
  type TEXT NOT NULL,
  number REAL,
  error TEXT,
  PRIMARY KEY (url_id, run_id, name, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE page_text (
  id INTEGER PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES url(id),
  first_run_id INTEGER NOT NULL REFERENCES run(id),
  title TEXT,
  heading TEXT,
  text TEXT NOT NULL,
  truncated INTEGER NOT NULL,
  UNIQUE (url_id, first_run_id)
) STRICT;
CREATE VIRTUAL TABLE page_search USING fts5(title, heading, text, content='v_page_text', content_rowid='url_id', tokenize='unicode61 remove_diacritics 2');
CREATE TABLE fetch_body (
  fetch_id INTEGER PRIMARY KEY REFERENCES fetch(id),
  hash TEXT NOT NULL,
  truncated INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES ('created_at', '1795279812087');
INSERT INTO meta VALUES ('created_by', 'webspool');
INSERT INTO meta VALUES ('schema_version', '1');
INSERT INTO meta VALUES ('views', 'b7a12e8849a3e477');
INSERT INTO run VALUES (1, 'finished', 'frontier_empty', NULL, 1795279812131, 1795279812716, 1795279812716, 585.0, '["http://127.0.0.1:43029/"]', '{"seeds":["http://127.0.0.1:43029/"],"scope":"host","include":[],"exclude":[],"maxPages":null,"maxPagesPerHost":null,"maxPagesPerFolder":null,"maxDepth":20,"maxDurationMs":null,"maxBytes":null,"check":"none","robots":true,"respectNofollow":false,"sortQuery":false,"dropQuery":[],"sitemaps":true,"traps":true,"profile":"own","perHost":16,"delayMs":0,"autoDelay":false,"threads":1,"affinity":true,"inFlight":128,"userAgent":"webspool/0.0.0-test","headers":[],"timeoutMs":5000,"connectTimeoutMs":10000,"readTimeoutMs":20000,"maxBodyBytes":10485760,"retries":2,"allowPrivate":false,"insecure":false,"poolConnections":1000,"poolMaxsize":16,"poolBlock":true,"limit":0,"limitPerHost":0,"keepaliveTimeoutMs":30000,"forceClose":false,"dnsTtlMs":60000,"mounts":[],"extract":[],"structured":[],"extractHeader":[],"plugin":null,"pluginTimeoutMs":10000,"text":true,"storeBodies":true,"warc":null,"recrawl":"all","revisitFirstMs":86400000,"revisitMinMs":3600000,"revisitMaxMs":2592000000}', '57028e3d7a68f0714460f65767ae46a49ba22b7a9ee9a6c795d88227bceaa9f9', '0.0.0-test', 11071, 'vm', 4, 6, 3, 3, 1415, 386, 1, 5, NULL);
INSERT INTO run_process VALUES (1, 1, 1795279812131, '0.0.0-test', 11071, 'vm', '{"seeds":["http://127.0.0.1:43029/"],"scope":"host","include":[],"exclude":[],"maxPages":null,"maxPagesPerHost":null,"maxPagesPerFolder":null,"maxDepth":20,"maxDurationMs":null,"maxBytes":null,"check":"none","robots":true,"respectNofollow":false,"sortQuery":false,"dropQuery":[],"sitemaps":true,"traps":true,"profile":"own","perHost":16,"delayMs":0,"autoDelay":false,"threads":1,"affinity":true,"inFlight":128,"userAgent":"webspool/0.0.0-test","headers":[],"timeoutMs":5000,"connectTimeoutMs":10000,"readTimeoutMs":20000,"maxBodyBytes":10485760,"retries":2,"allowPrivate":false,"insecure":false,"poolConnections":1000,"poolMaxsize":16,"poolBlock":true,"limit":0,"limitPerHost":0,"keepaliveTimeoutMs":30000,"forceClose":false,"dnsTtlMs":60000,"mounts":[],"extract":[],"structured":[],"extractHeader":[],"plugin":null,"pluginTimeoutMs":10000,"text":true,"storeBodies":true,"warc":null,"recrawl":"all","revisitFirstMs":86400000,"revisitMinMs":3600000,"revisitMaxMs":2592000000}');
INSERT INTO session VALUES (1, 1, 11071, 1, 1795279812644, 1795279812708, 6, 3, 3, 0, 0, 0, 0.0);
INSERT INTO connection VALUES (1, 1, 1, 1, 'http://127.0.0.1:43029', 'http://', '127.0.0.1', 43029, 53598, NULL, NULL, NULL, 1795279812660, NULL, 2.8166519999999764, NULL, 3, 2, 684, 1795279812704, 5000.0, 1795279812708, NULL, 'first_use', 'session_closed');
INSERT INTO connection VALUES (2, 1, 1, 2, 'http://127.0.0.1:43029', 'http://', '127.0.0.1', 43029, 53614, NULL, NULL, NULL, 1795279812681, NULL, 0.57955700000002253, NULL, 2, 1, 504, 1795279812699, 5000.0, 1795279812708, NULL, 'all_busy', 'session_closed');
INSERT INTO connection VALUES (3, 1, 1, 3, 'http://127.0.0.1:43029', 'http://', '127.0.0.1', 43029, 53622, NULL, NULL, NULL, 1795279812698, NULL, 0.55801500000006854, NULL, 1, 0, 227, 1795279812705, 5000.0, 1795279812708, NULL, 'all_busy', 'session_closed');
INSERT INTO host VALUES (1, 'http://127.0.0.1:43029', NULL, NULL, NULL, 0, 1, 0, NULL, NULL, 0, NULL, NULL, 1, 0, 0);
INSERT INTO robots VALUES (1, 1, 1795279812675, 1795279812675, 404, NULL, 1795366212675);
INSERT INTO url VALUES (1, 'http://127.0.0.1:43029/', 1, 1, 0);
INSERT INTO url VALUES (2, 'http://127.0.0.1:43029/robots.txt', 1, 1, NULL);
INSERT INTO url VALUES (3, 'http://127.0.0.1:43029/sitemap.xml', 1, 1, NULL);
INSERT INTO url VALUES (4, 'http://127.0.0.1:43029/a', 1, 1, 1);
INSERT INTO url VALUES (5, 'http://127.0.0.1:43029/moved', 1, 1, 1);
INSERT INTO url VALUES (6, 'http://127.0.0.1:43029/gone', 1, 1, 1);
INSERT INTO frontier VALUES (1, 1, 1, 'done', NULL, NULL, 'page', 100.0, 0, NULL, 1795357572689, 0, 0, 1, 1795279812689, NULL, 1795279812689, 0, 0, 0, 0, NULL, NULL);
INSERT INTO frontier VALUES (2, 1, 1, 'done', NULL, NULL, 'robots', 90.0, NULL, NULL, NULL, 0, 0, 0, 1795279812675, NULL, NULL, 0, 0, 0, 0, NULL, NULL);
INSERT INTO frontier VALUES (3, 1, 1, 'done', NULL, NULL, 'sitemap', 90.0, NULL, 2, NULL, 0, 0, 0, 1795279812689, NULL, NULL, 0, 0, 0, 0, NULL, NULL);
INSERT INTO frontier VALUES (4, 1, 1, 'done', NULL, NULL, 'page', 0.5, 1, 1, 1795357572701, 0, 0, 0, 1795279812701, NULL, 1795279812701, 0, 0, 0, 0, NULL, NULL);
INSERT INTO frontier VALUES (5, 1, 1, 'done', NULL, NULL, 'page', 0.5, 1, 1, 1795357572705, 0, 0, 0, 1795279812705, NULL, 1795279812705, 0, 0, 0, 0, NULL, NULL);
INSERT INTO frontier VALUES (6, 1, 1, 'done', NULL, NULL, 'page', 0.5, 1, 1, 1795357572705, 0, 0, 0, 1795279812705, NULL, 1795279812705, 0, 0, 0, 1, NULL, NULL);
INSERT INTO fetch VALUES (1, 1, 1, 2, 'robots', 1, 1, 404, NULL, NULL, 1, 1, 0, 'first_use', 1795279812655.5129, 6.333, NULL, 2.817, NULL, 5.109, 1.428, 17.244, 227, 57, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","57"]]', NULL, NULL, NULL, 0, 0);
INSERT INTO fetch VALUES (2, 1, 1, 1, 'page', 1, 1, 200, NULL, NULL, 1, 2, 1, NULL, 1795279812680.3989, 0.835, NULL, NULL, NULL, 1.744, 0.285, 2.979, 266, 102, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","102"]]', NULL, NULL, NULL, 0, 0);
INSERT INTO fetch VALUES (3, 1, 1, 3, 'sitemap', 1, 1, 404, NULL, NULL, 2, 1, 0, 'all_busy', 1795279812680.7109, 0.331, NULL, 0.58, NULL, 7.348, 0.187, 8.484, 227, 57, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","57"]]', NULL, NULL, NULL, 0, 0);
INSERT INTO fetch VALUES (4, 1, 1, 4, 'page', 1, 1, 200, NULL, NULL, 2, 2, 1, NULL, 1795279812697.137, 0.94, NULL, NULL, NULL, 1.0, 0.161, 2.181, 277, 113, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","113"]]', NULL, NULL, NULL, 0, 0);
INSERT INTO fetch VALUES (5, 1, 1, 5, 'page', 1, 1, 301, NULL, NULL, 1, 3, 1, NULL, 1795279812697.3679, 0.824, NULL, NULL, NULL, 5.471, 0.134, 6.49, 191, 0, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["location","/a"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","0"]]', 4, NULL, NULL, 0, 0);
INSERT INTO fetch VALUES (6, 1, 1, 6, 'page', 1, 1, 404, NULL, NULL, 3, 1, 0, 'all_busy', 1795279812697.5759, 0.342, NULL, 0.558, NULL, 5.921, 0.147, 7.01, 227, 57, 'text/html; charset=utf-8', '[["content-type","text/html; charset=utf-8"],["Date","Sat, 21 Nov 2026 16:50:12 GMT"],["Connection","keep-alive"],["Keep-Alive","timeout=5"],["Content-Length","57"]]', NULL, NULL, NULL, 0, 0);
INSERT INTO page VALUES (1, 1, 1, 2, 'Home', NULL, 'Home', NULL, NULL, NULL, 'utf-8', 4, '784a2838346b781af37294c8562244e9', NULL, NULL, NULL, 0);
INSERT INTO page VALUES (4, 1, 1, 4, 'A', NULL, NULL, NULL, 'en', NULL, 'utf-8', 13, '4e7c41afca69922c7bd2410fa9e8f03f', '1ee2d2a6d3b500aa', 1, 0, 1);
INSERT INTO similar_group VALUES (1, '1ee2d2a6d3b500aa');
INSERT INTO link VALUES (1, 0, 4, 'a', NULL, 'A', NULL, 1, 1, 1, NULL);
INSERT INTO link VALUES (1, 1, 5, 'a', NULL, 'moved', NULL, 1, 1, 1, NULL);
INSERT INTO link VALUES (1, 2, 6, 'a', NULL, 'gone', NULL, 1, 1, 1, NULL);
INSERT INTO link VALUES (4, 0, 1, 'a', NULL, 'up', NULL, 1, 1, 1, NULL);
INSERT INTO link VALUES (5, 0, 4, 'redirect', NULL, NULL, NULL, 1, 1, 1, NULL);
INSERT INTO page_text VALUES (1, 1, 1, 'Home', 'Home', 'Home A moved gone', 0);
INSERT INTO page_text VALUES (2, 4, 1, 'A', NULL, 'One page of the release, with words of its own to count. up', 0);
INSERT INTO fetch_body VALUES (2, 'fc45c6bde8b7b4785a045bd0c1dc35597c3e8199b294b28538d9465cebbd1586', 0);
INSERT INTO fetch_body VALUES (4, '6c1448e8ae5a006f377f3bfc9636bc419be1dfea16cd4cb52156b8ce1ef45ef9', 0);
INSERT INTO fetch_body VALUES (5, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);
INSERT INTO fetch_body VALUES (6, '8abecea130d7f1754099a21c9d34a5e9d7bb0dea816f011c67b8c2b2a2bfc7c4', 0);
CREATE INDEX run_process_run ON run_process(run_id);
CREATE UNIQUE INDEX session_thread ON session(run_id, pid, thread, opened_at);
CREATE UNIQUE INDEX connection_number ON connection(session_id, number);
CREATE INDEX connection_run ON connection(run_id);
CREATE INDEX connection_open ON connection(run_id) WHERE closed_at IS NULL;
CREATE INDEX robots_host ON robots(host_id, id);
CREATE INDEX url_key ON url(url, host_id, depth);
CREATE TRIGGER url_once BEFORE INSERT ON url WHEN EXISTS (SELECT 1 FROM url WHERE url = new.url) BEGIN SELECT RAISE(ABORT, 'the URL is stored already'); END;
CREATE TRIGGER url_stays BEFORE UPDATE OF url ON url BEGIN SELECT RAISE(ABORT, 'a URL does not change'); END;
CREATE INDEX frontier_pending ON frontier(run_id, host_id, priority DESC, depth, url_id, due_at) WHERE state = 'pending';
CREATE INDEX frontier_fetching ON frontier(url_id) WHERE state = 'fetching';
CREATE INDEX frontier_seed ON frontier(run_id) WHERE is_seed = 1;
CREATE INDEX frontier_failed ON frontier(url_id, run_id, kind, reason) WHERE state = 'failed';
CREATE INDEX frontier_given_up ON frontier(url_id, given_up_run_id) WHERE given_up_run_id IS NOT NULL;
CREATE UNIQUE INDEX fetch_settled ON fetch(run_id, url_id, kind) WHERE settled = 1;
CREATE INDEX fetch_url ON fetch(url_id, run_id);
CREATE INDEX fetch_broken ON fetch(url_id, run_id, kind, status) WHERE settled = 1 AND status >= 400;
CREATE INDEX fetch_failed ON fetch(url_id, run_id) WHERE settled = 1 AND error IS NOT NULL;
CREATE INDEX fetch_redirect ON fetch(url_id) WHERE redirect_url_id IS NOT NULL;
CREATE INDEX page_text_hash ON page(text_hash);
CREATE INDEX page_similar ON page(similar_group_id) WHERE similar_group_id IS NOT NULL;
CREATE INDEX link_to ON link(to_url_id);
CREATE INDEX link_gone ON link(gone_run_id, to_url_id) WHERE gone_run_id IS NOT NULL;
CREATE INDEX fetch_body_hash ON fetch_body(hash);
CREATE VIEW v_link (source, target, kind, rel, anchor, hreflang, count, first_run_id, last_run_id, from_url_id, to_url_id) AS SELECT s.url, t.url, l.kind, l.rel, l.anchor, l.hreflang, l.count, l.first_run_id,
  l.last_run_id, l.from_url_id, l.to_url_id
FROM link l JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.gone_run_id IS NULL;
CREATE VIEW v_page (url_id, url, status, error, content_type, depth, title, description, h1, canonical_url, lang, robots, charset, words, text_hash, first_run_id, last_run_id, run_id, fetch_id, total_ms, bytes_body) AS SELECT u.id, u.url, iif(f.not_modified = 1, 200, f.status), f.error,
  iif(f.not_modified, g.content_type, f.content_type), u.depth, p.title, p.description, p.h1,
  p.canonical_url, p.lang, p.robots, p.charset, p.words, p.text_hash, p.first_run_id, p.last_run_id,
  f.run_id, f.id, f.total_ms, iif(f.not_modified, g.bytes_body, f.bytes_body)
FROM url u JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = u.id AND x.settled = 1 AND x.kind = 'page'
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
  LEFT JOIN (SELECT * FROM page p WHERE p.first_run_id =
  (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)) p ON p.url_id = u.id
  LEFT JOIN fetch g ON f.not_modified = 1
    AND g.id = (SELECT x.id FROM fetch x WHERE x.url_id = u.id AND x.settled = 1 AND x.kind = 'page' AND x.not_modified = 0 AND x.status < 300
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE u.first_run_id > 0;
CREATE VIEW v_page_text (url_id, url, title, heading, text, first_run_id, truncated) AS SELECT t.url_id, u.url, t.title, t.heading, t.text, t.first_run_id, t.truncated
FROM page_text t JOIN url u ON u.id = t.url_id
WHERE NOT EXISTS (SELECT 1 FROM page_text n
  WHERE n.url_id = t.url_id AND n.first_run_id > t.first_run_id);
CREATE VIEW v_broken_link (source, target, kind, anchor, status, error, first_run_id) AS SELECT s.url, t.url, l.kind, l.anchor, CASE WHEN w.state = 'done' OR f.run_id = w.run_id THEN f.status END, CASE WHEN w.state = 'failed' THEN coalesce(w.reason, f.error) END, l.first_run_id
FROM link l JOIN frontier w ON w.url_id = l.to_url_id
  LEFT JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
  JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.to_url_id IN (SELECT url_id FROM fetch WHERE settled = 1 AND status >= 400
    UNION ALL SELECT url_id FROM frontier WHERE state = 'failed')
  AND (w.state = 'failed' OR (w.state = 'done' AND f.status >= 400))
  AND l.gone_run_id IS NULL AND l.kind <> 'redirect';
CREATE VIEW v_broken_link_history (source, target, kind, anchor, status, error, linked_run_id, broken_run_id, broken_since, ok_run_id, ok_at) AS SELECT h.source, h.target, h.kind, h.anchor, h.status, h.error, h.linked_run_id,
  max(h.linked_run_id, h.target_run_id),
  coalesce(iif(h.target_run_id >= h.linked_run_id, (SELECT x.started_at FROM fetch x
      WHERE x.url_id = h.to_url_id AND x.run_id = h.target_run_id AND x.settled = 1 LIMIT 1), NULL),
    (SELECT r.started_at FROM run r WHERE r.id = max(h.linked_run_id, h.target_run_id))),
  o.run_id, o.started_at
FROM (SELECT s.url AS source, t.url AS target, l.kind, l.anchor, CASE WHEN w.state = 'done' OR f.run_id = w.run_id THEN f.status END AS status,
    CASE WHEN w.state = 'failed' THEN coalesce(w.reason, f.error) END AS error, l.to_url_id, (SELECT max(a.first_run_id) FROM link a
    WHERE a.to_url_id = l.to_url_id AND a.from_url_id = l.from_url_id AND NOT EXISTS (
      SELECT 1 FROM link b WHERE b.to_url_id = a.to_url_id AND b.from_url_id = a.from_url_id
        AND b.first_run_id < a.first_run_id
        AND (b.gone_run_id IS NULL OR b.gone_run_id >= a.first_run_id))) AS linked_run_id, (SELECT min(at) FROM (
    SELECT min(x.run_id) AS at FROM fetch x
      WHERE x.url_id = l.to_url_id AND x.settled = 1 AND x.run_id > coalesce((SELECT o.run_id FROM fetch o WHERE o.id = (SELECT x.id FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1 AND NOT (x.error IS NOT NULL OR x.status >= 400)
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), 0)
    UNION ALL SELECT w.given_up_run_id WHERE w.given_up_run_id > coalesce((SELECT o.run_id FROM fetch o WHERE o.id = (SELECT x.id FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1 AND NOT (x.error IS NOT NULL OR x.status >= 400)
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), 0))) AS target_run_id,
    (SELECT x.id FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1 AND NOT (x.error IS NOT NULL OR x.status >= 400)
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1) AS ok_id
  FROM link l JOIN frontier w ON w.url_id = l.to_url_id
  LEFT JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
  JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.to_url_id IN (SELECT url_id FROM fetch WHERE settled = 1 AND status >= 400
    UNION ALL SELECT url_id FROM frontier WHERE state = 'failed')
  AND (w.state = 'failed' OR (w.state = 'done' AND f.status >= 400))
  AND l.gone_run_id IS NULL AND l.kind <> 'redirect') h
  LEFT JOIN fetch o ON o.id = h.ok_id;
CREATE VIEW v_redirect (source, target, status, target_status, run_id) AS SELECT s.url, t.url, f.status, iif(g.not_modified = 1, 200, g.status), f.run_id
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
  LEFT JOIN fetch g ON g.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.redirect_url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1);
CREATE VIEW v_reuse_run (run_id, requests, reused, reuse_ratio, connections_opened, handshake_ms_spent, handshake_ms_saved, by_reason) AS WITH socket AS (
    SELECT c.run_id, c.session_id, c.origin, c.requests, c.requests_reused, c.open_reason,
      CASE WHEN coalesce(c.dns_ms, c.connect_ms, c.tls_ms) IS NOT NULL
      THEN coalesce(c.dns_ms, 0) + coalesce(c.connect_ms, 0) + coalesce(c.tls_ms, 0) END AS handshake_ms
    FROM connection c),
  mean AS (SELECT run_id, origin, avg(handshake_ms) AS ms FROM socket GROUP BY run_id, origin),
  total AS (
    SELECT s.run_id, sum(s.requests) AS requests, sum(s.requests_reused) AS reused,
      count(*) AS opened, sum(s.handshake_ms) AS spent, sum(s.requests_reused * m.ms) AS saved
    FROM socket s JOIN mean m ON m.run_id = s.run_id AND m.origin = s.origin
    GROUP BY s.run_id),
  reason AS (
    SELECT run_id, json_group_object(open_reason, opened) AS by_reason
    FROM (SELECT run_id, open_reason, count(*) AS opened FROM socket
      GROUP BY run_id, open_reason ORDER BY opened DESC)
    GROUP BY run_id)
SELECT run.id, coalesce(t.requests, 0), coalesce(t.reused, 0),
  CASE WHEN t.requests > 0 THEN round(1.0 * t.reused / t.requests, 4) END, coalesce(t.opened, 0),
  round(t.spent, 3), round(t.saved, 3), coalesce(r.by_reason, '{}') FROM run LEFT JOIN total t ON t.run_id = run.id LEFT JOIN reason r ON r.run_id = t.run_id;
CREATE VIEW v_reuse_thread (run_id, session_id, pid, thread, requests, reused, reuse_ratio, connections_opened, handshake_ms_spent, handshake_ms_saved, by_reason) AS WITH socket AS (
    SELECT c.run_id, c.session_id, c.origin, c.requests, c.requests_reused, c.open_reason,
      CASE WHEN coalesce(c.dns_ms, c.connect_ms, c.tls_ms) IS NOT NULL
      THEN coalesce(c.dns_ms, 0) + coalesce(c.connect_ms, 0) + coalesce(c.tls_ms, 0) END AS handshake_ms
    FROM connection c),
  mean AS (SELECT run_id, origin, avg(handshake_ms) AS ms FROM socket GROUP BY run_id, origin),
  total AS (
    SELECT s.run_id, s.session_id, sum(s.requests) AS requests, sum(s.requests_reused) AS reused,
      count(*) AS opened, sum(s.handshake_ms) AS spent, sum(s.requests_reused * m.ms) AS saved
    FROM socket s JOIN mean m ON m.run_id = s.run_id AND m.origin = s.origin
    GROUP BY s.run_id, s.session_id),
  reason AS (
    SELECT run_id, session_id, json_group_object(open_reason, opened) AS by_reason
    FROM (SELECT run_id, session_id, open_reason, count(*) AS opened FROM socket
      GROUP BY run_id, session_id, open_reason ORDER BY opened DESC)
    GROUP BY run_id, session_id)
SELECT n.run_id, n.id, n.pid, n.thread, coalesce(t.requests, 0), coalesce(t.reused, 0),
  CASE WHEN t.requests > 0 THEN round(1.0 * t.reused / t.requests, 4) END, coalesce(t.opened, 0),
  round(t.spent, 3), round(t.saved, 3), coalesce(r.by_reason, '{}') FROM session n
  LEFT JOIN total t ON t.run_id = n.run_id AND t.session_id = n.id LEFT JOIN reason r ON r.run_id = t.run_id AND r.session_id = t.session_id;
CREATE VIEW v_reuse_origin (run_id, origin, requests, reused, reuse_ratio, connections_opened, handshake_ms_spent, handshake_ms_saved, by_reason) AS WITH socket AS (
    SELECT c.run_id, c.session_id, c.origin, c.requests, c.requests_reused, c.open_reason,
      CASE WHEN coalesce(c.dns_ms, c.connect_ms, c.tls_ms) IS NOT NULL
      THEN coalesce(c.dns_ms, 0) + coalesce(c.connect_ms, 0) + coalesce(c.tls_ms, 0) END AS handshake_ms
    FROM connection c),
  mean AS (SELECT run_id, origin, avg(handshake_ms) AS ms FROM socket GROUP BY run_id, origin),
  total AS (
    SELECT s.run_id, s.origin, sum(s.requests) AS requests, sum(s.requests_reused) AS reused,
      count(*) AS opened, sum(s.handshake_ms) AS spent, sum(s.requests_reused * m.ms) AS saved
    FROM socket s JOIN mean m ON m.run_id = s.run_id AND m.origin = s.origin
    GROUP BY s.run_id, s.origin),
  reason AS (
    SELECT run_id, origin, json_group_object(open_reason, opened) AS by_reason
    FROM (SELECT run_id, origin, open_reason, count(*) AS opened FROM socket
      GROUP BY run_id, origin, open_reason ORDER BY opened DESC)
    GROUP BY run_id, origin)
SELECT t.run_id, t.origin, coalesce(t.requests, 0), coalesce(t.reused, 0),
  CASE WHEN t.requests > 0 THEN round(1.0 * t.reused / t.requests, 4) END, coalesce(t.opened, 0),
  round(t.spent, 3), round(t.saved, 3), coalesce(r.by_reason, '{}') FROM total t LEFT JOIN reason r ON r.run_id = t.run_id AND r.origin = t.origin;
CREATE VIEW v_new_connection (run_id, connection_id, origin, thread, opened_at, reason, previous_id, previous_close_reason, previous_requests, previous_idle_ms, dns_ms, connect_ms, tls_ms, tls_resumed, requests, close_reason) AS SELECT c.run_id, c.id, c.origin, s.thread, c.opened_at, c.open_reason, c.previous_id,
  p.close_reason, p.requests, c.opened_at - p.last_used_at, c.dns_ms, c.connect_ms, c.tls_ms,
  c.tls_resumed, c.requests, c.close_reason
FROM connection c JOIN session s ON s.id = c.session_id
  LEFT JOIN connection p ON p.id = c.previous_id;
CREATE VIEW v_time_ledger (run_id, origin, attempts, connections_opened, queue_ms, dns_ms, connect_ms, tls_ms, ttfb_ms, body_ms, other_ms, total_ms, handshake_ms, handshake_ratio) AS SELECT f.run_id, h.origin, count(*), sum(f.connection_seq IS 1),
  round(sum(f.queue_ms), 3), round(sum(f.dns_ms), 3), round(sum(f.connect_ms), 3), round(sum(f.tls_ms), 3), round(sum(f.ttfb_ms), 3), round(sum(f.body_ms), 3),
  round(max(0, sum(f.total_ms - (coalesce(f.queue_ms, 0) + coalesce(f.dns_ms, 0) + coalesce(f.connect_ms, 0) + coalesce(f.tls_ms, 0) + coalesce(f.ttfb_ms, 0) + coalesce(f.body_ms, 0)))), 3), round(sum(f.total_ms), 3),
  round(sum(coalesce(f.dns_ms, 0) + coalesce(f.connect_ms, 0) + coalesce(f.tls_ms, 0)), 3),
  CASE WHEN sum(f.total_ms) > 0 THEN round(sum(coalesce(f.dns_ms, 0) + coalesce(f.connect_ms, 0) + coalesce(f.tls_ms, 0)) / sum(f.total_ms), 4) END
FROM fetch f JOIN url u ON u.id = f.url_id JOIN host h ON h.id = u.host_id
GROUP BY f.run_id, u.host_id;
CREATE VIEW v_run_diff (run_id, url_id, url, change, status_before, status, error_before, error, run_id_before, title_before, title, content_changed) AS SELECT f.run_id, u.id, u.url, CASE
    WHEN b.id IS NULL THEN 'added'
    WHEN f.status IN (404, 410) AND (b.status IN (404, 410)) IS NOT TRUE THEN 'gone'
    WHEN (b.status IN (404, 410)) IS NOT TRUE AND NOT EXISTS (SELECT 1 FROM link l
      WHERE l.to_url_id = u.id AND l.from_url_id <> u.id AND l.first_run_id <= f.run_id
        AND (l.gone_run_id IS NULL OR l.gone_run_id > f.run_id)) AND EXISTS (SELECT 1 FROM link l
      WHERE l.to_url_id = u.id AND l.from_url_id <> u.id AND l.first_run_id <= b.run_id
        AND (l.gone_run_id IS NULL OR l.gone_run_id > b.run_id))
      AND NOT u.url IN (SELECT s.value FROM run r, json_each(r.seeds) s) THEN 'gone'
    WHEN iif(f.not_modified = 1, 200, f.status) IS NOT iif(b.not_modified = 1, 200, b.status) OR f.error IS NOT b.error THEN 'status_changed'
    WHEN (f.status IN (404, 410)) IS NOT TRUE AND NOT EXISTS (SELECT 1 FROM link l
      WHERE l.to_url_id = u.id AND l.from_url_id <> u.id AND l.first_run_id <= b.run_id
        AND (l.gone_run_id IS NULL OR l.gone_run_id > b.run_id)) AND EXISTS (SELECT 1 FROM link l
      WHERE l.to_url_id = u.id AND l.from_url_id <> u.id AND l.first_run_id <= f.run_id
        AND (l.gone_run_id IS NULL OR l.gone_run_id > f.run_id))
      AND NOT u.url IN (SELECT s.value FROM run r, json_each(r.seeds) s) THEN 'added'
    WHEN f.redirect_url_id IS NOT b.redirect_url_id OR (p.first_run_id IS NOT q.first_run_id
      AND (p.text_hash, p.title, p.description, p.h1, p.canonical_url, p.lang, p.robots, p.charset)
        IS NOT (q.text_hash, q.title, q.description, q.h1, q.canonical_url, q.lang, q.robots,
          q.charset)) THEN 'changed'
    ELSE 'unchanged'
  END,
  iif(b.not_modified = 1, 200, b.status), iif(f.not_modified = 1, 200, f.status), b.error, f.error, b.run_id, q.title, p.title,
  p.text_hash <> q.text_hash
FROM fetch f JOIN url u ON u.id = f.url_id
  LEFT JOIN fetch b ON b.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.kind = 'page' AND x.settled = 1
    AND x.run_id < f.run_id ORDER BY x.run_id DESC LIMIT 1)
  LEFT JOIN page p ON p.url_id = u.id
    AND iif(f.not_modified = 1, 200, f.status) BETWEEN 200 AND 299 AND p.first_run_id =
      (SELECT max(v.first_run_id) FROM page v
        WHERE v.url_id = u.id AND v.first_run_id <= f.run_id)
  LEFT JOIN page q ON q.url_id = u.id
    AND iif(b.not_modified = 1, 200, b.status) BETWEEN 200 AND 299 AND q.first_run_id =
      (SELECT max(v.first_run_id) FROM page v
        WHERE v.url_id = u.id AND v.first_run_id <= b.run_id)
WHERE f.kind = 'page' AND f.settled = 1
  AND (SELECT r.pruned_at IS NULL FROM run r WHERE r.id < f.run_id ORDER BY r.id DESC LIMIT 1);
CREATE VIEW v_extract (url, name, idx, value, type, number, error, run_id, url_id) AS SELECT u.url, e.name, e.idx, e.value, e.type, e.number, e.error, e.run_id, e.url_id
FROM extract e JOIN url u ON u.id = e.url_id
WHERE e.run_id = (SELECT x.run_id FROM fetch x WHERE x.url_id = e.url_id AND x.kind = 'page'
    AND x.settled = 1 AND x.error IS NULL AND (x.status < 300 OR x.not_modified = 1)
  ORDER BY x.run_id DESC LIMIT 1);
CREATE VIEW v_duplicate (text_hash, first_url, url, pages, canonical_url, declared, undeclared, url_id) AS SELECT text_hash, first_url, url, pages, canonical_url, declared, undeclared, url_id
FROM (SELECT p.text_hash, first_value(u.url) OVER (g ORDER BY u.id) AS first_url, u.url,
    count(*) OVER g AS pages, p.canonical_url, iif(p.canonical_url <> u.url, 1, 0) AS declared,
    count(*) OVER g - sum(iif(p.canonical_url <> u.url, 1, 0)) OVER g AS undeclared, u.id AS url_id
  FROM (SELECT text_hash FROM page GROUP BY text_hash HAVING min(url_id) < max(url_id)) t
    CROSS JOIN page p ON p.text_hash = t.text_hash JOIN url u ON u.id = p.url_id
  WHERE p.words > 0 AND p.first_run_id = (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)
    AND (SELECT iif(f.not_modified = 1, 200, f.status) FROM fetch f
      WHERE f.id = (SELECT x.id FROM fetch x WHERE x.url_id = p.url_id AND x.settled = 1 AND x.kind = 'page'
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)) = 200
  WINDOW g AS (PARTITION BY p.text_hash))
WHERE pages > 1;
CREATE VIEW v_near_duplicate (group_id, first_url, url, pages, canonical_url, declared, undeclared, url_id, distance, text_hash) AS SELECT similar_group_id, first_value(url) OVER (g ORDER BY url_id), url, pages, canonical_url, declared,
  undeclared, url_id, distance, text_hash
FROM (SELECT *, count(*) OVER g AS pages, count(*) OVER g - sum(declared) OVER g AS undeclared
  FROM (SELECT p.similar_group_id, p.similar_distance AS distance, p.text_hash, u.id AS url_id, u.url,
      p.canonical_url, iif(p.canonical_url <> u.url, 1, 0) AS declared,
      row_number() OVER (PARTITION BY p.similar_group_id, p.text_hash ORDER BY u.id) AS place
    FROM (SELECT similar_group_id FROM page WHERE similar_group_id IS NOT NULL
        GROUP BY similar_group_id HAVING min(url_id) < max(url_id)) t
      CROSS JOIN page p ON p.similar_group_id = t.similar_group_id JOIN url u ON u.id = p.url_id
    WHERE p.first_run_id = (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)
    AND (SELECT iif(f.not_modified = 1, 200, f.status) FROM fetch f
      WHERE f.id = (SELECT x.id FROM fetch x WHERE x.url_id = p.url_id AND x.settled = 1 AND x.kind = 'page'
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)) = 200)
  WHERE place = 1
  WINDOW g AS (PARTITION BY similar_group_id))
WHERE pages > 1
WINDOW g AS (PARTITION BY similar_group_id);
CREATE VIEW v_audit_page (url_id, url, status, error, depth, html, title, description, h1, canonical_url, lang, robots, words, text_hash, bytes_body, first_byte_ms, answer_ms, truncated, content_encoding, x_robots_tag, strict_transport_security, content_security_policy, x_content_type_options, x_frame_options, referrer_policy, nofollow, indexable, indexable_reason) AS SELECT url_id, url, status, error, depth, html, title, description, h1, canonical_url, lang, robots, words, text_hash, bytes_body, first_byte_ms, answer_ms, truncated, content_encoding, x_robots_tag, strict_transport_security, content_security_policy, x_content_type_options, x_frame_options, referrer_policy, (coalesce(instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',nofollow,') > 0 OR instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0)
    OR (html AND coalesce(instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',nofollow,') > 0 OR instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0))), (CASE WHEN blocked THEN 'robots_txt'
    WHEN status IS NULL OR error IS NOT NULL THEN 'no_response'
    WHEN status BETWEEN 300 AND 399 THEN 'redirect'
    WHEN status BETWEEN 400 AND 499 THEN 'client_error'
    WHEN status >= 500 THEN 'server_error'
    WHEN status <> 200 THEN 'other_status'
    WHEN coalesce(instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',noindex,') > 0 OR instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0) THEN 'noindex_header'
    WHEN html AND coalesce(instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',noindex,') > 0 OR instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0) THEN 'noindex_meta'
    WHEN html AND canonical_url <> url THEN 'canonicalised' END) IS NULL, CASE WHEN blocked THEN 'robots_txt'
    WHEN status IS NULL OR error IS NOT NULL THEN 'no_response'
    WHEN status BETWEEN 300 AND 399 THEN 'redirect'
    WHEN status BETWEEN 400 AND 499 THEN 'client_error'
    WHEN status >= 500 THEN 'server_error'
    WHEN status <> 200 THEN 'other_status'
    WHEN coalesce(instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',noindex,') > 0 OR instr((',' || replace(replace(replace(lower(x_robots_tag), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0) THEN 'noindex_header'
    WHEN html AND coalesce(instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',noindex,') > 0 OR instr((',' || replace(replace(replace(lower(robots), ' ', ''), char(9), ''), char(10), '') || ','), ',none,') > 0, 0) THEN 'noindex_meta'
    WHEN html AND canonical_url <> url THEN 'canonicalised' END
FROM (SELECT p.url_id, p.url, p.status, p.error, p.depth, q.fetch_id IS NOT NULL AND p.status = 200 AS html,
    p.title, p.description, p.h1, p.canonical_url, p.lang, p.robots, p.words, p.text_hash, p.bytes_body,
    b.ttfb_ms AS first_byte_ms, b.ttfb_ms + coalesce(b.body_ms, 0) AS answer_ms, b.truncated,
    CASE WHEN b.headers LIKE '%"content-encoding"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["content-encoding",%') END AS content_encoding, CASE WHEN b.headers LIKE '%"x-robots-tag"%' THEN
    (SELECT group_concat(CASE WHEN trim(d.value) LIKE '*:%' THEN trim(substr(trim(d.value), 3))
        ELSE trim(d.value) END, ',')
      FROM json_each(b.headers) j, json_each('[' || replace(json_quote(json_extract(j.value, '$[1]')), ',', '","') || ']') d
      WHERE j.value LIKE '["x-robots-tag",%'
        AND NOT EXISTS (SELECT 1 FROM json_each('[' || replace(json_quote(json_extract(j.value, '$[1]')), ',', '","') || ']') e WHERE e.key <= d.key AND e.value LIKE '%_:%' AND trim(e.value) NOT LIKE '*:%'
        AND trim(e.value) NOT LIKE 'unavailable_after:%' AND trim(e.value) NOT LIKE 'max-%:%')) END AS x_robots_tag,
    CASE WHEN b.headers LIKE '%"strict-transport-security"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["strict-transport-security",%') END AS strict_transport_security,
    CASE WHEN b.headers LIKE '%"content-security-policy"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["content-security-policy",%') END AS content_security_policy,
    CASE WHEN b.headers LIKE '%"x-content-type-options"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["x-content-type-options",%') END AS x_content_type_options,
    CASE WHEN b.headers LIKE '%"x-frame-options"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["x-frame-options",%') END AS x_frame_options, CASE WHEN b.headers LIKE '%"referrer-policy"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["referrer-policy",%') END AS referrer_policy,
    coalesce(w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable'), 0) AS blocked
  FROM v_page p LEFT JOIN frontier w ON w.url_id = p.url_id
    LEFT JOIN fetch b ON b.id = (SELECT x.id FROM fetch x WHERE x.url_id = p.url_id AND x.settled = 1 AND x.kind = 'page' AND x.not_modified = 0
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
    LEFT JOIN page q ON q.url_id = p.url_id AND q.first_run_id = p.first_run_id AND q.fetch_id = b.id);
CREATE VIEW v_audit_limit (name, value, unit, meaning, source) AS VALUES ('title_min', 30, 'characters', 'shorter titles are short', 'default of Screaming Frog SEO Spider'),
  ('title_max', 60, 'characters', 'longer titles are cut off in results', 'default of Screaming Frog SEO Spider'),
  ('description_min', 70, 'characters', 'shorter descriptions are short', 'default of Screaming Frog SEO Spider'),
  ('description_max', 155, 'characters', 'longer descriptions are cut off in results', 'default of Screaming Frog SEO Spider'),
  ('h1_max', 70, 'characters', 'longer headings are long', 'default of Screaming Frog SEO Spider'),
  ('alt_max', 100, 'characters', 'longer alternative texts are long', 'default of Screaming Frog SEO Spider'),
  ('url_max', 115, 'characters', 'longer URLs are long', 'default of Screaming Frog SEO Spider'),
  ('depth_max', 4, 'links', 'pages farther from a seed are deep', 'default of Screaming Frog SEO Spider'),
  ('image_max', 102400, 'bytes', 'larger images are large', 'default of Screaming Frog SEO Spider'),
  ('words_min', 100, 'words', 'pages with fewer are thin', 'our choice: half of Screaming Frog''s 200, as short pages need not be bad'),
  ('page_ms_max', 2000, 'milliseconds', 'answers that take longer, from the request sent to the body''s end, are slow', 'our choice'),
  ('first_byte_ms_max', 1800, 'milliseconds', 'a later first byte is slow', 'web.dev, Time to First Byte: above 1.8 s is poor'),
  ('page_bytes_max', 2097152, 'bytes', 'larger decoded pages are large', 'our choice'),
  ('uncompressed_bytes_max', 1400, 'bytes', 'larger pages should be compressed', 'Lighthouse, Enable text compression: less than 1.4 KiB is not worth it'),
  ('redirects_max', 20, 'redirects', 'browsers give up after as many', 'WHATWG Fetch, HTTP-redirect fetch');
CREATE VIEW v_issues (run_id, id, issue_group, severity, sentence, count) AS WITH a AS MATERIALIZED (SELECT * FROM v_audit_page),
noted_link AS MATERIALIZED (SELECT from_url_id, to_url_id, kind, rel, anchor, hreflang, gone_run_id FROM link l
  WHERE gone_run_id IS NULL AND (CASE l.kind
      WHEN 'a' THEN l.rel LIKE '%nofollow%'
      WHEN 'redirect' THEN 0
      WHEN 'other' THEN l.rel = 'refresh'
      WHEN 'img' THEN l.anchor IS NULL OR length(l.anchor) > 100
      WHEN 'script' THEN 0
      WHEN 'stylesheet' THEN 0
      WHEN 'alternate' THEN l.hreflang IS NOT NULL
      WHEN 'area' THEN l.rel LIKE '%nofollow%'
      WHEN 'iframe' THEN 0
      WHEN 'frame' THEN 0
      ELSE 1 END
    OR (l.to_url_id IN (SELECT id FROM url WHERE url GLOB 'http://*')
      AND l.from_url_id IN (SELECT id FROM url WHERE url GLOB 'https://*'))
    OR (l.kind IN ('img', 'script', 'stylesheet') AND (l.to_url_id IN (SELECT url_id FROM frontier
        WHERE state = 'excluded' AND reason IN ('robots', 'robots_unreachable'))
      OR (l.kind = 'img' AND EXISTS (
        SELECT 1 FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1 AND x.status = 200)))))),
c(id, count) AS MATERIALIZED (
  SELECT 'broken_link_internal', count(*) FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('a', 'area', 'iframe', 'frame') AND w.kind = 'page'
  UNION ALL SELECT 'broken_link_external', count(*) FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('a', 'area', 'iframe', 'frame') AND w.kind <> 'page'
  UNION ALL SELECT 'broken_image', count(*) FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('img')
  UNION ALL SELECT 'broken_resource', count(*) FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('script', 'stylesheet', 'other')
  UNION ALL SELECT 'redirect_broken', count(*) FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
  JOIN fetch g ON g.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.redirect_url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
  AND (g.error IS NOT NULL OR g.status >= 400)
  UNION ALL SELECT 'redirect_loop', count(*) FROM (WITH RECURSIVE redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), walk(start_id, at_id, hops) AS (
    SELECT from_id, to_id, 1 FROM redirect_hop
    UNION ALL SELECT w.start_id, h.to_id, w.hops + 1 FROM walk w JOIN redirect_hop h ON h.from_id = w.at_id
      WHERE w.hops <= 20 AND w.at_id <> w.start_id)
  SELECT start_id, at_id, max(hops) AS hops FROM walk GROUP BY start_id) w JOIN url s ON s.id = w.start_id JOIN url t ON t.id = w.at_id WHERE (w.at_id = w.start_id OR w.hops > 20)
  UNION ALL SELECT 'redirect_chain', count(*) FROM (WITH RECURSIVE redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), walk(start_id, at_id, hops) AS (
    SELECT from_id, to_id, 1 FROM redirect_hop
    UNION ALL SELECT w.start_id, h.to_id, w.hops + 1 FROM walk w JOIN redirect_hop h ON h.from_id = w.at_id
      WHERE w.hops <= 20 AND w.at_id <> w.start_id)
  SELECT start_id, at_id, max(hops) AS hops FROM walk GROUP BY start_id) w JOIN url s ON s.id = w.start_id JOIN url t ON t.id = w.at_id WHERE w.hops > 1 AND NOT (w.at_id = w.start_id OR w.hops > 20)
  UNION ALL SELECT 'redirect_temporary', count(*) FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1) AND f.status IN (302, 303, 307)
  UNION ALL SELECT 'redirect_downgrade', count(*) FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1) AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'
  UNION ALL SELECT 'link_to_redirect', count(*) FROM (WITH redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)) SELECT from_id, to_id FROM redirect_hop) h
  CROSS JOIN link l ON l.to_url_id = h.from_id AND l.gone_run_id IS NULL AND l.kind IN ('a', 'area')
  CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = h.from_id
  CROSS JOIN url e ON e.id = h.to_id
  UNION ALL SELECT 'meta_refresh', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'other' AND l.rel = 'refresh' AND l.to_url_id <> l.from_url_id
  UNION ALL SELECT 'canonical_conflict', count FROM (SELECT coalesce(sum(links), 0) AS count FROM (SELECT count(*) AS links FROM noted_link m
    WHERE m.kind = 'canonical' AND m.gone_run_id IS NULL GROUP BY m.from_url_id
    HAVING min(m.to_url_id) < max(m.to_url_id)))
  UNION ALL SELECT 'canonical_broken', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND (f.error IS NOT NULL OR f.status >= 400)
  UNION ALL SELECT 'canonical_to_redirect', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND f.redirect_url_id IS NOT NULL
  UNION ALL SELECT 'canonical_to_noindex', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind = 'canonical' AND m.to_url_id <> m.from_url_id)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND l.to_url_id <> l.from_url_id
  AND a.indexable_reason IN ('noindex_meta', 'noindex_header', 'robots_txt')
  UNION ALL SELECT 'canonical_chain', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind = 'canonical' AND m.to_url_id <> m.from_url_id)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND l.to_url_id <> l.from_url_id AND a.indexable_reason = 'canonicalised'
  UNION ALL SELECT 'canonical_downgrade', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'
  UNION ALL SELECT 'title_duplicate', count FROM (SELECT coalesce(sum(pages), 0) AS count FROM (SELECT count(*) AS pages FROM a
    WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> '' GROUP BY a.title) WHERE pages > 1)
  UNION ALL SELECT 'description_duplicate', count FROM (SELECT coalesce(sum(pages), 0) AS count FROM (SELECT count(*) AS pages FROM a
    WHERE a.html = 1 AND a.indexable = 1 AND trim(a.description) <> '' GROUP BY a.description) WHERE pages > 1)
  UNION ALL SELECT 'h1_duplicate', count FROM (SELECT coalesce(sum(pages), 0) AS count FROM (SELECT count(*) AS pages FROM a
    WHERE a.html = 1 AND a.indexable = 1 AND trim(a.h1) <> '' GROUP BY a.h1) WHERE pages > 1)
  UNION ALL SELECT 'nofollow_internal', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.rel IS NOT NULL AND l.kind IN ('a', 'area')
  AND ' ' || l.rel || ' ' LIKE '% nofollow %' AND s.host_id = t.host_id
  UNION ALL SELECT 'blocked_page', count(*) FROM frontier w JOIN url t ON t.id = w.url_id
WHERE w.state = 'excluded' AND w.kind = 'page' AND w.reason IN ('robots', 'robots_unreachable')
  UNION ALL SELECT 'blocked_resource', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN frontier w ON w.url_id = t.id AND w.state = 'excluded'
    AND w.reason IN ('robots', 'robots_unreachable')
WHERE l.gone_run_id IS NULL AND l.kind IN ('script', 'stylesheet', 'img')
  UNION ALL SELECT 'robots_txt_broken', count(*) FROM frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'robots' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'robots' AND (f.error IS NOT NULL OR f.status >= 500)
  AND w.host_id IN (SELECT v.host_id FROM frontier v
    WHERE v.state = 'excluded' AND v.reason = 'robots_unreachable')
  UNION ALL SELECT 'hreflang_missing_return', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND l.to_url_id <> l.from_url_id AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND r.kind = 'alternate' AND r.hreflang IS NOT NULL)
  UNION ALL SELECT 'hreflang_broken', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND (f.error IS NOT NULL OR f.status >= 400)
  UNION ALL SELECT 'hreflang_not_indexable', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response')
  UNION ALL SELECT 'hreflang_invalid', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND lower(l.hreflang) <> 'x-default'
  AND (NOT (lower(l.hreflang) GLOB '[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]-[0-9][0-9][0-9]') OR lower(l.hreflang) GLOB '*-uk' OR lower(l.hreflang) GLOB '*-eu')
  UNION ALL SELECT 'hreflang_conflict', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = 'alternate' AND lower(k.hreflang) = lower(l.hreflang) AND k.to_url_id <> l.to_url_id
    AND k.gone_run_id IS NULL)
  UNION ALL SELECT 'hreflang_no_self', count(*) FROM (SELECT DISTINCT m.from_url_id AS url_id FROM noted_link m
    WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL) h JOIN url s ON s.id = h.url_id WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.from_url_id = h.url_id AND l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND l.to_url_id = l.from_url_id)
  UNION ALL SELECT 'hreflang_no_x_default', count(*) FROM (SELECT DISTINCT m.from_url_id AS url_id FROM noted_link m
    WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL) h JOIN url s ON s.id = h.url_id WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.from_url_id = h.url_id AND l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND lower(l.hreflang) = 'x-default')
  UNION ALL SELECT 'pagination_broken', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND (f.error IS NOT NULL OR f.status >= 400)
  UNION ALL SELECT 'pagination_not_indexable', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind IN ('next', 'prev'))) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response')
  UNION ALL SELECT 'pagination_missing_return', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind IN ('next', 'prev'))) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND r.kind = iif(l.kind = 'next', 'prev', 'next'))
  UNION ALL SELECT 'pagination_conflict', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = l.kind AND k.to_url_id <> l.to_url_id AND k.gone_run_id IS NULL)
  UNION ALL SELECT 'pagination_unlinked', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND NOT EXISTS (SELECT 1 FROM link k WHERE k.to_url_id = l.to_url_id
    AND k.from_url_id = l.from_url_id AND k.kind IN ('a', 'area') AND k.gone_run_id IS NULL)
  UNION ALL SELECT 'image_alt_missing', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND l.anchor IS NULL
  UNION ALL SELECT 'image_alt_long', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND length(l.anchor) > 100
  UNION ALL SELECT 'image_large', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND f.error IS NULL AND f.status = 200 AND (SELECT CAST(json_extract(j.value, '$[1]') AS INTEGER) FROM json_each(f.headers) j
    WHERE lower(json_extract(j.value, '$[0]')) = 'content-length') > 102400
  UNION ALL SELECT 'mixed_active', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('script', 'stylesheet', 'iframe', 'frame') AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'
  UNION ALL SELECT 'mixed_passive', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND (l.kind = 'img' OR (l.kind = 'other' AND l.rel IS NULL)) AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'
  UNION ALL SELECT 'link_to_http', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('a', 'area') AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'
  UNION ALL SELECT 'url_trap', count(*) FROM frontier w JOIN url u ON u.id = w.url_id
WHERE w.state = 'excluded' AND w.reason GLOB 'trap_*'
  UNION ALL SELECT 'sitemap_error', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND (f.error IS NOT NULL OR f.status >= 400) AND NOT EXISTS (SELECT 1 FROM frontier v WHERE v.url_id = t.id AND v.kind = 'sitemap')
  UNION ALL SELECT 'sitemap_redirect', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND f.redirect_url_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM frontier v WHERE v.url_id = t.id AND v.kind = 'sitemap')
  UNION ALL SELECT 'sitemap_not_indexable', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM a
    WHERE url_id IN (SELECT m.to_url_id FROM noted_link m WHERE m.gone_run_id IS NULL AND m.kind = 'sitemap')) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND a.indexable_reason IN ('noindex_meta', 'noindex_header', 'canonicalised')
  UNION ALL SELECT 'sitemap_blocked', count(*) FROM noted_link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN frontier w ON w.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable')
  UNION ALL SELECT 'sitemap_broken', count(*) FROM frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'sitemap' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'sitemap' AND (f.error IS NOT NULL OR f.status >= 400)
  AND NOT (f.status IN (404, 410) AND u.url GLOB 'http*://*/sitemap.xml'
    AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = u.id AND l.kind = 'sitemap')
    AND NOT EXISTS (SELECT 1 FROM host h JOIN robots r ON r.id = h.robots_id
      WHERE h.id = w.host_id AND instr(lower(CAST(r.body AS TEXT)), 'sitemap:') > 0))
  UNION ALL SELECT 'duplicate_exact', count(*) FROM (SELECT a.url_id, a.url, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_duplicate v CROSS JOIN a ON a.url_id = v.url_id WHERE a.html = 1 AND a.indexable = 1
  WINDOW g AS (PARTITION BY v.text_hash)) d WHERE d.pages > 1
  UNION ALL SELECT 'duplicate_near', count(*) FROM (SELECT a.url_id, a.url, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_near_duplicate v CROSS JOIN a ON a.url_id = v.url_id WHERE a.html = 1 AND a.indexable = 1
  WINDOW g AS (PARTITION BY v.group_id)) d WHERE d.pages > 1
  UNION ALL SELECT j.key, j.value FROM (SELECT '{"client_error":' || count(*) FILTER (WHERE a.status BETWEEN 400 AND 499) || ',
    "server_error":' || count(*) FILTER (WHERE a.status >= 500) || ',
    "no_response":' || count(*) FILTER (WHERE a.error IS NOT NULL) || ',
    "canonical_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND a.canonical_url IS NULL) || ',
    "canonical_elsewhere":' || count(*) FILTER (WHERE a.indexable_reason = 'canonicalised') || ',
    "title_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.title), '') = '') || ',
    "title_short":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> '' AND length(a.title) < 30) || ',
    "title_long":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND length(a.title) > 60) || ',
    "title_same_as_h1":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> '' AND a.title = a.h1) || ',
    "description_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.description), '') = '') || ',
    "description_short":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND trim(a.description) <> '' AND length(a.description) < 70) || ',
    "description_long":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND length(a.description) > 155) || ',
    "h1_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.h1), '') = '') || ',
    "h1_long":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND length(a.h1) > 70) || ',
    "noindex":' || count(*) FILTER (WHERE a.indexable_reason IN ('noindex_meta', 'noindex_header')) || ',
    "nofollow_page":' || count(*) FILTER (WHERE a.status = 200 AND a.nofollow = 1) || ',
    "noindex_with_canonical":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable_reason IN ('noindex_meta', 'noindex_header')
  AND a.canonical_url <> a.url) || ',
    "lang_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.lang), '') = '') || ',
    "page_http":' || count(*) FILTER (WHERE a.html = 1 AND a.url GLOB 'http://*') || ',
    "hsts_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.url GLOB 'https://*' AND a.strict_transport_security IS NULL) || ',
    "csp_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.content_security_policy IS NULL) || ',
    "nosniff_missing":' || count(*) FILTER (WHERE a.html = 1 AND coalesce(lower(trim(a.x_content_type_options)), '') <> 'nosniff') || ',
    "frame_options_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.x_frame_options IS NULL
  AND coalesce(instr(lower(a.content_security_policy), 'frame-ancestors'), 0) = 0) || ',
    "referrer_policy_missing":' || count(*) FILTER (WHERE a.html = 1 AND a.referrer_policy IS NULL) || ',
    "url_long":' || count(*) FILTER (WHERE a.html = 1 AND length(a.url) > 115) || ',
    "url_uppercase":' || count(*) FILTER (WHERE a.html = 1 AND substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)) GLOB '*[A-Z]*' AND (substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)) NOT GLOB '*%[0-9A-F][0-9A-F]*' OR (
    SELECT max(substr(p.value, 3) GLOB '*[A-Z]*') FROM json_each('["..' || replace(
      replace(replace(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '\', ''), '"', ''), '%', '","') || '"]') p) = 1)) || ',
    "url_underscore":' || count(*) FILTER (WHERE a.html = 1 AND instr(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '_') > 0) || ',
    "url_space":' || count(*) FILTER (WHERE a.html = 1 AND instr(a.url, '%20') > 0) || ',
    "url_non_ascii":' || count(*) FILTER (WHERE a.html = 1 AND a.url GLOB '*%[89A-F][0-9A-F]*') || ',
    "url_double_slash":' || count(*) FILTER (WHERE a.html = 1 AND instr(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '//') > 0) || ',
    "url_parameters":' || count(*) FILTER (WHERE a.html = 1 AND instr(a.url, '?') > 0) || ',
    "page_deep":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND a.depth > 4) || ',
    "page_orphan":' || count(*) FILTER (WHERE CASE WHEN a.html = 1 AND a.indexable = 1 THEN NOT EXISTS (
    SELECT 1 FROM frontier w WHERE w.url_id = a.url_id AND w.is_seed = 1)
  AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = a.url_id AND l.from_url_id <> a.url_id
    AND l.kind IN ('a', 'area', 'iframe', 'frame', 'redirect') AND l.gone_run_id IS NULL) END) || ',
    "page_dead_end":' || count(*) FILTER (WHERE CASE WHEN a.html = 1 AND a.indexable = 1 THEN NOT EXISTS (SELECT 1 FROM link l
    WHERE l.from_url_id = a.url_id AND l.to_url_id <> a.url_id AND l.kind IN ('a', 'area')
    AND l.gone_run_id IS NULL) END) || ',
    "sitemap_missing_page":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND a.url_id NOT IN (SELECT m.to_url_id FROM noted_link m WHERE m.kind = 'sitemap' AND m.gone_run_id IS NULL)
  AND (SELECT u.host_id FROM url u WHERE u.id = a.url_id)
    IN (SELECT u.host_id FROM url u WHERE u.id IN (SELECT m.to_url_id FROM noted_link m WHERE m.kind = 'sitemap' AND m.gone_run_id IS NULL))) || ',
    "page_slow":' || count(*) FILTER (WHERE a.status = 200 AND a.answer_ms > 2000) || ',
    "first_byte_slow":' || count(*) FILTER (WHERE a.status = 200 AND a.first_byte_ms > 1800) || ',
    "page_uncompressed":' || count(*) FILTER (WHERE a.html = 1 AND a.bytes_body > 1400
  AND coalesce(lower(trim(a.content_encoding)), 'identity') IN ('identity', '')) || ',
    "page_large":' || count(*) FILTER (WHERE a.html = 1 AND a.bytes_body > 2097152) || ',
    "page_thin":' || count(*) FILTER (WHERE a.html = 1 AND a.indexable = 1 AND a.words < 100) || '}' AS counts FROM a) p,
    json_each(p.counts) j),
i(id, rank, issue_group, severity, sentence) AS (VALUES ('client_error', 1, 'status', 'error', 'The page answers with a status of 400 to 499: it is gone, or may not be read.'),
  ('server_error', 1, 'status', 'error', 'The page answers with a status of 500 or more: the server failed.'),
  ('no_response', 1, 'status', 'error', 'The page could not be read: there was no usable response.'),
  ('broken_link_internal', 1, 'status', 'error', 'The page links to a page of the site that answers with an error, or not at all.'),
  ('broken_link_external', 2, 'status', 'warning', 'The page links to another site''s page that answers with an error, or not at all (needs --check external).'),
  ('broken_image', 1, 'status', 'error', 'The page shows an image that cannot be loaded (needs --check assets).'),
  ('broken_resource', 1, 'status', 'error', 'The page needs a script, style sheet, icon or other file that cannot be loaded (needs --check assets).'),
  ('redirect_broken', 1, 'redirects', 'error', 'The redirect leads to an error, or to a host that does not answer.'),
  ('redirect_loop', 1, 'redirects', 'error', 'The redirect leads in a circle, or through more redirects than browsers follow.'),
  ('redirect_chain', 2, 'redirects', 'warning', 'The redirect leads to another redirect: each costs visitors a round trip.'),
  ('redirect_temporary', 3, 'redirects', 'notice', 'The redirect says that it is temporary, so that search engines may keep the old URL.'),
  ('redirect_downgrade', 1, 'redirects', 'error', 'The redirect leads from https to http, where everybody on the way can read along.'),
  ('link_to_redirect', 3, 'redirects', 'notice', 'The page links to a URL that redirects: link to where it leads.'),
  ('meta_refresh', 2, 'redirects', 'warning', 'The page sends visitors elsewhere by meta refresh: a redirect is faster and clearer.'),
  ('canonical_missing', 3, 'canonicals', 'notice', 'The page does not say under which URL it is to be known (rel=canonical).'),
  ('canonical_elsewhere', 3, 'canonicals', 'notice', 'The page names another URL as its canonical, so that it is left out of indexes.'),
  ('canonical_conflict', 1, 'canonicals', 'error', 'The page names several URLs as its canonical, so that search engines believe none.'),
  ('canonical_broken', 1, 'canonicals', 'error', 'The page names a canonical that answers with an error, or not at all.'),
  ('canonical_to_redirect', 1, 'canonicals', 'error', 'The page names a canonical that redirects: name where it leads.'),
  ('canonical_to_noindex', 1, 'canonicals', 'error', 'The page names a canonical that may not be indexed, so that neither is found.'),
  ('canonical_chain', 2, 'canonicals', 'warning', 'The page names a canonical that itself names another one.'),
  ('canonical_downgrade', 2, 'canonicals', 'warning', 'The page is served over https and names a canonical with http.'),
  ('title_missing', 1, 'titles', 'error', 'The page has no title, or an empty one.'),
  ('title_short', 3, 'titles', 'notice', 'The title has fewer than 30 characters: there is room to say more.'),
  ('title_long', 3, 'titles', 'notice', 'The title has more than 60 characters: results cut it off.'),
  ('title_duplicate', 2, 'titles', 'warning', 'Several pages have the same title, so that nobody can tell them apart.'),
  ('title_same_as_h1', 3, 'titles', 'notice', 'The title says the same as the first h1: it could say where the page belongs.'),
  ('description_missing', 2, 'descriptions', 'warning', 'The page has no meta description, or an empty one.'),
  ('description_short', 3, 'descriptions', 'notice', 'The meta description has fewer than 70 characters: there is room to say more.'),
  ('description_long', 3, 'descriptions', 'notice', 'The meta description has more than 155 characters: results cut it off.'),
  ('description_duplicate', 2, 'descriptions', 'warning', 'Several pages have the same meta description, so that nobody can tell them apart.'),
  ('h1_missing', 2, 'headings', 'warning', 'The page has no first h1, or an empty one.'),
  ('h1_long', 3, 'headings', 'notice', 'The first h1 has more than 70 characters: results cut it off.'),
  ('h1_duplicate', 3, 'headings', 'notice', 'Several pages have the same first h1, so that nobody can tell them apart.'),
  ('noindex', 2, 'directives', 'warning', 'The page asks to be left out of indexes: make sure that it is meant.'),
  ('nofollow_page', 2, 'directives', 'warning', 'The page asks not to follow any of its links.'),
  ('noindex_with_canonical', 1, 'directives', 'error', 'The page asks to be left out of indexes and names another canonical: these contradict.'),
  ('nofollow_internal', 3, 'directives', 'notice', 'The page asks not to follow a link to a page of its own site.'),
  ('blocked_page', 2, 'directives', 'warning', 'Pages link to a URL that robots.txt forbids: its content cannot be found.'),
  ('blocked_resource', 2, 'directives', 'warning', 'The page needs a file that robots.txt forbids, so that search engines see it otherwise (needs --check assets).'),
  ('robots_txt_broken', 1, 'directives', 'error', 'The robots.txt cannot be read, so that crawlers must leave the whole host alone (RFC 9309).'),
  ('hreflang_missing_return', 1, 'hreflang', 'error', 'The page names a version in another language that does not name it back, so that neither counts.'),
  ('hreflang_broken', 1, 'hreflang', 'error', 'The page names a version in another language that is an error, or does not answer.'),
  ('hreflang_not_indexable', 1, 'hreflang', 'error', 'The page names a version in another language that redirects or may not be indexed.'),
  ('hreflang_invalid', 1, 'hreflang', 'error', 'The page names a version with a code that is no language, or one with a wrong region.'),
  ('hreflang_conflict', 1, 'hreflang', 'error', 'The page names several URLs for one language.'),
  ('hreflang_no_self', 2, 'hreflang', 'warning', 'The page names its versions in other languages, and not itself among them.'),
  ('hreflang_no_x_default', 3, 'hreflang', 'notice', 'The page names no version for readers of other languages (x-default).'),
  ('lang_missing', 3, 'hreflang', 'notice', 'The page does not say its language, which screen readers need (html lang).'),
  ('pagination_broken', 1, 'pagination', 'error', 'The next or previous page of the series is an error, or does not answer.'),
  ('pagination_not_indexable', 2, 'pagination', 'warning', 'The next or previous page of the series redirects or may not be indexed, so that what it lists is not found.'),
  ('pagination_missing_return', 2, 'pagination', 'warning', 'The page names a next or previous page that does not name it back.'),
  ('pagination_conflict', 2, 'pagination', 'warning', 'The page names several next, or several previous pages.'),
  ('pagination_unlinked', 2, 'pagination', 'warning', 'The page names a next or previous page and has no link to it that visitors could follow.'),
  ('image_alt_missing', 2, 'images', 'warning', 'An image has no alt attribute: who cannot see it learns nothing (alt='''' says that there is nothing to learn).'),
  ('image_alt_long', 3, 'images', 'notice', 'An image''s alt has more than 100 characters, which are read out in one breath.'),
  ('image_large', 3, 'images', 'notice', 'An image has more than 100 KiB (needs --check assets).'),
  ('page_http', 1, 'security', 'error', 'The page is served over http: everybody on the way can read and change it.'),
  ('mixed_active', 1, 'security', 'error', 'A page of https loads a script, style sheet or frame over http, which browsers block.'),
  ('mixed_passive', 2, 'security', 'warning', 'A page of https shows an image, sound or film over http.'),
  ('link_to_http', 3, 'security', 'notice', 'A page of https links to a URL of http.'),
  ('hsts_missing', 2, 'security', 'warning', 'The answer does not tell browsers to use https only (Strict-Transport-Security, RFC 6797).'),
  ('csp_missing', 3, 'security', 'notice', 'The answer does not tell browsers which scripts may run (Content-Security-Policy).'),
  ('nosniff_missing', 3, 'security', 'notice', 'The answer lets browsers guess its type (X-Content-Type-Options: nosniff is missing).'),
  ('frame_options_missing', 3, 'security', 'notice', 'The answer lets any site show the page in a frame (neither X-Frame-Options nor frame-ancestors).'),
  ('referrer_policy_missing', 3, 'security', 'notice', 'The answer does not say what other sites may learn of where visitors came from (Referrer-Policy).'),
  ('url_long', 3, 'urls', 'notice', 'The URL has more than 115 characters.'),
  ('url_uppercase', 3, 'urls', 'notice', 'The URL''s path has capital letters: most servers tell them apart, and people do not.'),
  ('url_underscore', 3, 'urls', 'notice', 'The URL''s path has underscores: search engines take hyphens for the space between words.'),
  ('url_space', 2, 'urls', 'warning', 'The URL has a space, which breaks where it is pasted into texts.'),
  ('url_non_ascii', 3, 'urls', 'notice', 'The URL has letters beyond ASCII, which look like %C3%A9 in many places.'),
  ('url_double_slash', 2, 'urls', 'warning', 'The URL''s path has two slashes in a row: a link was put together wrongly.'),
  ('url_parameters', 3, 'urls', 'notice', 'The URL has parameters: make sure that each set of them is a page of its own.'),
  ('url_trap', 2, 'urls', 'warning', 'Pages lead to a URL of a space without end, such as session ids, calendars and facets: crawlers lose their time there.'),
  ('page_deep', 3, 'depth', 'notice', 'The page is more than 4 links away from the seeds: few visitors come so far.'),
  ('page_orphan', 2, 'depth', 'warning', 'No page links to the page: only a sitemap, or another page''s head, names it.'),
  ('page_dead_end', 3, 'depth', 'notice', 'The page links to no other page: visitors can only go back.'),
  ('sitemap_error', 1, 'sitemaps', 'error', 'A sitemap lists a URL that answers with an error, or not at all.'),
  ('sitemap_redirect', 2, 'sitemaps', 'warning', 'A sitemap lists a URL that redirects: list where it leads.'),
  ('sitemap_not_indexable', 2, 'sitemaps', 'warning', 'A sitemap lists a page that asks to be left out of indexes, or names another canonical.'),
  ('sitemap_blocked', 2, 'sitemaps', 'warning', 'A sitemap lists a URL that robots.txt forbids.'),
  ('sitemap_missing_page', 3, 'sitemaps', 'notice', 'The page may be indexed, and no sitemap of its host lists it.'),
  ('sitemap_broken', 1, 'sitemaps', 'error', 'A sitemap that robots.txt or another sitemap names cannot be read.'),
  ('duplicate_exact', 2, 'duplicates', 'warning', 'The page says exactly the same as another one, and neither says which is meant.'),
  ('duplicate_near', 3, 'duplicates', 'notice', 'The page says nearly the same as another one, and neither says which is meant.'),
  ('page_slow', 2, 'speed', 'warning', 'The page took more than two seconds from the request to the end of its body.'),
  ('first_byte_slow', 2, 'speed', 'warning', 'The server took more than 1.8 seconds before the page began to come.'),
  ('page_uncompressed', 3, 'speed', 'notice', 'The page came uncompressed: gzip would make most pages a quarter of their size.'),
  ('page_large', 2, 'size', 'warning', 'The page''s HTML alone has more than 2 MiB.'),
  ('page_thin', 3, 'size', 'notice', 'The page has fewer than 100 words.'))
SELECT (SELECT max(id) FROM run), i.id, i.issue_group, i.severity, i.sentence, c.count
FROM c JOIN i ON i.id = c.id WHERE c.count > 0 ORDER BY i.rank, c.count DESC, i.id;
CREATE VIEW v_issue_client_error (url_id, url, status, links, source) AS SELECT a.url_id, a.url, a.status, (SELECT count(*) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL), (SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL))
FROM v_audit_page a WHERE a.status BETWEEN 400 AND 499;
CREATE VIEW v_issue_server_error (url_id, url, status, links, source) AS SELECT a.url_id, a.url, a.status, (SELECT count(*) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL), (SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL))
FROM v_audit_page a WHERE a.status >= 500;
CREATE VIEW v_issue_no_response (url_id, url, error, links, source) AS SELECT a.url_id, a.url, a.error, (SELECT count(*) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL), (SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL))
FROM v_audit_page a WHERE a.error IS NOT NULL;
CREATE VIEW v_issue_broken_link_internal (url_id, url, target, anchor, status, error) AS SELECT s.id, s.url, b.target, b.anchor, b.status, b.error
FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('a', 'area', 'iframe', 'frame') AND w.kind = 'page';
CREATE VIEW v_issue_broken_link_external (url_id, url, target, anchor, status, error) AS SELECT s.id, s.url, b.target, b.anchor, b.status, b.error
FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('a', 'area', 'iframe', 'frame') AND w.kind <> 'page';
CREATE VIEW v_issue_broken_image (url_id, url, target, anchor, status, error) AS SELECT s.id, s.url, b.target, b.anchor, b.status, b.error
FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('img');
CREATE VIEW v_issue_broken_resource (url_id, url, target, anchor, status, error) AS SELECT s.id, s.url, b.target, b.anchor, b.status, b.error
FROM v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN ('script', 'stylesheet', 'other');
CREATE VIEW v_issue_redirect_broken (url_id, url, target, status, error) AS SELECT s.id, s.url, t.url, iif(g.not_modified = 1, 200, g.status), g.error
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
  JOIN fetch g ON g.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.redirect_url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
  AND (g.error IS NOT NULL OR g.status >= 400);
CREATE VIEW v_issue_redirect_loop (url_id, url, hops, target) AS SELECT s.id, s.url, w.hops, t.url
FROM (WITH RECURSIVE redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), walk(start_id, at_id, hops) AS (
    SELECT from_id, to_id, 1 FROM redirect_hop
    UNION ALL SELECT w.start_id, h.to_id, w.hops + 1 FROM walk w JOIN redirect_hop h ON h.from_id = w.at_id
      WHERE w.hops <= 20 AND w.at_id <> w.start_id)
  SELECT start_id, at_id, max(hops) AS hops FROM walk GROUP BY start_id) w JOIN url s ON s.id = w.start_id JOIN url t ON t.id = w.at_id WHERE (w.at_id = w.start_id OR w.hops > 20);
CREATE VIEW v_issue_redirect_chain (url_id, url, hops, target) AS SELECT s.id, s.url, w.hops, t.url
FROM (WITH RECURSIVE redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)), walk(start_id, at_id, hops) AS (
    SELECT from_id, to_id, 1 FROM redirect_hop
    UNION ALL SELECT w.start_id, h.to_id, w.hops + 1 FROM walk w JOIN redirect_hop h ON h.from_id = w.at_id
      WHERE w.hops <= 20 AND w.at_id <> w.start_id)
  SELECT start_id, at_id, max(hops) AS hops FROM walk GROUP BY start_id) w JOIN url s ON s.id = w.start_id JOIN url t ON t.id = w.at_id WHERE w.hops > 1 AND NOT (w.at_id = w.start_id OR w.hops > 20);
CREATE VIEW v_issue_redirect_temporary (url_id, url, target, status) AS SELECT s.id, s.url, t.url, f.status
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1) AND f.status IN (302, 303, 307);
CREATE VIEW v_issue_redirect_downgrade (url_id, url, target, status) AS SELECT s.id, s.url, t.url, f.status
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1) AND s.url GLOB 'https://*' AND t.url GLOB 'http://*';
CREATE VIEW v_issue_link_to_redirect (url_id, url, target, redirects_to, anchor) AS SELECT s.id, s.url, t.url, e.url, l.anchor
FROM (WITH redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = (SELECT x.id FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)) SELECT from_id, to_id FROM redirect_hop) h
  CROSS JOIN link l ON l.to_url_id = h.from_id AND l.gone_run_id IS NULL AND l.kind IN ('a', 'area')
  CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = h.from_id
  CROSS JOIN url e ON e.id = h.to_id;
CREATE VIEW v_issue_meta_refresh (url_id, url, target) AS SELECT s.id, s.url, t.url
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'other' AND l.rel = 'refresh' AND l.to_url_id <> l.from_url_id;
CREATE VIEW v_issue_canonical_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND a.canonical_url IS NULL;
CREATE VIEW v_issue_canonical_elsewhere (url_id, url, canonical_url) AS SELECT a.url_id, a.url, a.canonical_url
FROM v_audit_page a WHERE a.indexable_reason = 'canonicalised';
CREATE VIEW v_issue_canonical_conflict (url_id, url, target) AS SELECT s.id, s.url, t.url
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = 'canonical' AND k.to_url_id <> l.to_url_id AND k.gone_run_id IS NULL);
CREATE VIEW v_issue_canonical_broken (url_id, url, target, status, error) AS SELECT s.id, s.url, t.url, iif(f.not_modified = 1, 200, f.status), f.error
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND (f.error IS NOT NULL OR f.status >= 400);
CREATE VIEW v_issue_canonical_to_redirect (url_id, url, target, status, error) AS SELECT s.id, s.url, t.url, iif(f.not_modified = 1, 200, f.status), f.error
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND f.redirect_url_id IS NOT NULL;
CREATE VIEW v_issue_canonical_to_noindex (url_id, url, target, indexable_reason) AS SELECT s.id, s.url, t.url, a.indexable_reason
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind = 'canonical' AND m.to_url_id <> m.from_url_id)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND l.to_url_id <> l.from_url_id
  AND a.indexable_reason IN ('noindex_meta', 'noindex_header', 'robots_txt');
CREATE VIEW v_issue_canonical_chain (url_id, url, target, canonical_url) AS SELECT s.id, s.url, t.url, a.canonical_url
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind = 'canonical' AND m.to_url_id <> m.from_url_id)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND l.to_url_id <> l.from_url_id AND a.indexable_reason = 'canonicalised';
CREATE VIEW v_issue_canonical_downgrade (url_id, url, target) AS SELECT s.id, s.url, t.url
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'canonical' AND s.url GLOB 'https://*' AND t.url GLOB 'http://*';
CREATE VIEW v_issue_title_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.title), '') = '';
CREATE VIEW v_issue_title_short (url_id, url, title, characters, limit_characters) AS SELECT a.url_id, a.url, a.title, length(a.title), 30
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> '' AND length(a.title) < 30;
CREATE VIEW v_issue_title_long (url_id, url, title, characters, limit_characters) AS SELECT a.url_id, a.url, a.title, length(a.title), 60
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND length(a.title) > 60;
CREATE VIEW v_issue_title_duplicate (url_id, url, title, pages, first_url) AS SELECT d.url_id, d.url, d.title, d.pages, d.first_url
FROM (SELECT a.url_id, a.url, a.title, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> ''
  WINDOW g AS (PARTITION BY a.title)) d WHERE d.pages > 1;
CREATE VIEW v_issue_title_same_as_h1 (url_id, url, title) AS SELECT a.url_id, a.url, a.title
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.title) <> '' AND a.title = a.h1;
CREATE VIEW v_issue_description_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.description), '') = '';
CREATE VIEW v_issue_description_short (url_id, url, description, characters, limit_characters) AS SELECT a.url_id, a.url, a.description, length(a.description), 70
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.description) <> '' AND length(a.description) < 70;
CREATE VIEW v_issue_description_long (url_id, url, description, characters, limit_characters) AS SELECT a.url_id, a.url, a.description, length(a.description), 155
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND length(a.description) > 155;
CREATE VIEW v_issue_description_duplicate (url_id, url, description, pages, first_url) AS SELECT d.url_id, d.url, d.description, d.pages, d.first_url
FROM (SELECT a.url_id, a.url, a.description, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.description) <> ''
  WINDOW g AS (PARTITION BY a.description)) d WHERE d.pages > 1;
CREATE VIEW v_issue_h1_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.h1), '') = '';
CREATE VIEW v_issue_h1_long (url_id, url, h1, characters, limit_characters) AS SELECT a.url_id, a.url, a.h1, length(a.h1), 70
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND length(a.h1) > 70;
CREATE VIEW v_issue_h1_duplicate (url_id, url, h1, pages, first_url) AS SELECT d.url_id, d.url, d.h1, d.pages, d.first_url
FROM (SELECT a.url_id, a.url, a.h1, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND trim(a.h1) <> ''
  WINDOW g AS (PARTITION BY a.h1)) d WHERE d.pages > 1;
CREATE VIEW v_issue_noindex (url_id, url, indexable_reason, robots, x_robots_tag) AS SELECT a.url_id, a.url, a.indexable_reason, a.robots, a.x_robots_tag
FROM v_audit_page a WHERE a.indexable_reason IN ('noindex_meta', 'noindex_header');
CREATE VIEW v_issue_nofollow_page (url_id, url, robots, x_robots_tag) AS SELECT a.url_id, a.url, a.robots, a.x_robots_tag
FROM v_audit_page a WHERE a.status = 200 AND a.nofollow = 1;
CREATE VIEW v_issue_noindex_with_canonical (url_id, url, canonical_url) AS SELECT a.url_id, a.url, a.canonical_url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable_reason IN ('noindex_meta', 'noindex_header')
  AND a.canonical_url <> a.url;
CREATE VIEW v_issue_nofollow_internal (url_id, url, target, rel, anchor) AS SELECT s.id, s.url, t.url, l.rel, l.anchor
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.rel IS NOT NULL AND l.kind IN ('a', 'area')
  AND ' ' || l.rel || ' ' LIKE '% nofollow %' AND s.host_id = t.host_id;
CREATE VIEW v_issue_blocked_page (url_id, url, rule, source) AS SELECT t.id, t.url, w.detail, (SELECT s.url FROM url s WHERE s.id = w.via_url_id)
FROM frontier w JOIN url t ON t.id = w.url_id
WHERE w.state = 'excluded' AND w.kind = 'page' AND w.reason IN ('robots', 'robots_unreachable');
CREATE VIEW v_issue_blocked_resource (url_id, url, target, kind, rule) AS SELECT s.id, s.url, t.url, l.kind, w.detail
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN frontier w ON w.url_id = t.id AND w.state = 'excluded'
    AND w.reason IN ('robots', 'robots_unreachable')
WHERE l.gone_run_id IS NULL AND l.kind IN ('script', 'stylesheet', 'img');
CREATE VIEW v_issue_robots_txt_broken (url_id, url, status, error) AS SELECT u.id, u.url, f.status, f.error
FROM frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'robots' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'robots' AND (f.error IS NOT NULL OR f.status >= 500)
  AND w.host_id IN (SELECT v.host_id FROM frontier v
    WHERE v.state = 'excluded' AND v.reason = 'robots_unreachable');
CREATE VIEW v_issue_hreflang_missing_return (url_id, url, target, hreflang) AS SELECT s.id, s.url, t.url, l.hreflang
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND l.to_url_id <> l.from_url_id AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND r.kind = 'alternate' AND r.hreflang IS NOT NULL);
CREATE VIEW v_issue_hreflang_broken (url_id, url, target, status, error, hreflang) AS SELECT s.id, s.url, t.url, iif(f.not_modified = 1, 200, f.status), f.error, l.hreflang
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND (f.error IS NOT NULL OR f.status >= 400);
CREATE VIEW v_issue_hreflang_not_indexable (url_id, url, target, hreflang, indexable_reason) AS SELECT s.id, s.url, t.url, l.hreflang, a.indexable_reason
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL)) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response');
CREATE VIEW v_issue_hreflang_invalid (url_id, url, target, hreflang) AS SELECT s.id, s.url, t.url, l.hreflang
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND lower(l.hreflang) <> 'x-default'
  AND (NOT (lower(l.hreflang) GLOB '[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z]-[a-z][a-z][a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[0-9][0-9][0-9]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]-[a-z][a-z]'
    OR lower(l.hreflang) GLOB '[a-z][a-z][a-z]-[a-z][a-z][a-z][a-z]-[0-9][0-9][0-9]') OR lower(l.hreflang) GLOB '*-uk' OR lower(l.hreflang) GLOB '*-eu');
CREATE VIEW v_issue_hreflang_conflict (url_id, url, target, hreflang) AS SELECT s.id, s.url, t.url, l.hreflang
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = 'alternate' AND lower(k.hreflang) = lower(l.hreflang) AND k.to_url_id <> l.to_url_id
    AND k.gone_run_id IS NULL);
CREATE VIEW v_issue_hreflang_no_self (url_id, url) AS SELECT s.id, s.url
FROM (SELECT DISTINCT m.from_url_id AS url_id FROM link m
    WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL) h JOIN url s ON s.id = h.url_id WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.from_url_id = h.url_id AND l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND l.to_url_id = l.from_url_id);
CREATE VIEW v_issue_hreflang_no_x_default (url_id, url) AS SELECT s.id, s.url
FROM (SELECT DISTINCT m.from_url_id AS url_id FROM link m
    WHERE m.gone_run_id IS NULL AND m.kind = 'alternate' AND m.hreflang IS NOT NULL) h JOIN url s ON s.id = h.url_id WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.from_url_id = h.url_id AND l.gone_run_id IS NULL AND l.kind = 'alternate' AND l.hreflang IS NOT NULL AND lower(l.hreflang) = 'x-default');
CREATE VIEW v_issue_lang_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND coalesce(trim(a.lang), '') = '';
CREATE VIEW v_issue_pagination_broken (url_id, url, target, status, error, kind) AS SELECT s.id, s.url, t.url, iif(f.not_modified = 1, 200, f.status), f.error, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND (f.error IS NOT NULL OR f.status >= 400);
CREATE VIEW v_issue_pagination_not_indexable (url_id, url, target, kind, indexable_reason) AS SELECT s.id, s.url, t.url, l.kind, a.indexable_reason
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind IN ('next', 'prev'))) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response');
CREATE VIEW v_issue_pagination_missing_return (url_id, url, target, kind) AS SELECT s.id, s.url, t.url, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind IN ('next', 'prev'))) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND r.kind = iif(l.kind = 'next', 'prev', 'next'));
CREATE VIEW v_issue_pagination_conflict (url_id, url, target, kind) AS SELECT s.id, s.url, t.url, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = l.kind AND k.to_url_id <> l.to_url_id AND k.gone_run_id IS NULL);
CREATE VIEW v_issue_pagination_unlinked (url_id, url, target, kind) AS SELECT s.id, s.url, t.url, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('next', 'prev') AND NOT EXISTS (SELECT 1 FROM link k WHERE k.to_url_id = l.to_url_id
    AND k.from_url_id = l.from_url_id AND k.kind IN ('a', 'area') AND k.gone_run_id IS NULL);
CREATE VIEW v_issue_image_alt_missing (url_id, url, target) AS SELECT s.id, s.url, t.url
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND l.anchor IS NULL;
CREATE VIEW v_issue_image_alt_long (url_id, url, target, alt, characters, limit_characters) AS SELECT s.id, s.url, t.url, l.anchor, length(l.anchor), 100
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND length(l.anchor) > 100;
CREATE VIEW v_issue_image_large (url_id, url, target, bytes, limit_bytes) AS SELECT s.id, s.url, t.url, (SELECT CAST(json_extract(j.value, '$[1]') AS INTEGER) FROM json_each(f.headers) j
    WHERE lower(json_extract(j.value, '$[0]')) = 'content-length'), 102400
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'img' AND f.error IS NULL AND f.status = 200 AND (SELECT CAST(json_extract(j.value, '$[1]') AS INTEGER) FROM json_each(f.headers) j
    WHERE lower(json_extract(j.value, '$[0]')) = 'content-length') > 102400;
CREATE VIEW v_issue_page_http (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.url GLOB 'http://*';
CREATE VIEW v_issue_mixed_active (url_id, url, target, kind) AS SELECT s.id, s.url, t.url, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('script', 'stylesheet', 'iframe', 'frame') AND s.url GLOB 'https://*' AND t.url GLOB 'http://*';
CREATE VIEW v_issue_mixed_passive (url_id, url, target, kind) AS SELECT s.id, s.url, t.url, l.kind
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND (l.kind = 'img' OR (l.kind = 'other' AND l.rel IS NULL)) AND s.url GLOB 'https://*' AND t.url GLOB 'http://*';
CREATE VIEW v_issue_link_to_http (url_id, url, target, anchor) AS SELECT s.id, s.url, t.url, l.anchor
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  
WHERE l.gone_run_id IS NULL AND l.kind IN ('a', 'area') AND s.url GLOB 'https://*' AND t.url GLOB 'http://*';
CREATE VIEW v_issue_hsts_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.url GLOB 'https://*' AND a.strict_transport_security IS NULL;
CREATE VIEW v_issue_csp_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.content_security_policy IS NULL;
CREATE VIEW v_issue_nosniff_missing (url_id, url, x_content_type_options) AS SELECT a.url_id, a.url, a.x_content_type_options
FROM v_audit_page a WHERE a.html = 1 AND coalesce(lower(trim(a.x_content_type_options)), '') <> 'nosniff';
CREATE VIEW v_issue_frame_options_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.x_frame_options IS NULL
  AND coalesce(instr(lower(a.content_security_policy), 'frame-ancestors'), 0) = 0;
CREATE VIEW v_issue_referrer_policy_missing (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.referrer_policy IS NULL;
CREATE VIEW v_issue_url_long (url_id, url, characters, limit_characters) AS SELECT a.url_id, a.url, length(a.url), 115
FROM v_audit_page a WHERE a.html = 1 AND length(a.url) > 115;
CREATE VIEW v_issue_url_uppercase (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)) GLOB '*[A-Z]*' AND (substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)) NOT GLOB '*%[0-9A-F][0-9A-F]*' OR (
    SELECT max(substr(p.value, 3) GLOB '*[A-Z]*') FROM json_each('["..' || replace(
      replace(replace(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '\', ''), '"', ''), '%', '","') || '"]') p) = 1);
CREATE VIEW v_issue_url_underscore (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND instr(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '_') > 0;
CREATE VIEW v_issue_url_space (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND instr(a.url, '%20') > 0;
CREATE VIEW v_issue_url_non_ascii (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.url GLOB '*%[89A-F][0-9A-F]*';
CREATE VIEW v_issue_url_double_slash (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND instr(substr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), 1, iif(instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') = 0, 8192, instr(substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1), '?') - 1)), '//') > 0;
CREATE VIEW v_issue_url_parameters (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND instr(a.url, '?') > 0;
CREATE VIEW v_issue_url_trap (url_id, url, reason, source) AS SELECT u.id, u.url, w.reason, (SELECT s.url FROM url s WHERE s.id = w.via_url_id)
FROM frontier w JOIN url u ON u.id = w.url_id
WHERE w.state = 'excluded' AND w.reason GLOB 'trap_*';
CREATE VIEW v_issue_page_deep (url_id, url, depth, limit_depth) AS SELECT a.url_id, a.url, a.depth, 4
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND a.depth > 4;
CREATE VIEW v_issue_page_orphan (url_id, url, source) AS SELECT a.url_id, a.url, (SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM link l
    WHERE l.to_url_id = a.url_id AND l.from_url_id <> a.url_id AND l.gone_run_id IS NULL))
FROM v_audit_page a WHERE CASE WHEN a.html = 1 AND a.indexable = 1 THEN NOT EXISTS (
    SELECT 1 FROM frontier w WHERE w.url_id = a.url_id AND w.is_seed = 1)
  AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = a.url_id AND l.from_url_id <> a.url_id
    AND l.kind IN ('a', 'area', 'iframe', 'frame', 'redirect') AND l.gone_run_id IS NULL) END;
CREATE VIEW v_issue_page_dead_end (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE CASE WHEN a.html = 1 AND a.indexable = 1 THEN NOT EXISTS (SELECT 1 FROM link l
    WHERE l.from_url_id = a.url_id AND l.to_url_id <> a.url_id AND l.kind IN ('a', 'area')
    AND l.gone_run_id IS NULL) END;
CREATE VIEW v_issue_sitemap_error (url_id, url, sitemap, status, error) AS SELECT t.id, t.url, s.url, iif(f.not_modified = 1, 200, f.status), f.error
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND (f.error IS NOT NULL OR f.status >= 400) AND NOT EXISTS (SELECT 1 FROM frontier v WHERE v.url_id = t.id AND v.kind = 'sitemap');
CREATE VIEW v_issue_sitemap_redirect (url_id, url, sitemap, status, target) AS SELECT t.id, t.url, s.url, f.status, (SELECT e.url FROM url e WHERE e.id = f.redirect_url_id)
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = t.id AND x.settled = 1
    ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND f.redirect_url_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM frontier v WHERE v.url_id = t.id AND v.kind = 'sitemap');
CREATE VIEW v_issue_sitemap_not_indexable (url_id, url, sitemap, indexable_reason) AS SELECT t.id, t.url, s.url, a.indexable_reason
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND m.kind = 'sitemap')) a
    ON a.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND a.indexable_reason IN ('noindex_meta', 'noindex_header', 'canonicalised');
CREATE VIEW v_issue_sitemap_blocked (url_id, url, sitemap, rule) AS SELECT t.id, t.url, s.url, w.detail
FROM link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  CROSS JOIN frontier w ON w.url_id = t.id
WHERE l.gone_run_id IS NULL AND l.kind = 'sitemap' AND w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable');
CREATE VIEW v_issue_sitemap_missing_page (url_id, url) AS SELECT a.url_id, a.url
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND a.url_id NOT IN (SELECT m.to_url_id FROM link m WHERE m.kind = 'sitemap' AND m.gone_run_id IS NULL)
  AND (SELECT u.host_id FROM url u WHERE u.id = a.url_id)
    IN (SELECT u.host_id FROM url u WHERE u.id IN (SELECT m.to_url_id FROM link m WHERE m.kind = 'sitemap' AND m.gone_run_id IS NULL));
CREATE VIEW v_issue_sitemap_broken (url_id, url, status, error) AS SELECT u.id, u.url, iif(f.not_modified = 1, 200, f.status), f.error
FROM frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'sitemap' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'sitemap' AND (f.error IS NOT NULL OR f.status >= 400)
  AND NOT (f.status IN (404, 410) AND u.url GLOB 'http*://*/sitemap.xml'
    AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = u.id AND l.kind = 'sitemap')
    AND NOT EXISTS (SELECT 1 FROM host h JOIN robots r ON r.id = h.robots_id
      WHERE h.id = w.host_id AND instr(lower(CAST(r.body AS TEXT)), 'sitemap:') > 0));
CREATE VIEW v_issue_duplicate_exact (url_id, url, first_url, pages) AS SELECT d.url_id, d.url, d.first_url, d.pages
FROM (SELECT a.url_id, a.url, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_duplicate v CROSS JOIN v_audit_page a ON a.url_id = v.url_id WHERE a.html = 1 AND a.indexable = 1
  WINDOW g AS (PARTITION BY v.text_hash)) d WHERE d.pages > 1;
CREATE VIEW v_issue_duplicate_near (url_id, url, first_url, pages) AS SELECT d.url_id, d.url, d.first_url, d.pages
FROM (SELECT a.url_id, a.url, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_near_duplicate v CROSS JOIN v_audit_page a ON a.url_id = v.url_id WHERE a.html = 1 AND a.indexable = 1
  WINDOW g AS (PARTITION BY v.group_id)) d WHERE d.pages > 1;
CREATE VIEW v_issue_page_slow (url_id, url, answer_ms, limit_ms) AS SELECT a.url_id, a.url, a.answer_ms, 2000
FROM v_audit_page a WHERE a.status = 200 AND a.answer_ms > 2000;
CREATE VIEW v_issue_first_byte_slow (url_id, url, first_byte_ms, limit_ms) AS SELECT a.url_id, a.url, a.first_byte_ms, 1800
FROM v_audit_page a WHERE a.status = 200 AND a.first_byte_ms > 1800;
CREATE VIEW v_issue_page_uncompressed (url_id, url, bytes, limit_bytes) AS SELECT a.url_id, a.url, a.bytes_body, 1400
FROM v_audit_page a WHERE a.html = 1 AND a.bytes_body > 1400
  AND coalesce(lower(trim(a.content_encoding)), 'identity') IN ('identity', '');
CREATE VIEW v_issue_page_large (url_id, url, bytes, limit_bytes) AS SELECT a.url_id, a.url, a.bytes_body, 2097152
FROM v_audit_page a WHERE a.html = 1 AND a.bytes_body > 2097152;
CREATE VIEW v_issue_page_thin (url_id, url, words, limit_words) AS SELECT a.url_id, a.url, a.words, 100
FROM v_audit_page a WHERE a.html = 1 AND a.indexable = 1 AND a.words < 100;
INSERT INTO page_search (page_search) VALUES ('rebuild');
COMMIT;
