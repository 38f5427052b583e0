/**
 * The host by which the relay asks the gateway for a provider endpoint, and by which the gateway's route for it is found;
 * `cluster` is the endpoint's name, which changes when the endpoint does.
 */
export function egressHost(cluster: string): string {
  return `${cluster.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.egress.tollgate`
}
