-- Rules for `webspool check`: each SELECT finds what must not be there.
-- Copy this file, keep what you want to hold, and add your own. docs/schema.md has the tables and views.

-- check: the last run finished and asked for at least 10 pages
-- Without this a crawl that found nothing would break no rule.
SELECT 'no run finished' AS problem WHERE NOT EXISTS (SELECT 1 FROM run WHERE state = 'finished')
UNION ALL
SELECT format('run %d: %s, %d pages', id, state, pages) FROM run
WHERE id = (SELECT max(id) FROM run) AND (state <> 'finished' OR pages < 10);

-- check: no link leads to an error
SELECT source, target, anchor, status, error FROM v_broken_link ORDER BY source, target;

-- check: no server error
SELECT url, status FROM v_page WHERE status >= 500;

-- check: no redirect leads to another one
SELECT source, target, target_status FROM v_redirect WHERE target_status BETWEEN 300 AND 399;

-- check: every page has a title
SELECT url FROM v_page WHERE status = 200 AND words IS NOT NULL AND coalesce(title, '') = '';

-- check: no two pages have the same title
SELECT title, count(*) AS pages, min(url) AS one, max(url) AS another FROM v_page
WHERE status = 200 AND title <> '' AND coalesce(canonical_url, url) = url
GROUP BY title HAVING count(*) > 1;

-- check: every page has a description
SELECT url FROM v_page WHERE status = 200 AND words IS NOT NULL AND coalesce(description, '') = '';

-- check: every canonical URL is a page
SELECT p.url, p.canonical_url, c.status, c.error FROM v_page p LEFT JOIN v_page c ON c.url = p.canonical_url
WHERE p.status = 200 AND p.canonical_url IS NOT NULL AND c.status IS NOT 200;

-- check: no page takes longer than a second
SELECT url, round(total_ms) AS ms FROM v_page WHERE total_ms > 1000 ORDER BY total_ms DESC;

-- check: nothing went missing since the run before
SELECT url, status_before, status FROM v_run_diff
WHERE run_id = (SELECT max(id) FROM run) AND change = 'gone';
