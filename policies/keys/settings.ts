/** What the configuration's `keys` says. */
export interface KeySettings {
  readonly store: KeyStoreSettings
  /** Whether requests without a key of Tollgate's own are refused. */
  readonly required: boolean
  /** What becomes of requests while the store has not confirmed for a second what is known of keys. */
  readonly onStoreDown: 'refuse' | 'admit'
  /** Milliseconds for which a text that was rotated out is still good, unless the rotation says otherwise. */
  readonly overlap: number
}

export type KeyStoreSettings =
  /** An absolute path; absent means the one in the state directory. */
  | { readonly kind: 'file'; readonly path?: string | undefined }
  /** The URL is a secret: it may hold a password. */
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
