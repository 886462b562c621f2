/** Which thread gets what, and what becomes of requests that were lost with one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Flights, type Departure } from "../../src/flights.ts";
import type { FetchBatch, FetchRequest } from "../../src/messages.ts";

const ORIGIN = "https://a.example";

function batchOf(hostId: number, ...urlIds: number[]): FetchBatch {
  const requests = urlIds.map((urlId): FetchRequest => ({
    urlId,
    url: `${ORIGIN}/${urlId}`,
    kind: "page",
    method: "GET",
    origin: ORIGIN,
    allowPrivate: false,
    pauseMs: 0,
    validators: null,
  }));
  return { hostId, origin: ORIGIN, requests };
}

const urlsOf = ({ batch }: Departure): number[] => batch.requests.map(({ urlId }) => urlId);

/** URLs by the place that they went to. */
function placed(departures: readonly Departure[]): Record<number, number[]> {
  const places: Record<number, number[]> = {};
  for (const one of departures) (places[one.place] ??= []).push(...urlsOf(one));
  return places;
}

test("a host fills its home first, then the next, and no thread beyond its share", () => {
  const flights = new Flights(3, 7);
  const urls = Array.from({ length: 7 }, (_, at) => at + 1);
  // Host 5 is at home in place 1 of three.
  assert.deepEqual(placed(flights.begin(batchOf(5, ...urls), 0)), {
    1: [1, 2, 3],
    2: [4, 5],
    0: [6, 7],
  });
  // What is answered makes room where it was.
  flights.answered(4, 0);
  assert.deepEqual(placed(flights.begin(batchOf(5, 8), 0)), { 2: [8] });
  // Another host has its own shares.
  assert.deepEqual(placed(flights.begin(batchOf(6, 9), 0)), { 2: [9] });
});

test("what was lost with a thread goes elsewhere, one at a time, and is lost for good the second time", () => {
  const flights = new Flights(2, 8);
  flights.begin(batchOf(3, 1, 2, 3), 10);
  const { lost } = flights.lose(0);
  assert.deepEqual(
    lost.map(({ request, startedAt, isFirst }) => [request.urlId, startedAt, isFirst]),
    [
      [1, 10, true],
      [2, 10, true],
      [3, 10, true],
    ],
  );
  // Home is place 0; 4 was not lost and goes there at once.
  assert.deepEqual(placed(flights.begin(batchOf(3, 1, 2, 3, 4), 20)), { 0: [4], 1: [1] });
  const next = flights.answered(1, 30);
  assert.ok(next !== null);
  assert.deepEqual([next.place, urlsOf(next)], [1, [2]]);
  // An answer to another request changes nothing for those that wait.
  assert.equal(flights.answered(4, 31), null);

  assert.deepEqual(
    flights
      .lose(1)
      .lost.map(({ request, startedAt, isFirst }) => [request.urlId, startedAt, isFirst]),
    [[2, 30, false]],
  );
  // What waited for its turn was not lost: it goes to the thread's successor.
  const last = flights.nextSuspect(1, 40);
  assert.ok(last !== null);
  assert.deepEqual(urlsOf(last), [3]);
  assert.equal(flights.answered(3, 50), null);
  // Answered, it is a request like any other.
  assert.deepEqual(placed(flights.begin(batchOf(3, 3), 60)), { 0: [3] });
});

test("with one thread there is no elsewhere", () => {
  const flights = new Flights(1, 4);
  flights.begin(batchOf(8, 1), 0);
  assert.equal(flights.lose(0).lost.length, 1);
  assert.deepEqual(placed(flights.begin(batchOf(8, 1), 0)), { 0: [1] });
});

test("a place is overdue from the time that its oldest request is", () => {
  const flights = new Flights(2, 2);
  flights.begin(batchOf(3, 1, 2), 100);
  assert.deepEqual([...flights.overdue(100)], []);
  assert.deepEqual(new Set(flights.overdue(101)), new Set([0, 1]));
  flights.answered(1, 150);
  assert.deepEqual([...flights.overdue(200)], [1]);
});

test("what goes beyond a host's allowance waits in line in the threads, by their shares", () => {
  const flights = new Flights(2, 3);
  const urls = Array.from({ length: 9 }, (_, at) => at + 1);
  // Host 3 is at home in place 0, which has two of the three.
  const departures = flights.begin(batchOf(3, ...urls), 0);
  assert.deepEqual(placed(departures), { 0: [1, 2, 4, 6, 7, 9], 1: [3, 5, 8] });
  assert.deepEqual(
    departures.map(({ place, batch }) => [place, batch.atOnce]),
    [
      [0, 2],
      [1, 1],
    ],
  );
  assert.equal(flights.inLine, 6);
  flights.answered(1, 0);
  assert.equal(flights.inLine, 5);
  // The other place still has a line of that host.
  assert.deepEqual([...flights.givenBack([6, 7, 9])], [[3, [1]]]);
  assert.equal(flights.inLine, 2);
  assert.deepEqual([...flights.givenBack([5, 8])], [[3, []]]);
  assert.equal(flights.inLine, 0);
});

test("what was in line in a thread that ended is given back, and was not lost", () => {
  const flights = new Flights(1, 2);
  flights.begin(batchOf(1, 1, 2, 3, 4), 0);
  flights.begin(batchOf(5, 5, 6), 0);
  flights.answered(1, 0);
  const { lost, givenBack } = flights.lose(0);
  assert.deepEqual(
    lost.map(({ request }) => request.urlId),
    [2, 3, 5, 6],
  );
  assert.deepEqual(givenBack, [4]);
  // It goes with others, as what was lost does not.
  assert.deepEqual(
    flights.begin(batchOf(1, 4, 2), 0).map((departure) => urlsOf(departure)),
    [[4], [2]],
  );
});
