import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfigFile } from "../../src/config-file.ts";
import { parseConfig } from "../../src/config.ts";
import { projectFile } from "../../src/project-file.ts";

interface Service {
  image: string;
  command?: string[];
  init?: boolean;
  environment: Record<string, string | null>;
  volumes: ({ source: string; read_only?: boolean } | string)[];
  ports?: string[];
  stop_grace_period?: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  deploy?: { replicas: number };
  depends_on?: Record<string, { condition: string }>;
}

const textOf = (path: string) => readFileSync(projectFile(path), "utf8");
const { services } = parse(textOf("docker-compose.yml"), { merge: true }) as {
  services: Record<"postgres" | "redis" | "migrate" | "api" | "worker", Service>;
};
const { postgres, redis, migrate, api, worker } = services;
const ours = { migrate, api, worker };

describe("docker-compose.yml", () => {
  test("starts what the command line has, and nothing else", () => {
    const commands = [...textOf("src/cli.ts").matchAll(/^ {2}\.command\("([a-z]+)/gm)].map(
      (match) => match[1],
    );
    for (const [name, service] of Object.entries(ours)) {
      expect(service.command).toEqual([name]);
      expect(commands).toContain(name);
    }
    expect(Object.keys(services).sort()).toEqual(["api", "migrate", "postgres", "redis", "worker"]);
  });

  test("runs Postgres 17 and Redis 7, both checked for health", () => {
    expect(postgres.image).toBe("postgres:17");
    expect(redis.image).toBe("redis:7");
    expect(postgres.healthcheck?.test).toContain("pg_isready");
    expect(redis.healthcheck?.test).toEqual(["CMD", "redis-cli", "ping"]);
  });

  test("lets Redis evict nothing and write everything down", () => {
    expect(redis.command?.join(" ")).toBe("redis-server --maxmemory-policy noeviction --appendonly yes");
  });

  test("migrates before anything of ours starts", () => {
    const ready = {
      migrate: { condition: "service_completed_successfully" },
      postgres: { condition: "service_healthy" },
      redis: { condition: "service_healthy" },
    };
    expect(migrate.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(api.depends_on).toEqual(ready);
    expect(worker.depends_on).toEqual(ready);
  });

  test("gives a worker longer to stop than a long poll lasts", () => {
    expect(worker.stop_grace_period).toBe("75s");
    expect(worker.init).toBe(true);
    expect(worker.deploy?.replicas).toBe(2);
  });

  test("asks a worker at the port that the image gives it", () => {
    expect(worker.healthcheck?.test?.join(" ")).toContain("$${process.env.COUNTERSIGN_WORKER_PORT}/healthz");
    expect(textOf("Dockerfile")).toMatch(/^ENV .*COUNTERSIGN_WORKER_PORT=3001$/m);
  });

  test("is reached from this machine alone", () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).toEqual(["127.0.0.1:${PORT:-3000}:3000"]);
  });

  test("demands its secrets and holds none", () => {
    for (const { environment, volumes } of Object.values(ours)) {
      expect(environment["COUNTERSIGN_SECRET"]).toMatch(/^\$\{COUNTERSIGN_SECRET:\?/);
      expect(volumes).toContainEqual(
        expect.objectContaining({ source: "./countersign.yaml", read_only: true }),
      );
    }
    for (const name of ["POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD"])
      expect(postgres.environment[name]).toMatch(new RegExp(`^\\$\\{${name}:\\?`));
    expect(textOf("docker/example.env")).not.toMatch(/(SECRET|PASSWORD|ACCESS_KEY)=./);
  });

  test("connects api and worker as a role that Postgres makes at its first start, and only migrate as the owner", () => {
    const role = /^create role (\w+) login password :'password';$/m.exec(
      textOf("docker/application-role.sql"),
    );
    const ofRole =
      /^postgresql:\/\/countersign_app:\$\{POSTGRES_APP_PASSWORD:\?[^}]+\}@postgres:5432\/countersign$/;
    for (const { environment } of [api, worker]) {
      expect(environment["DATABASE_URL"]).toMatch(ofRole);
      expect(JSON.stringify(environment)).not.toContain("POSTGRES_PASSWORD");
      expect(environment).not.toHaveProperty("COUNTERSIGN_DATABASE_ROLE");
    }
    const { DATABASE_URL: ownerUrl, COUNTERSIGN_DATABASE_ROLE: named, ...rest } = migrate.environment;
    const { DATABASE_URL: _url, ...shared } = api.environment;
    expect([named, role?.[1]]).toEqual(["countersign_app", "countersign_app"]);
    expect(ownerUrl).toContain(`//${postgres.environment["POSTGRES_USER"]}:\${POSTGRES_PASSWORD:?`);
    expect(rest).toEqual(shared);
    expect(postgres.volumes).toContainEqual(
      expect.objectContaining({
        source: "./docker/application-role.sql",
        target: "/docker-entrypoint-initdb.d/application-role.sql",
        read_only: true,
      }),
    );
  });

  test("sets an environment that api and worker take", () => {
    const filled = Object.entries(api.environment).map(([name, value]) => [
      name,
      value?.replace(/\$\{.*?(?::-(\d+))?\}/g, (_all, preset?: string) => preset ?? "a".repeat(32)),
    ]);
    const environment = {
      ...Object.fromEntries(filled),
      COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1:3000",
    } as Record<string, string>;
    expect(parseConfig(environment, { embedded: false })).toMatchObject({
      stepFunctions: "aws",
      configFile: "/app/countersign.yaml",
      trustedProxies: 0,
    });
  });
});

test("the example of countersign.yaml is right", () => {
  const example = parseConfigFile(textOf("docker/example.countersign.yaml"), "the example", {
    GITHUB_WEBHOOK_SECRET: "a".repeat(32),
  });
  expect(example.triggers[0]?.on).toEqual(["push", "merge"]);
});

describe("Dockerfile", () => {
  const dockerfile = textOf("Dockerfile");

  test("runs Node 24 as an ordinary user, the API unless told otherwise", () => {
    expect(dockerfile.match(/^FROM .*$/gm)).toEqual(["FROM node:24-slim AS build", "FROM node:24-slim"]);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "bin\/countersign\.js"\]\nCMD \["api"\]$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/healthz/m);
  });

  test("leaves secrets and what a machine made outside", () => {
    const ignored = textOf(".dockerignore").split("\n");
    for (const path of [".env", ".git", ".countersign", "countersign.yaml", "node_modules", "dist"])
      expect(ignored).toContain(path);
    expect(dockerfile).not.toMatch(/SECRET|PASSWORD|TOKEN/);
  });
});
