/** A folder served by nginx on a free loopback port, with the counts the server itself keeps. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

export interface NginxSite {
  readonly origin: string;
  /** Connections accepted and requests answered since it started, but for the one that asks. */
  counts(): Promise<{ connections: number; requests: number }>;
  close(): Promise<void>;
}

/** Debian keeps it in sbin, which is not in every PATH. */
const NGINX = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].find(existsSync);

/** @param directory for its configuration and pid */
export async function startNginx(root: string, directory: string): Promise<NginxSite> {
  if (NGINX === undefined) throw new Error("nginx is needed: apt-get install nginx-light");
  mkdirSync(directory, { recursive: true });
  const [port, statusPort] = [await freePort(), await freePort()];
  const conf = join(directory, "nginx.conf");
  writeFileSync(
    conf,
    `worker_processes 1; daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log warn;
events { worker_connections 4096; }
http {
  types { text/html html htm; text/css css; text/javascript js; image/svg+xml svg; image/png png; }
  default_type application/octet-stream; access_log off; sendfile on;
  keepalive_requests 1000000; open_file_cache max=4000 inactive=600s;
  client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory};
  server { listen 127.0.0.1:${port}; root ${realpathSync(root)}; }
  server { listen 127.0.0.1:${statusPort}; location /status { stub_status; } }
}
`,
  );
  const child = spawn(NGINX, ["-c", conf, "-e", join(directory, "error.log")], {
    stdio: "inherit",
  });
  const status = `http://127.0.0.1:${statusPort}/status`;
  // What asks for the counts counts too.
  let asked = 0;
  const counts = async () => {
    asked += 1;
    const response = await fetch(status, { headers: { connection: "close" } });
    const [accepted, , requests] = /\n\s*(\d+) (\d+) (\d+)/
      .exec(await response.text())
      ?.slice(1)
      .map(Number) ?? [0, 0, 0];
    return { connections: (accepted ?? 0) - asked, requests: (requests ?? 0) - asked };
  };
  await waitFor(async () => (await fetch(status, { headers: { connection: "close" } })).ok);
  asked += 1;
  return {
    origin: `http://127.0.0.1:${port}`,
    counts,
    async close() {
      child.kill("SIGQUIT");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Until it answers; a connection refused before that is expected, 5 s of them are not. */
async function waitFor(answers: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if (await answers()) return;
    } catch (error) {
      if (tries === 100) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
