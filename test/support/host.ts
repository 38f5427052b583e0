/** What a test asks of a gateway with Tollgate in it. The conformance cases know nothing else of the gateway. */
export interface HostOptions {
  /** The configuration file's text. */
  readonly config: string
  /** Where the configuration is read from; a file that already stands there is used as it is. Default: a fresh file. */
  readonly configPath?: string
  /** Environment of Tollgate, over what the host itself needs. */
  readonly env?: Readonly<Record<string, string>>
}

/** A running gateway. */
export interface RunningHost {
  /** Where clients go, without a path: `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Tollgate's admin port. */
  readonly adminUrl: string
  readonly configPath: string
  /** Replaces the configuration file atomically: written beside it, then renamed over it. */
  writeConfig(text: string): Promise<void>
  /** What Tollgate has logged so far; its last lines may be late by a moment. */
  log(): Promise<string>
  /** Has Tollgate take no new requests and finish what is running; resolves when it is through. */
  drain(): Promise<void>
  /** Stops everything that was started; safe to call twice. */
  stop(): Promise<void>
}

/** Starts one gateway with Tollgate; resolves when clients can be served. */
export type Host = (options: HostOptions) => Promise<RunningHost>
