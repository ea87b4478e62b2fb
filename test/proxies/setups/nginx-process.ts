/** nginx with generated files, and the main file around them that a distribution would bring. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecipeFile } from '../../../src/origin/recipes/description.ts'
import { isProgram, type RunningProcess, startProcess } from '../processes.ts'
import type { ProxyRun, RunningProxy } from '../setup.ts'
import { toProxy } from '../to-proxy.ts'

const MODULES = '/usr/lib/nginx/modules'

/** Modules of nginx by the names of their files, in the order they must be loaded in. */
export interface NginxParts {
  readonly modules: readonly string[]
  readonly files: readonly RecipeFile[]
  /** Default 2, so that what they share is tested. */
  readonly workers?: number
}

export function hasModules(names: readonly string[]): boolean {
  return isProgram('nginx') && names.every((name) => existsSync(`${MODULES}/${name}.so`))
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

function formatMain({ folder }: ProxyRun, { modules, files, workers = 2 }: NginxParts): string {
  const includes = files.filter(({ name }) => name.endsWith('.conf'))
  return `${modules.map((name) => `load_module ${MODULES}/${name}.so;\n`).join('')}
daemon off;
pcre_jit on;
pid ${folder}/nginx.pid;
error_log stderr notice;
worker_processes ${workers};
events { worker_connections 2048; }
http {
    access_log off;
    keepalive_requests 1000000;
${TEMPORARY.map((name) => `    ${name}_temp_path ${folder}/${name}_temp;\n`).join('')}
${includes.map(({ name }) => `    include ${folder}/${name};\n`).join('')}}
`
}

/** Workers run under the user `nobody`; the folder is theirs to look into. */
export function startNginx(run: ProxyRun, parts: NginxParts): Promise<RunningProcess> {
  const { folder } = run
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  for (const { name, text } of parts.files) writeFileSync(join(folder, name), text)
  const main = join(folder, 'nginx.conf')
  writeFileSync(main, formatMain(run, parts))
  return startProcess('nginx', ['-p', folder, '-c', main, '-e', 'stderr'], { folder, listens: run.port })
}

function formatPlain(run: ProxyRun): RecipeFile {
  const text = `upstream application {
    server 127.0.0.1:${run.originPort};
    keepalive 64;
}
map $http_upgrade $plain_connection {
    default "";
    "~*^websocket$" upgrade;
}
server {
    listen 127.0.0.1:${run.port} default_server;
    merge_slashes off;
    large_client_header_buffers 8 16k;
    client_max_body_size 0;
    location / {
        proxy_http_version 1.1;
        proxy_request_buffering off;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $plain_connection;
        proxy_pass http://application;
    }
}
`
  return { name: 'plain.conf', place: '', text }
}

/** The same proxying without the check. */
export async function startPlain(run: ProxyRun): Promise<RunningProxy> {
  return toProxy(await startNginx(run, { modules: [], files: [formatPlain(run)] }))
}
