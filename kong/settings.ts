import { PLUGIN_NAME } from '../plugins/names.js'

/** Where things are on the machine that runs Kong; paths are absolute. */
export interface KongNode {
  /** The rendered declarative configuration. */
  readonly declarative: string
  readonly node: string
  readonly pluginServer: string
  /** The directory that holds the built plugin's package and nothing else: every entry of it is loaded as a plugin. */
  readonly plugins: string
  /** A directory that Kong may write to, for the plugin server's socket. */
  readonly sockets: string
  /** A PEM file with the certificate authorities that providers' certificates are verified against. */
  readonly authorities: string
}

/** The container image of `deploy/kong/Dockerfile`. */
export const IMAGE: KongNode = {
  declarative: '/etc/kong/tollgate/kong.yaml',
  node: '/usr/local/bin/node',
  pluginServer: '/opt/kong-pdk/node_modules/kong-pdk/bin/kong-js-pluginserver',
  plugins: '/opt/tollgate/plugins',
  sockets: '/usr/local/kong',
  authorities: '/etc/ssl/certs/ca-certificates.crt',
}

/** Kong's settings as an env file, one `NAME=value` a line. The secret is not among them. */
export function renderSettings({ maxBody }: { readonly maxBody: number }, node: KongNode = IMAGE): string {
  return `${[HEADER, ...Object.entries(settings(maxBody, node)).map(([name, value]) => `${name}=${value}`)].join('\n')}\n`
}

const HEADER = [
  "# Kong's environment for Tollgate; an env file (docker run --env-file, env_file of Compose), not a shell script.",
  '# Beside it Kong needs TOLLGATE_CONTEXT_SECRET: at least 32 characters, the same as the relays have.',
].join('\n')

function settings(maxBody: number, node: KongNode): Readonly<Record<string, string>> {
  const socket = `${PLUGIN_NAME}.sock`
  const server = `${node.node} ${node.pluginServer}`
  return {
    KONG_DATABASE: 'off',
    KONG_DECLARATIVE_CONFIG: node.declarative,
    KONG_PLUGINS: `bundled,${PLUGIN_NAME}`,
    KONG_VAULTS: 'bundled',
    KONG_PLUGINSERVER_NAMES: PLUGIN_NAME,
    KONG_PLUGINSERVER_TOLLGATE_SOCKET: `${node.sockets}/${socket}`,
    KONG_PLUGINSERVER_TOLLGATE_START_CMD: `${server} -p ${node.sockets} --sock-name ${socket} -d ${node.plugins}`,
    // Kong reads what this prints as JSON, so nothing may make it say more.
    KONG_PLUGINSERVER_TOLLGATE_QUERY_CMD: `${server} -d ${node.plugins} --dump-all-plugins`,
    // The relay refuses what is above `maxBody`, in the client's dialect. The body comes a second time, on its way to the provider,
    // and may have grown by its translation.
    KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: `${2 * maxBody}`,
    KONG_NGINX_HTTP_CLIENT_BODY_BUFFER_SIZE: '64k',
    // Without this file Kong trusts nobody, and no https provider can be called.
    KONG_NGINX_PROXY_PROXY_SSL_TRUSTED_CERTIFICATE: node.authorities,
    // One response's headers must fit the first; a 502 if not.
    KONG_NGINX_PROXY_PROXY_BUFFER_SIZE: '16k',
    KONG_NGINX_PROXY_PROXY_BUFFERS: '8 16k',
    KONG_UPSTREAM_KEEPALIVE_POOL_SIZE: '512',
    // Shorter than the relay's and than usual providers': a POST on a connection that was just closed is not repeated.
    KONG_UPSTREAM_KEEPALIVE_IDLE_TIMEOUT: '30',
    KONG_HEADERS: 'server_tokens,latency_tokens,x-kong-request-id',
  }
}
