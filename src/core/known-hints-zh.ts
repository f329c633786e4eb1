import type { Hint } from "./event.ts";
import type { KnownHint } from "./known-hints.ts";

/** The causes and remedies that dli-watch knows, in Chinese. */
export const chineseHints: Readonly<Record<KnownHint, Pick<Hint, "cause" | "action">>> = {
  noSuchConnection: {
    cause: "跨源连接已被删除，或 ID 有误。",
    action: "在控制台核对 ID，或将其从配置中移除。",
  },
  noRouter: {
    cause: "对端网络没有就绪的路由器。",
    action: "检查该跨源连接的 VPC、子网和对端服务，然后重新绑定队列。",
  },
  noSubnet: {
    cause: "DLI 委托无权读取 VPC，或子网不存在。",
    action: "为 DLI 委托授予跨源场景所需的 VPC 权限，并确认子网存在。",
  },
  overlap: {
    cause: "队列或弹性资源池的网段与对端网段，或与另一已绑定队列的网段重叠。",
    action: "修改队列或弹性资源池的网段，然后重新绑定。",
  },
  quota: {
    cause: "项目的配额已用尽。",
    action: "清理不再需要的资源（路由和对等连接也有配额），或申请扩大配额。",
  },
  damagedToken: {
    cause: "Token 已损坏，或由其他区域的 IAM 签发。",
    action: "配置项目所在区域签发的完整 Token，或改用自动续期。",
  },
  endedToken: {
    cause: "Token 已过期。",
    action:
      "配置新的 `token`；建议改用访问密钥，或可自动续期的用户（`username`、`password`、`domain`）。",
  },
  noAccessKey: {
    cause: "该访问密钥不存在：已被删除或停用，或属于其他云。",
    action: "将项目的 `access_key` 与该用户在 IAM 中的访问密钥核对。",
  },
  wrongSecretKey: {
    cause: "SK 与 AK 不匹配，或请求在途中被改动。",
    action: "检查项目的 `secret_key`；如无误，检查 dli-watch 与终端节点之间的代理。",
  },
  lockedAccessKey: {
    cause: "签名错误次数过多，访问密钥已被锁定五分钟。",
    action: "改正此处及其他使用该访问密钥之处的 `secret_key`；然后等待，轮询会自动恢复。",
  },
  barredMachine: {
    cause: "网关不允许本机地址访问。",
    action: "放通发出请求的地址，或改用其他出口。",
  },
  barredRegion: {
    cause: "该用户无权使用此区域。",
    action: "检查 `region` 或 `endpoint`，并确认项目和凭证属于该区域。",
  },
  busyApi: {
    cause: "所有租户对此 API 的请求总量超过云端上限。",
    action: "请等待；如持续出现，请提交工单。降低轮询频率可减少此情况。",
  },
  busyMachine: {
    cause: "本机地址发出的请求总量超过云端上限。",
    action: "调低 `rate` 或降低轮询频率，或查明还有谁从此地址发出请求。",
  },
  credentials: {
    cause: "云端不接受该项目的凭证。",
    action: "检查项目的 `auth`：访问密钥是否启用，Token 是否有效。",
  },
  permission: {
    cause: "凭证缺少权限。",
    action: "在此项目中授予 dli:edsconnection:get 和 dli:edsconnection:list。",
  },
  throttled: {
    cause: "云端对该项目的请求限流。",
    action: "调低 `rate` 或降低轮询频率；其他调用方可能共用配额。",
  },
  network: {
    cause: "从本机无法访问终端节点。",
    action: "检查 dli-watch 与终端节点之间的 DNS、路由、代理和防火墙。",
  },
  server: {
    cause: "云端 API 返回自身错误。",
    action: "请等待；如持续出现，请提交工单并附上请求 ID。",
  },
  clock: {
    cause: "本机时钟不准。",
    action: "同步时钟（NTP）；签名仅在 15 分钟内有效。",
  },
  address: {
    cause: "终端节点、区域或项目 ID 有误。",
    action: "检查项目的 `region`、`endpoint` 和 `project_id`。",
  },
  stuckCreating: {
    cause: "队列、弹性资源池或网段在十分钟内有过变更，或路由、对等连接的配额已用尽。",
    action: "变更后请等待十分钟；仍未恢复则检查 VPC 的路由和对等连接配额，然后重新绑定。",
  },
  doubtfulConnectivity: {
    cause:
      "队列与对端之间可能被安全组、网络 ACL 或路由阻断，或对端位于 DLI 自用的网段（100.125.x.x、100.64.x.x）。",
    action: "如作业无法连接，在控制台从队列测试该地址的连通性，再检查对端的安全组、ACL 和路由。",
  },
};
