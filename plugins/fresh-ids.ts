import type { Methods } from './wrapped-class.js'

/**
 * Lets kong-pdk's `Server` number instances and phases from anywhere instead of from 0. Kong's workers keep an instance's number
 * until they hear "no plugin instance", each for itself: after a restart, a worker's number 0 could be another route's plugin.
 */
export function beginIdsAnywhere(
  server: Methods<'StartInstance', { instanceID?: unknown; eventID?: unknown }>,
  random: () => number,
): void {
  const { StartInstance } = server
  server.StartInstance = function (...args) {
    if (this.instanceID === 0) this.instanceID = random()
    if (this.eventID === 0) this.eventID = random()
    return StartInstance.apply(this, args)
  }
}
