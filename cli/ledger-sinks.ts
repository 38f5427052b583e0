import type { Clock } from '../core/clock.js'
import { batches, slices } from '../io/billing/cut.js'
import type { Outlet } from '../io/billing/lane.js'
import type { Sink } from '../io/billing/sink.js'
import type { S3SinkSettings, SinkSettings } from '../io/billing/sinks/settings.js'
import { awsKeys } from '../io/credentials/aws.js'
import { createRenewal } from '../io/credentials/renewal.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import type { Log } from '../io/request-log.js'

/** How large an object becomes before it is compressed, and how many rows one has at most. */
const SLICE_BYTES = 16 * 1024 * 1024
const SLICE_ROWS = 20_000

/** Makes the sinks that the configuration names. Nobody pays for the libraries of those that it does not. */
export async function createOutlets(
  settings: readonly SinkSettings[],
  parts: { readonly clock: Clock; readonly log: Log },
): Promise<readonly Outlet[]> {
  return Promise.all(
    settings.map(async (one) => {
      const cut =
        one.kind === 's3' ? slices({ every: one.every, rows: SLICE_ROWS, bytes: SLICE_BYTES }) : batches(one.batch)
      return { sink: await createSink(one, parts), cut, deadline: one.deadline }
    }),
  )
}

async function createSink(settings: SinkSettings, parts: { readonly clock: Clock; readonly log: Log }): Promise<Sink> {
  const { name, deadline } = settings
  switch (settings.kind) {
    case 'redis':
      return (await import('../io/billing/sinks/redis-sink.js')).createRedisSink(name, settings)
    case 'postgres':
      return (await import('../io/billing/sinks/postgres-sink.js')).createPostgresSink(name, settings, deadline)
    case 'clickhouse':
      return (await import('../io/billing/sinks/clickhouse-sink.js')).createClickHouseSink(name, settings, deadline)
    case 's3':
      return createObjects(name, settings, parts)
  }
}

async function createObjects(
  name: string,
  settings: S3SinkSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Sink> {
  const { createS3Client } = await import('../io/billing/sinks/s3-client.js')
  const { createS3Sink } = await import('../io/billing/sinks/s3-sink.js')
  const { keys, profile, region, prefix } = settings
  if (keys) return createS3Sink(name, prefix, createS3Client({ ...settings, clock, credentials: () => keys }))
  const renewal = createRenewal({
    ...{ fetch: awsKeys({ profile, region }), clock, schedule: systemSchedule, random: Math.random },
    failed: (reason) => log.warn({ sink: name, reason }, 'no new credentials for a sink of the ledger'),
    recovered: () => log.info({ sink: name }, 'a sink of the ledger has new credentials'),
  })
  const sink = createS3Sink(name, prefix, createS3Client({ ...settings, clock, credentials: renewal.get }))
  return {
    ...sink,
    async close() {
      renewal.stop()
      await sink.close()
    },
  }
}
