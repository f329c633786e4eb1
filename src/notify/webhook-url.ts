export { secretAddress as webhookUrl } from "../core/secret-address.ts";
