/** docs/settings.md, from the settings' declarations. */
import { defaultText } from "../src/cli/help.ts";
import { isRepeatable } from "../src/cli/arguments.ts";
import { optionOf, SETTINGS, type Setting } from "../src/settings.ts";

/** A config file that shows every form a value can have. A test reads it. */
export const EXAMPLE_CONFIG = {
  $schema: "./webspool.schema.json",
  db: "example.db",
  scope: "domain",
  exclude: ["\\?print=", "/calendar/"],
  maxPages: 5000,
  maxDuration: "1h",
  maxBody: "5MiB",
  sitemaps: false,
  header: ["Accept-Language: en"],
  mounts: {
    "https://static.example.com/": { poolMaxsize: 4, keepaliveTimeout: "5s" },
  },
  extract: [
    { name: "price", selector: ".product .price", type: "number", match: "/shop/" },
    { name: "image", selector: "meta[property='og:image']", attribute: "content" },
  ],
};

export function settingsMarkdown(): string {
  const groups = new Map<string, string[]>();
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), rowOf(name, setting)]);
  }
  const tables = [...groups].map(([group, rows]) =>
    [`## ${group}`, "", "| Option | Config key | Default | Meaning |", "|-|-|-|-|", ...rows].join(
      "\n",
    ),
  );
  return `${[INTRODUCTION, ...tables, CONFIG_FILE].join("\n\n")}\n`;
}

const INTRODUCTION = `# Settings

Generated from \`src/settings.ts\` by \`npm run docs\`; edit there.

All settings of \`webspool crawl\`. What is given on the command line wins over the config file, which wins over the defaults.

- Durations: \`500ms\`, \`20s\`, \`5m\`, \`2h\`, \`7d\`; a bare number other than 0 is refused.
- Sizes: bytes, or with \`K\`, \`M\`, \`G\`, \`KiB\`, \`MiB\`, \`GiB\`, all 1024-based.
- Every on/off option has its \`--no-\` form. A single option given twice: the last wins. Repeatable ones collect.
- ¹ marks what makes a run what it is: an unfinished run is only continued with the same.`;

const CONFIG_FILE = `## The config file

\`webspool crawl --config site.json\` reads a JSON object with the keys above, and two more:

- \`mounts\`: pool options by URL prefix, for the connections to URLs that begin with it; the longest prefix wins, and what a mount does not name comes from the crawl's own settings. Keys: \`poolConnections\`, \`poolMaxsize\`, \`poolBlock\`, \`limit\`, \`limitPerHost\`, \`keepaliveTimeout\`, \`forceClose\`.
- \`extract\`: fields to take from pages into the table \`extract\`, each by a \`name\` and a CSS \`selector\`; which attribute, markup, match, number or date of it, and on which pages, say the other keys: [extract.md](extract.md).

\`\`\`json
${JSON.stringify(EXAMPLE_CONFIG, null, 2)}
\`\`\`

Unknown keys are errors. A list on the command line replaces the file's list. Relative paths are relative to the working directory. \`webspool config-schema > webspool.schema.json\` writes the JSON Schema by which editors complete and check the file.`;

function rowOf(name: string, setting: Setting<unknown>): string {
  const { kind, short, identity, description } = setting;
  const value = setting.default;
  const option = optionOf(name);
  const written = [
    ...(short === undefined ? [] : [`-${short}`]),
    value === true ? `--[no-]${option.slice(2)}` : option,
  ];
  const placeholder = kind.placeholder === undefined ? "" : ` ${kind.placeholder}`;
  // The file cannot name itself.
  const key = name === "config" ? "" : `\`${name}\``;
  const cells = [
    `${code(written.join(", ") + placeholder)}${identity === true ? " ¹" : ""}`,
    key,
    defaultCell(setting),
    escaped(description),
  ];
  return `| ${cells.join(" | ")} |`;
}

function defaultCell(setting: Setting<unknown>): string {
  if (typeof setting.default === "boolean") return setting.default ? "on" : "off";
  if (isRepeatable(setting)) return "none";
  const text = defaultText(setting);
  if (text === null) return "none";
  return setting.defaultText === undefined ? code(text) : escaped(text);
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function escaped(text: string): string {
  return text
    .replaceAll("|", "\\|")
    .replaceAll("*", "\\*")
    .replaceAll(/(--[a-z-]+)/g, "`$1`")
    .replaceAll(/<([a-z]+)>/g, "&lt;$1&gt;");
}
