/** Real sites that look like traps in one way or another: every page is asked, no rule leaves one out. */
import { test } from "node:test";
import { everyPageIsAsked, type Shown } from "../helpers/every-page.ts";
import { writer } from "../helpers/trap-words.ts";

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const COLOURS = ["red", "green", "blue", "white", "black"];
const THINGS = ["chair", "table", "lamp", "shelf", "bench", "box", "stool"];

/** A product whose text is the same as all others' but for three words and a number. */
function product(number: number, links: readonly string[]): Shown {
  const name = `${COLOURS[number % 5]} ${THINGS[number % 7]} ${number}`;
  const text = `This ${name} costs ${number * 3} and is sent within two days to any place.`;
  return { title: name, text, links };
}

test("numbered products that differ in a few words and lead to each other, in the path", async (t) => {
  const pages = new Map<string, Shown>();
  pages.set("/", product(0, ["/product/1"]));
  for (const number of numbers(300)) {
    const related = [number * 2, number * 2 + 1].filter((other) => other <= 300);
    pages.set(
      `/product/${number}`,
      product(
        number,
        related.map((other) => `/product/${other}`),
      ),
    );
  }
  await everyPageIsAsked(t, pages);
});

test("numbered products by a parameter, found from lists", async (t) => {
  const pages = new Map<string, Shown>();
  const lists = 15;
  for (const list of [0, ...numbers(lists)]) {
    const ids = numbers(20).map((i) => (list - 1) * 20 + i);
    const shown = {
      title: `Products, page ${list}`,
      text: "All our products in one list.",
      links: [
        ...(list === 0 ? [] : ids.map((id) => `/product.php?id=${id}`)),
        ...(list < lists ? [`/list.php?page=${list + 1}`] : []),
      ],
    };
    pages.set(list === 0 ? "/" : `/list.php?page=${list}`, shown);
  }
  for (const id of numbers(300)) {
    const related = [1, 2, 3].map((step) => `/product.php?id=${((id + step * 7) % 300) + 1}`);
    pages.set(`/product.php?id=${id}`, product(id, related));
  }
  await everyPageIsAsked(t, pages);
});

test("numbered products by a parameter that lead to each other only", async (t) => {
  const pages = new Map<string, Shown>([["/", product(0, ["/product.php?id=1"])]]);
  for (const id of numbers(300)) {
    const related = [id * 2, id * 2 + 1].filter((other) => other <= 300);
    pages.set(
      `/product.php?id=${id}`,
      product(
        id,
        related.map((other) => `/product.php?id=${other}`),
      ),
    );
  }
  await everyPageIsAsked(t, pages);
});

test("pages that all say the same, each at its own path", async (t) => {
  const pages = new Map<string, Shown>();
  for (const number of [0, ...numbers(400)]) {
    const links = [number * 2 + 1, number * 2 + 2].filter((other) => other <= 400);
    const shown = { title: "Page", text: "The same text.", links: links.map((n) => `/p/${n}`) };
    pages.set(number === 0 ? "/" : `/p/${number}`, shown);
  }
  await everyPageIsAsked(t, pages);
});

test("a forum: topics of several pages, with the forum in the query", async (t) => {
  const pages = new Map<string, Shown>();
  const forums = numbers(4);
  pages.set("/", {
    title: "Forums",
    text: "Choose a forum.",
    links: forums.map((f) => `/viewforum.php?f=${f}`),
  });
  for (const f of forums) {
    for (const list of [0, 1, 2]) {
      const topics = numbers(15).map((i) => f * 1_000 + list * 15 + i);
      const links = topics.map((topic) => `/viewtopic.php?f=${f}&t=${topic}`);
      if (list < 2) links.push(`/viewforum.php?f=${f}&start=${(list + 1) * 15}`);
      const path =
        list === 0 ? `/viewforum.php?f=${f}` : `/viewforum.php?f=${f}&start=${list * 15}`;
      pages.set(path, { title: `Forum ${f}`, text: `Topics from ${list * 15} on.`, links });
      for (const topic of topics) {
        for (const part of [0, 1, 2]) {
          const base = `/viewtopic.php?f=${f}&t=${topic}`;
          const next = part < 2 ? [`${base}&start=${(part + 1) * 10}`] : [];
          const text = writer(`${topic % 20}-${part}`).sentences(2);
          const shown = {
            title: `Topic ${topic}`,
            text,
            links: [...next, `/viewforum.php?f=${f}`],
          };
          pages.set(part === 0 ? base : `${base}&start=${part * 10}`, shown);
        }
      }
    }
  }
  await everyPageIsAsked(t, pages);
});

test("an archive in pages, next by next, whose articles are new", async (t) => {
  const pages = new Map<string, Shown>();
  for (const number of [0, ...numbers(60)]) {
    const articles = numbers(5).map((i) => `/post/${number * 5 + i}`);
    for (const article of articles) {
      pages.set(article, { title: article, text: "A short note.", links: ["/"] });
    }
    pages.set(number === 0 ? "/" : `/?paged=${number}`, {
      title: `The archive, page ${number}`,
      text: "Older and newer notes.",
      links: [...articles, ...(number < 60 ? [`/?paged=${number + 1}`] : [])],
    });
  }
  await everyPageIsAsked(t, pages);
});

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function monthPath(year: number, month: number): string {
  return `/${year}/${twoDigits(month)}/`;
}

