/** The two kinds of DLI datasource connection; they live under different API paths. */
export const connectionKinds = ["basic", "enhanced"] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** What is bound to a connection: a row of `available_queue_info[]` or of `elastic_resource_pools[]`. */
export type BindingType = "queue" | "pool";
export const bindingTypes = ["queue", "pool"] as const satisfies readonly BindingType[];

/** States the API documents, in upper case; any other text is passed on as the API wrote it. */
export const documentedStates = ["CREATING", "ACTIVE", "FAILED", "DELETED"] as const;

/** One binding of a queue or an elastic resource pool to a connection. */
export interface Binding {
  readonly type: BindingType;
  /** Name of the queue or pool; empty where the API left it out. */
  readonly name: string;
  /** Id of the VPC peering (`peer_id`, in some versions `uuid`); empty where the API left it out. */
  readonly peerId: string;
  readonly state: string;
  /** Why the binding is FAILED; empty otherwise. */
  readonly errMsg: string;
  /** The API's `update_time` in epoch milliseconds. */
  readonly updatedAt?: number;
}

/** Attributes whose change operators care about, by the API's own field names. `hosts` is written `name=ip, …`, sorted. */
export const attributeFields = [
  "name",
  "destination",
  "connection_url",
  "service",
  "cluster_name",
  "connectivity",
  "dest_vpc_id",
  "dest_network_id",
  "hosts",
] as const;
export type AttributeField = (typeof attributeFields)[number];

/** What a complete, valid answer said about one connection. */
export interface Snapshot {
  readonly kind: ConnectionKind;
  readonly id: string;
  readonly state: string;
  /** A basic connection's top-level `message`, which carries the reason while it is FAILED; else empty. */
  readonly errMsg: string;
  /** Creation progress from 0.0 to 1.0. */
  readonly process?: number;
  /** The API's `create_time` in epoch milliseconds. */
  readonly createdAt?: number;
  /** A field the answer did not carry is absent: it says nothing about the attribute. */
  readonly attributes: Readonly<Partial<Record<AttributeField, string>>>;
  /** `null` where the answer had no such array: less certain than an empty one. */
  readonly bindings: Readonly<Record<BindingType, readonly Binding[] | null>>;
}

/** Why a poll could not be read, sorted by who must act. */
export const failureCauses = [
  "credentials",
  "permission",
  "throttled",
  "network",
  "server",
  "clock",
  "address",
] as const;
export type FailureCause = (typeof failureCauses)[number];

/** A poll that told nothing about the connection. */
export interface Failure {
  readonly cause: FailureCause;
  /** One sentence: the endpoint or field, what happened, the way out. */
  readonly message: string;
  /** The cloud's `X-Request-Id`, to be quoted to its support. */
  readonly requestId?: string;
}

/** A failure as people are told of it. */
export function failureText({ message, requestId }: Failure): string {
  return requestId ? `${message} (request id ${requestId})` : message;
}

/** How one poll of one connection ended. Only a snapshot is compared with the last one. */
export type Observation =
  | { readonly outcome: "snapshot"; readonly snapshot: Snapshot }
  | { readonly outcome: "absent"; readonly message: string }
  | { readonly outcome: "failed"; readonly failure: Failure };

/** Whether two states are the same; the API's letter case varies. */
export function sameState(one: string, other: string): boolean {
  return one === other || one.toUpperCase() === other.toUpperCase();
}

/** Every binding of a snapshot, queues first. */
export function bindingsOf(snapshot: Snapshot): readonly Binding[] {
  return bindingTypes.flatMap((type) => snapshot.bindings[type] ?? []);
}
