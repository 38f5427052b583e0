/** The plugin's name in Kong's configuration. */
export const PLUGIN_NAME = 'tollgate'

/** The Kong upstream of the relays, where the configuration does not name another. */
export const RELAY_UPSTREAM = 'tollgate-relay'