/** The n-th day from 2024 on. */
function dayPath(n: number): string {
  const day = new Date(Date.UTC(2024, 0, 1 + n));
  return day.toISOString().slice(0, 10).replaceAll("-", "/");
}

test("news by date: months lead to days, days to articles", async (t) => {
  const pages = new Map<string, Shown>();
  const months = numbers(24).map((i) => ({ year: 2020 + (i % 4), month: (i % 12) + 1 }));
  pages.set("/", {
    title: "News",
    text: "All our news.",
    links: months.map(({ year, month }) => monthPath(year, month)),
  });
  for (const { year, month } of months) {
    const days = numbers(10).map((day) => `${monthPath(year, month)}${twoDigits(day * 2)}/`);
    pages.set(monthPath(year, month), {
      title: `News of ${month} ${year}`,
      text: "By day.",
      links: days,
    });
    for (const [index, day] of days.entries()) {
      const words = writer(`${month}-${index}`);
      const article = `${day}${words.word().toLowerCase()}`;
      pages.set(day, { title: `News of ${day}`, text: "The day.", links: [article] });
      pages.set(article, { title: words.title(), text: words.sentences(2), links: ["/"] });
    }
  }
  await everyPageIsAsked(t, pages);
});

test("news by date that stand on the day's page itself, day by day", async (t) => {
  const pages = new Map<string, Shown>();
  pages.set("/", { title: "News", text: "Day by day.", links: [`/news/${dayPath(0)}`] });
  for (let n = 0; n < 300; n++) {
    const words = writer(`day${n}`);
    const links = n < 299 ? [`/news/${dayPath(n + 1)}`] : [];
    pages.set(`/news/${dayPath(n)}`, { title: `Day ${n}`, text: words.sentences(1), links });
  }
  await everyPageIsAsked(t, pages);
});

test("two versions of a manual with the same contents page and other pages", async (t) => {
  const pages = new Map<string, Shown>();
  pages.set("/", {
    title: "Manuals",
    text: "Choose a version.",
    links: ["/v1/", "/v2/", "/latest/v2/"],
  });
  for (const version of ["/v1", "/v2", "/latest/v2"]) {
    const names = numbers(60).map((n) => `${version}/chapter-${n}`);
    pages.set(`${version}/`, {
      title: "Contents",
      text: "All chapters of the manual.",
      links: names,
    });
    for (const name of names) {
      pages.set(name, {
        title: name.split("/").at(-1) ?? "",
        text: writer(name).sentences(3),
        links: [],
      });
    }
  }
  await everyPageIsAsked(t, pages);
});

test("a translation under its own folder that is finished in part", async (t) => {
  const pages = new Map<string, Shown>();
  const names = numbers(100).map((n) => `page-${n}`);
  for (const language of ["", "/de"]) {
    const links = names.map((name) => `${language}/${name}`);
    const home = language === "" ? [...links, "/de/"] : links;
    pages.set(`${language}/`, { title: "Home", text: `Welcome ${language}`, links: home });
    for (const [index, name] of names.entries()) {
      const translated = language !== "" && index % 4 === 0;
      const words = writer(translated ? `de ${name}` : name);
      pages.set(`${language}/${name}`, { title: name, text: words.sentences(2), links: [] });
    }
  }
  await everyPageIsAsked(t, pages);
});

test("a reference: names by a parameter, each with its views", async (t) => {
  const pages = new Map<string, Shown>();
  const names = numbers(80).map((n) => writer(`name${n}`).word());
  const links = names.map((name) => `/api?class=${name}`);
  pages.set("/", { title: "Reference", text: "All classes.", links });
  for (const name of names) {
    const views = ["members", "source"].map((view) => `/api?class=${name}&view=${view}`);
    pages.set(`/api?class=${name}`, { title: name, text: `The class ${name}.`, links: views });
    for (const view of views) {
      pages.set(view, { title: name, text: `${view.split("=").at(-1)} of ${name}`, links: [] });
    }
  }
  await everyPageIsAsked(t, pages);
});

test("a gallery whose pages differ in their picture only", async (t) => {
  const pages = new Map<string, Shown>();
  for (const number of [0, ...numbers(120)]) {
    const links = number < 120 ? [`/gallery?image=${number + 1}`] : [];
    const path = number === 0 ? "/" : `/gallery?image=${number}`;
    const images = [`/pictures/${number}.jpg`];
    pages.set(path, { title: "Gallery", text: "A picture of the summer.", links, images });
  }
  pages.set("/gallery", { title: "Gallery", text: "A picture of the summer.", links: [] });
  pages.set("/", { title: "Home", text: "Welcome.", links: ["/gallery", "/gallery?image=1"] });
  await everyPageIsAsked(t, pages);
});
