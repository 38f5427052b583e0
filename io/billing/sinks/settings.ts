/** One entry of `ledger.sinks`. */
export type SinkSettings = Common & (RedisSinkSettings | PostgresSinkSettings | ClickHouseSinkSettings | S3SinkSettings)

interface Common {
  readonly name: string
  /** Milliseconds that one call may take. */
  readonly deadline: number
}

/** When rows go out together: so many, so many bytes, or when the first is so old (milliseconds). */
export interface BatchSettings {
  readonly rows: number
  readonly bytes: number
  readonly age: number
}

export interface RedisSinkSettings {
  readonly kind: 'redis'
  /** As of `store`. A secret: it may hold a password. */
  readonly url: string
  /** What the names of the keys begin with. */
  readonly prefix: string
  /** About how many rows the stream holds at most; all when absent. */
  readonly maxLength?: number | undefined
  readonly batch: BatchSettings
}

export interface PostgresSinkSettings {
  readonly kind: 'postgres'
  /** `postgres://` or `postgresql://`. A secret: it may hold a password. */
  readonly url: string
  /** `table` or `schema.table`. */
  readonly table: string
  /** Whether tables that are not there are made. */
  readonly create: boolean
  readonly tls: PostgresTls
  readonly batch: BatchSettings
}

/** `verify` checks certificate and name, by the file's authorities or the system's. */
export interface PostgresTls {
  readonly mode: 'verify' | 'off'
  /** The absolute path of a PEM file. */
  readonly caFile?: string | undefined
}

export interface ClickHouseSinkSettings {
  readonly kind: 'clickhouse'
  /** `http://` or `https://`, without credentials. */
  readonly url: string
  readonly user: string
  /** A secret. */
  readonly password: string
  readonly database: string
  readonly table: string
  /** Whether a table that is not there is made. */
  readonly create: boolean
  readonly caFile?: string | undefined
  readonly batch: BatchSettings
}

export interface S3SinkSettings {
  readonly kind: 's3'
  readonly bucket: string
  readonly region: string
  /** The base URL of a store that speaks S3; absent means AWS's own. */
  readonly endpoint?: string | undefined
  /** What the names of all objects begin with, without a slash at its end; may be empty. */
  readonly prefix: string
  /** Milliseconds that one object covers. */
  readonly every: number
  /** Keys; absent means those of the standard chain. The second and third are secrets. */
  readonly keys?: S3Keys | undefined
  /** A profile of AWS's shared configuration. */
  readonly profile?: string | undefined
}

export interface S3Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}
