/**
 * How Kong finds out that a relay is gone, in the words of its `upstreams`. Durations are seconds.
 *
 * Answers to clients do not count: a provider's 500 that a relay passes on, or a slow one, says nothing about the relay. A
 * connection that fails does, and what has been taken out so comes back by the active checks.
 *
 * The upstreams of providers have none of this. Nothing there answers a check without a key, Kong counts failed connections only
 * where it may try again, and with passive checks alone a provider that was taken out would stay out.
 */
export const RELAY_HEALTHCHECKS = {
  active: {
    type: 'http',
    http_path: '/healthz',
    timeout: 2,
    concurrency: 10,
    healthy: { interval: 2, http_statuses: [200], successes: 1 },
    // A relay that drains says so with a 503: one is enough. Probes of a relay that is out may bring it back, so they come more often.
    unhealthy: {
      interval: 1,
      http_statuses: [429, 500, 502, 503, 504],
      http_failures: 2,
      tcp_failures: 2,
      timeouts: 3,
    },
  },
  passive: {
    type: 'http',
    healthy: { successes: 0 },
    unhealthy: { http_failures: 0, timeouts: 0, tcp_failures: 2 },
  },
} as const
