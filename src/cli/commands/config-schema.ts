import { defineCommand, EXIT } from "../command.ts";

export const configSchema = defineCommand({
  usage: "",
  description: [
    'With "$schema": "./webspool.schema.json" in a config file, an editor completes its keys and marks mistakes.',
  ],
  examples: [
    {
      text: "keep it beside the config file",
      command: "webspool config-schema > webspool.schema.json",
    },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {},
  async run({ terminal }) {
    const { configJsonSchema } = await import("../config-schema.ts");
    terminal.stdout.line(JSON.stringify(configJsonSchema(), null, 2));
    return EXIT.ok;
  },
});
