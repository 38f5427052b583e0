import type { Socket } from 'node:net'
import type { Gateway } from '../core/gateway.js'
import { injectedExtProc, type ProcessorOptions, startExtProc } from '../extproc/server.js'
import { takenConnections } from '../extproc/taken-connections.js'
import { joinMeeting } from '../extproc/workers-meeting.js'
import { decompressor } from '../io/decompress.js'
import type { Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import type { Addresses } from './configuration.js'
import { envoyFiles, type WriteEnvoy } from './envoy-files.js'
import { Failure, reasonOf } from './failure.js'

/** What a host adapter is started with. */
export interface HostParts {
  readonly listen: Addresses
  readonly gateway: Gateway
  readonly metrics: Metrics
  readonly log: Log
}

export interface EnvoyHost {
  /** Where Envoy connects; absent in a worker, which is given connections. */
  readonly address?: string
  readonly writeEnvoy: WriteEnvoy
  /** Serves a connection that was accepted elsewhere; `ended` is called when it has ended. */
  take(connection: Socket, ended: () => void): void
  /** Leaves Envoy to other workers, without a failed request. Resolves once Envoy has left. */
  retire(): Promise<void>
  close(): void
}

/** What a worker process has of its own. */
export interface EnvoyWorker {
  readonly number: number
  /** The directory in which the workers reach each other. */
  readonly meeting: string
  readonly writeEnvoy: WriteEnvoy
}

/** Starts the external processor; `envoyDir` is an absolute directory in which Envoy's files are kept current. */
export async function startEnvoyHost(parts: HostParts, envoyDir: string | undefined): Promise<EnvoyHost> {
  const { listen } = parts
  const extproc = await startExtProc({ ...processing(parts), address: listen.extproc }).catch((error) => {
    throw new Failure(
      `cannot listen on ${listen.extproc} (${reasonOf(error)}): set TOLLGATE_EXTPROC_ADDRESS to another`,
    )
  })
  return {
    address: extproc.address,
    writeEnvoy: envoyFiles(envoyDir, { listen, extproc: extproc.address }),
    // Nobody else accepts connections, or takes over.
    take: (connection) => void connection.destroy(),
    retire: async () => {},
    close: extproc.close,
  }
}

/** Starts it in a worker. */
export async function startEnvoyWorkerHost(parts: HostParts, worker: EnvoyWorker): Promise<EnvoyHost> {
  const meeting = joinMeeting(worker.meeting, worker.number, parts.metrics.handedOn)
  const extproc = injectedExtProc({ ...processing(parts), elsewhere: meeting })
  const fromEnvoy = takenConnections(extproc.inject)
  const fromWorkers = takenConnections(extproc.inject)
  await meeting.listen((connection) => fromWorkers.take(connection, () => {}))
  return {
    writeEnvoy: worker.writeEnvoy,
    take: fromEnvoy.take,
    retire: fromEnvoy.leave,
    close() {
      meeting.close()
      extproc.close()
      fromEnvoy.close()
      fromWorkers.close()
    },
  }
}

const processing = ({ gateway, metrics, log }: HostParts): ProcessorOptions => ({
  gateway,
  unpack: decompressor,
  unknownExchange: metrics.unknownExchange,
  broken: (error) => log.error(errorFields(error), 'a stream broke'),
})
